"""`orders place` reads the pictures beside an order's document, and nothing from anywhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Command
from tests.support.orders import BICYCLES, document
from tests.support.pictures import encoded, photo


def _placed(folder: Path, *pictures: dict[str, Any]) -> Path:
    file = folder / "order.json"
    file.write_text(json.dumps(document(BICYCLES, brief__design__photos=list(pictures))))
    return file


def test_pictures_beside_the_document_are_taken(command: Command, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "front.jpg").write_bytes(encoded(photo(300, 200)))
    answer = command("orders", "place", _placed(tmp_path, {"file": "photos/front.jpg"}), "--json")
    assert answer.status == 0
    assert answer.json["orders"][0]["created"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.jpg", "No such file or directory"),
        ("words.jpg", "it is no picture; a JPEG, PNG, WebP or AVIF picture is needed"),
        ("elsewhere.jpg", "this is no file beside the order's document"),
        ("folder", "this is no file beside the order's document"),
        ("round.jpg", "this is a link that leads nowhere"),
        ("../outside.jpg", "a picture's file lies beside the order's document or in a folder there"),
        ("/etc/passwd", "a picture's file lies beside the order's document or in a folder there"),
    ],
)
def test_what_is_no_picture_there_is_refused_by_its_field(
    command: Command, tmp_path: Path, name: str, sentence: str
) -> None:
    inside = tmp_path / "inside"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "outside.jpg").write_bytes(encoded(photo(300, 200)))
    (inside / "words.jpg").write_text("words")
    (inside / "elsewhere.jpg").symlink_to(tmp_path / "outside.jpg")
    (inside / "round.jpg").symlink_to("round.jpg")

    answer = command("orders", "place", _placed(inside, {"file": name}))

    assert answer.status == 2
    assert f"order.json: brief.design.photos[0].file: {sentence}" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert command("orders", "list", "--json").json == {"orders": []}


def test_the_help_says_what_is_taken(command: Command) -> None:
    assert "60 megapixels" in command("orders", "place", "--help").out
