"""The orders of the showcase; every business, person, address and review in them is invented."""

from collections.abc import Collection, Mapping
from importlib.resources import files

from sitewright.local.showcase.photos import draw_photo
from sitewright.orders.intake import read_order
from sitewright.orders.submissions import Submission, submission

_FOLDER = files("sitewright.local.showcase") / "orders"


def showcase_names() -> tuple[str, ...]:
    """Return the names of the showcase's orders: the first parts of their files' names."""
    return tuple(_documents())


def showcase_orders(names: Collection[str] = ()) -> Mapping[str, Submission]:
    """Return the orders of the showcase, those of `names` or all, with drawn pictures for photos."""
    chosen = {name: file for name, file in _documents().items() if not names or name in names}
    return {
        name: submission(read_order((_FOLDER / file).read_bytes(), file), file, draw_photo)
        for name, file in chosen.items()
    }


def _documents() -> dict[str, str]:
    found = sorted(file.name for file in _FOLDER.iterdir() if file.name.endswith(".json"))
    return {name.partition(".")[0]: name for name in found}
