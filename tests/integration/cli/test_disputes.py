"""`sitewright orders dispute`: what it is about, that it is over, and both on the timeline."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Command
from tests.support.orders import BICYCLES, document


def test_an_order_is_put_under_dispute_and_the_dispute_is_settled(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document(BICYCLES, reference="BIKES")))
    command("orders", "place", file)

    said = command("orders", "dispute", "BIKES", "It was [never] delivered.", "--json").json
    assert said["disputed"] == "It was [never] delivered."
    assert "under dispute: It was [never] delivered." in command("orders", "show", "BIKES").out
    assert "is not under dispute" in command("orders", "dispute", "BIKES", "--settled").out

    shown = command("orders", "show", "BIKES", "--json").json
    assert [entry["event"] for entry in shown["timeline"]] == ["placed", "disputed", "dispute settled"]
    assert "under dispute" not in command("orders", "show", "BIKES").out


@pytest.mark.parametrize("arguments", [(), ("",), ("why", "--settled")])
def test_a_dispute_needs_words_or_its_end(command: Command, arguments: tuple[str, ...]) -> None:
    answer = command("orders", "dispute", "1", *arguments)
    assert answer.status == 2
    assert "Say what the dispute is about, or --settled" in answer.err
