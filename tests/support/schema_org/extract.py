"""Makes `vocabulary.tsv` of a release file of schema.org: `python -m tests.support.schema_org.extract FILE`.

FILE is `schemaorg-current-https.jsonld` of a release (https://schema.org/docs/developers.html). Of it the
bare relations are kept, one term a line: its kind (`type`, `property`, `member`), its name, and two lists:

- a type: the types above it
- a property: the types that have it, and the types of its values
- a member of an enumeration: its enumerations

The last column is `superseded` where the vocabulary names another term to use.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.schema_org.vocabulary import TERMS

_PREFIX = "schema:"
_ROOTS = {"schema:Thing", "schema:DataType"}


def _names(value: Any) -> str:
    listed = value if isinstance(value, list) else [value] if value else []
    return " ".join(sorted(each["@id"].removeprefix(_PREFIX) for each in listed if _is_own(each)))


def _is_own(node: dict[str, Any]) -> bool:
    return str(node.get("@id", "")).startswith(_PREFIX)


def _lines(graph: list[dict[str, Any]]) -> Iterator[str]:
    for node in sorted(filter(_is_own, graph), key=lambda each: str(each["@id"])):
        kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
        name = node["@id"].removeprefix(_PREFIX)
        superseded = "superseded" if "schema:supersededBy" in node else ""
        if "rdf:Property" in kinds:
            row = (
                "property",
                name,
                _names(node.get("schema:domainIncludes")),
                _names(node.get("schema:rangeIncludes")),
            )
        elif "rdfs:Class" in kinds:
            above = _names(node.get("rdfs:subClassOf"))
            # A data type is said to be one by its kind, where another type names its parent.
            above = above or ("DataType" if "schema:DataType" in kinds else "")
            row = ("type", name, above, "")
        else:
            row = ("member", name, " ".join(sorted(kind.removeprefix(_PREFIX) for kind in kinds)), "")
        yield "\t".join((*row, superseded)).rstrip("\t")


def main(release_file: Path) -> None:
    """Write the terms of `release_file` to the file that the validator reads."""
    graph = json.loads(release_file.read_text("utf-8"))["@graph"]
    missing = _ROOTS - {node["@id"] for node in graph}
    if missing:
        raise SystemExit(f"{release_file} is no release of schema.org: {sorted(missing)} is not in it.")
    TERMS.write_text("\n".join(_lines(graph)) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
