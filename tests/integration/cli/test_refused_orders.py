"""Bad input loses nothing: the field's path, exit status 2, nothing written; hostile text is made safe."""

import json
import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.cli.conftest import Command
from tests.support.breakpoints import plain_url
from tests.support.orders import BICYCLES, document

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown field": ({"brief__business__fax": "1"}, "brief.business.fax"),
    "missing name": ({"brief__business__name": ...}, "brief.business.name"),
    "bad e-mail": ({"brief__business__email": "hola@"}, "brief.business.email"),
    "colour #12": ({"brief__design__colors": {"primary": "#12"}}, "brief.design.colors.primary"),
    "phone of letters": ({"brief__business__phone": "call us"}, "brief.business.phone"),
    "page not offered": ({"brief__site__pages": ["home", "blog"]}, "brief.site.pages[1]"),
    "negative price": (
        {"brief__offer__services__0__price": {"amount": "-1.00", "currency": "EUR"}},
        "brief.offer.services[0].price.amount",
    ),
    "10 MB of text": ({"brief__site__description": "a" * 10_000_000}, "order"),
}


@pytest.mark.failure(32)
@pytest.mark.parametrize("name", REFUSED)
def test_a_malformed_order_is_refused_with_its_fields_path(
    command: Command, tmp_path: Path, name: str
) -> None:
    changes, path = REFUSED[name]
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_text(json.dumps(document(BICYCLES, reference="BAD", **changes)))
    good.write_text(json.dumps(document(BICYCLES, reference="GOOD")))

    answer = command("orders", "place", good, bad)

    assert answer.status == 2
    assert f"bad.json: {path}: " in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert command("orders", "list", "--json").json == {"orders": []}


@pytest.mark.failure(28, 32)
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "site"),
        ("Taller\u202e\u200b Rueda\x00", "taller-rueda"),
    ],
)
def test_a_hostile_name_is_made_safe(command: Command, tmp_path: Path, name: str, slug: str) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document(BICYCLES, brief__business__name=name)))
    placed = command("orders", "place", file, "--json")
    assert placed.status == 0
    assert command("orders", "list", "--json").json["orders"][0]["state"] == "placed"
    assert _slug() == slug


def _slug() -> str:
    with psycopg.connect(plain_url(os.environ["SITEWRIGHT_DATABASE_URL"])) as connection:
        row = connection.execute("SELECT slug FROM orders").fetchone()
    assert row
    return str(row[0])


def test_a_file_that_is_not_there_is_refused(command: Command, tmp_path: Path) -> None:
    answer = command("orders", "place", tmp_path / "none.json")
    assert answer.status == 2
    assert "none.json: No such file" in answer.err


def test_an_unknown_order_and_an_unknown_step_are_refused(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document(BICYCLES)))
    command("orders", "place", file)
    unknown, step = command("orders", "show", "4711"), command("orders", "build", "CRM-24", "--from", "bake")
    assert (unknown.status, step.status) == (2, 2)
    assert "There is no order '4711'." in unknown.err
    assert "There is no step 'bake'." in step.err
