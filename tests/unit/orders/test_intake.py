import json
from decimal import Decimal

import jsonschema
import pytest

from sitewright.errors import InvalidOrder
from sitewright.orders.documents import LARGEST
from sitewright.orders.intake import order_schema, read_order
from tests.support.orders import GARDENER, SAMPLES, as_bytes, document, order_document


def _problems(made):
    with pytest.raises(InvalidOrder) as refused:
        read_order(made if isinstance(made, bytes) else as_bytes(made), "crm.json")
    assert refused.value.source == "crm.json"
    return {problem.path: problem.problem for problem in refused.value.problems}


@pytest.mark.failure(32)
def test_values_are_normalised():
    order = order_document(
        brief__design__colors__primary="#0A7",
        brief__business__phone="+55 (81) 5550-0121",
        brief__business__hours=[{"days": ["mo"], "opens": "8:00", "closes": "24:00"}],
        customer__email="Helena@SORRISO.example",
    )
    assert order.brief.design.colors.primary == "#00aa77"
    assert order.brief.business.phone == "+558155500121"
    assert order.brief.business.hours[0].opens.isoformat() == "08:00:00"
    assert order.customer.email == "Helena@sorriso.example"


@pytest.mark.failure(32)
@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"brief__business__fax": "1"}, "brief.business.fax", "not known"),
        ({"brief__business__name": ...}, "brief.business.name", "required"),
        ({"customer__email": "helena at sorriso"}, "customer.email", "name@example.com"),
        ({"brief__design__colors__primary": "#12"}, "brief.design.colors.primary", "3 or 6"),
        ({"brief__business__phone": "call me"}, "brief.business.phone", "digits"),
        ({"brief__site__pages": ["home", "blog"]}, "brief.site.pages[1]", "'contact'"),
        (
            {"brief__offer__services__3__price__amount": "-1"},
            "brief.offer.services[3].price.amount",
            "greater than or equal to 0",
        ),
        ({"brief__business__hours__0__opens": "26:00"}, "brief.business.hours[0].opens", "HH:MM"),
        ({"brief__business__time_zone": "Factory"}, "brief.business.time_zone", "IANA name"),
        ({"reference": "../../etc"}, "reference", "pattern"),
        ({"locale": "tlh"}, "locale", "language"),
        ({"brief__offer__services": []}, "brief.offer.services", "at least 1"),
        ({"brief": []}, "brief", "dictionary"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_by_its_path(changes, path, says):
    problems = _problems(document(**changes))
    assert list(problems) == [path]
    assert says in problems[path]


def test_every_bad_field_is_named_at_once_and_nothing_typed_is_repeated():
    problems = _problems(
        document(
            customer__email="SECRET", brief__business__phone="SECRET", brief__design__colors__accent="SECRET"
        )
    )
    assert set(problems) == {"customer.email", "brief.business.phone", "brief.design.colors.accent"}
    assert "SECRET" not in str(problems)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (b" " * (LARGEST + 1), "larger than 1024 KiB"),
        (b'{"reference": "\xff"}', "not UTF-8"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"CRM-21"', "not a JSON object"),
        (b"", "not JSON"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a": 1e99999999999999999999}', "out of range"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=str,
)
def test_a_document_that_is_no_order_at_all_is_refused_in_a_sentence(made, says):
    assert says in _problems(made)["order"]


def test_a_key_given_twice_is_refused_with_its_place():
    made = as_bytes(document()).replace(b'"amount": "120.00"', b'"amount": "1.00", "amount": "120.00"')
    assert _problems(made) == {"brief.offer.services[3].price.amount": "this is given twice"}


def test_unknown_keys_are_shown_without_what_a_terminal_obeys():
    (path,) = _problems(document() | {"\x1b[2J\u202eevil" + "x" * 100: 1})
    assert path == "[2Jevil" + "x" * 33


def test_half_characters_are_refused():
    made = as_bytes(document()).replace(b'"Ortodontista"', b'"Ortodontista \\ud83d"')
    assert "half of a character" in _problems(made)["brief.business.team[0].role"]
    made = as_bytes(document()).replace(b'"team"', b'"\\ud83d"')
    assert "half of a character" in _problems(made)["brief.business"]


def test_prices_stay_exact_and_a_byte_order_mark_is_read_over():
    made = document(brief__offer__services__3__price__amount=0)
    exact = as_bytes(made).replace(b'"amount": 0', b'"amount": 1234567.89')
    order = read_order(b"\xef\xbb\xbf" + exact, "crm.json")
    assert order.brief.offer.services[3].price.amount == Decimal("1234567.89")


NOT_BESIDE = (
    "",
    "/etc/passwd",
    "..",
    "../logo.png",
    "a/../../logo.png",
    "a//b.png",
    "./b.png",
    "a\\b.png",
    "a\0b",
)


@pytest.mark.parametrize("name", NOT_BESIDE)
def test_a_picture_lies_beside_the_orders_document(name):
    made = document(brief__design__photos=[{"file": "a.jpg"}, {"file": name}])
    assert "a picture's file" in _problems(made)["brief.design.photos[1].file"]


def test_a_pictures_name_may_be_of_any_language_and_its_text_is_cleaned():
    made = document(brief__design__photos=[{"file": "fotos/Açaí à noite..jpg", "alt": "Nossa\u202e casa"}])
    (picture,) = read_order(as_bytes(made), "crm.json").brief.design.photos
    assert (picture.file, picture.alt, picture.stored) == ("fotos/Açaí à noite..jpg", "Nossa casa", None)
    jsonschema.validate(made, order_schema())
    thirteen = document(brief__design__photos=[{"file": "a.jpg"}] * 13)
    assert "brief.design.photos" in _problems(thirteen)


def test_the_schema_takes_the_samples_and_refuses_what_intake_refuses():
    schema = order_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"] == "Sitewright order"
    validator = jsonschema.Draft202012Validator(schema)
    samples = sorted(SAMPLES.glob("*.json"))
    assert len(samples) == 5
    for sample in samples:
        validator.validate(json.loads(sample.read_text()))
        assert read_order(sample.read_bytes(), sample.name).reference
    for changes in (
        {"brief__business__fax": "1"},
        {"brief__site__pages": ["blog"]},
        {"brief__business__hours__0__opens": "26:00"},
        {"reference": "../etc"},
        {"locale": ...},
        *({"brief__design__logo": {"file": name}} for name in NOT_BESIDE),
    ):
        assert not validator.is_valid(document(GARDENER, **changes))
