import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewright.orders.slugs import LONGEST, RESERVED, free_slug, slug_of, stem_of


@pytest.mark.failure(28)
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sorriso do Porto Odontologia", "sorriso-do-porto-odontologia"),
        ("Clínica São João & Filhos", "clinica-sao-joao-filhos"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "site"),
        ("Größte Straße", "grosste-strasse"),
        ("دار الزيتون", "dr-lzytwn"),
        ("歯科医院", "chikeyiyuan"),
        ("…", "site"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("C:\\Windows\\", "c-windows"),
        ("a" * 47 + " b", "a" * 47),
    ],
)
def test_a_slug_is_made_of_a_name_and_never_taken(name, slug):
    assert slug_of(name) == slug


@pytest.mark.failure(28)
@given(st.text(max_size=120), st.integers(min_value=0, max_value=30))
def test_every_name_gives_a_free_slug_of_plain_characters(name, orders_before):
    taken = []
    for _ in range(orders_before):
        taken.append(free_slug(name, taken))
    slug = free_slug(name, taken)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= LONGEST
    assert slug not in {*taken, *RESERVED}
    assert all(other.startswith(stem_of(name)) for other in (*taken, slug))


def test_names_that_are_taken_or_reserved_get_a_number():
    assert free_slug("Rueda", {"rueda", "rueda-2"}) == "rueda-3"
    assert free_slug("Current", ()) == "current-2"
    assert free_slug("a" * 60, {"a" * 48}) == "a" * 46 + "-2"
