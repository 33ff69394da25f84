"""Whoever tries an AI route does so by the one preflight: no second one can grow beside it."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PREFLIGHT = "sitewright/route_trials.py"


def imports_probe(source: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("sitewright.copywriting")
        and any(name.name in {"probe", "probing", "*"} for name in node.names)
        for node in ast.walk(ast.parse(source))
    )


@pytest.mark.failure(25)
def test_routes_are_tried_in_one_place():
    found = {
        str(path.relative_to(HOUSE))
        for folder in ("sitewright", "tasks", "flows", "deployments")
        for path in (HOUSE / folder).rglob("*.py")
        if imports_probe(path.read_text())
    }
    assert found - {"sitewright/copywriting/__init__.py"} == {PREFLIGHT}


@pytest.mark.parametrize(
    "line", ["from sitewright.copywriting import probe", "from sitewright.copywriting.probing import probe"]
)
def test_a_second_place_would_be_found(line):
    assert imports_probe(line)
    assert not imports_probe(line.replace("import probe", "import ProbeResult"))
