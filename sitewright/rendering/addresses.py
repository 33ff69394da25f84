"""Postal addresses in the order of their country, not of their reader (UPU S42; Universal Postal Union)."""

from sitewright.orders.models.business import Address

_CODE_FIRST = "{code} {city}, {region}"
_BY_COUNTRY = {
    **dict.fromkeys(("US", "PR"), "{city}, {region} {code}"),
    **dict.fromkeys(("AU", "CA", "NZ"), "{city} {region} {code}"),
    **dict.fromkeys(("GB", "GG", "IE", "IM", "JE", "KE", "EG"), "{city}|{region}|{code}"),
    **dict.fromkeys(("IN", "SG", "PK", "NG", "ZA", "SA", "JO", "BH"), "{city} {code}|{region}"),
    **dict.fromkeys(("AE", "QA", "OM", "YE", "LB", "HK"), "{city}|{region}|{code}"),
    "BR": "{city} - {region}|{code}",
    **dict.fromkeys(("CO", "PE"), "{city}, {region}, {code}"),
    **dict.fromkeys(("IT", "SM", "VA", "ES", "UY"), "{code} {city} ({region})"),
}
"""The lines below the street, where they are not those of most countries: the code before the city."""


def address_lines(address: Address) -> tuple[str, ...]:
    """Return the lines of `address` without the country: what the brief leaves out leaves no gap."""
    city, region, code = address.city, address.region or "", address.postal_code or ""
    if region.casefold() == city.casefold():
        region = ""
    pattern = _BY_COUNTRY.get(address.country, _CODE_FIRST)
    lines = (_filled(line, city=city, region=region, code=code) for line in pattern.split("|"))
    return tuple(line for line in (address.street or "", *lines) if line)


def _filled(pattern: str, **parts: str) -> str:
    """Return `pattern` with `parts`; what joins an empty part to its neighbours goes with it."""
    text = ""
    for piece in pattern.replace("}", "}\0").split("\0"):
        joint, _, name = piece.partition("{")
        value = parts.get(name.removesuffix("}"), "")
        if value:
            text += (joint if text else joint.strip(" -,")) + value
        elif not name and text.count("(") > text.count(")"):
            text += joint
    return text
