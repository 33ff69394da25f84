"""The tree of errors: drawn as it is, and whole after a journey between processes."""

import pickle
import re

import pytest

from sitewright import errors
from sitewright.errors import FieldProblem, InvalidOrder, InvalidSettings, KeyRejected, SitewrightError


def _all(kind=SitewrightError):
    return {kind} | {each for child in kind.__subclasses__() for each in _all(child)}


def test_the_drawn_tree_shows_every_error_and_no_other():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__)
    made = {kind.__name__ for kind in _all() if kind.__module__ == errors.__name__}
    assert sorted(drawn) == sorted(name for name in made - {"SitewrightError"} if not name.startswith("_"))


@pytest.mark.parametrize(
    "error",
    [
        InvalidOrder([FieldProblem("locale", "unknown")], source="order.json"),
        InvalidSettings([FieldProblem("routes", "none")]),
        KeyRejected(route="main", status=401, order_id=7, step="plan"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickling_as_prefect_keeps_it(error):
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert vars(again) == vars(error)
