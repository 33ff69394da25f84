"""`python -m bench.honesty`: an AI that invents in every sentence, 50 orders, what their pages show."""

import argparse
import logging

from rich.console import Console
from rich.table import Table

from bench.honesty.measures import Measured, measure
from bench.honesty.sentences import SETS

_ORDERS = 50


def main() -> None:
    """Measure with both sets of sentences and print; ends with 1 when a page shows an invention."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=_ORDERS)
    asked.add_argument("--show", action="store_true", help="name what was shown and what was lost")
    options = asked.parse_args()
    logging.disable()  # each answer is asked for again, as it should be
    people, found = Console(), {}
    for which in SETS:
        with people.status(f"{which}: {options.orders} orders ..."):
            found[which] = measure(which, options.orders)
    people.print(_table(found))
    if options.show:
        for which, measured in found.items():
            for kind, sentence in (*sorted(set(measured.shown)), *sorted(set(measured.lost))):
                people.print(f"{which} | {kind} | {sentence}", markup=False)
    if any(measured.shown for measured in found.values()):
        raise SystemExit(1)


def _table(found: dict[str, Measured]) -> Table:
    table = Table("", *found)
    rows = {
        "orders, pages": lambda each: f"{each.orders}, {each.pages}",
        "inventions in the answers": lambda each: str(each.inventions.total()),
        "of them on a page": lambda each: _share(len(each.shown), each.inventions.total()),
        "true sentences": lambda each: str(each.good["true"]),
        "of them cut": lambda each: _share(each.lost_of("true"), each.good["true"]),
        "harmless sentences": lambda each: str(each.good["harmless"]),
        "of them cut ": lambda each: _share(each.lost_of("harmless"), each.good["harmless"]),
        "texts of which nothing was left": lambda each: str(each.replaced),
    }
    for name, told in rows.items():
        table.add_row(name.strip(), *(told(measured) for measured in found.values()))
    return table


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / max(whole, 1):.2f} %)"


if __name__ == "__main__":
    main()
