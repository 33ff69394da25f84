"""The check of pictures: a site that holds, then one fault in its bytes."""

import re
from collections.abc import Mapping

import pytest

from sitewright.orders.models.picture import pictures_in
from sitewright.orders.models.release import Check
from tests.support.pictures import camera_data, encoded, gardener_site, photo
from tests.support.words import words_for
from tests.unit.rendering.checks.test_planted_faults import BASE, Site, check_of, examined

HOME = "index.html"


def site() -> Site:
    made, files = gardener_site(BASE)
    return made.order, *words_for(made.order), files


def checked(files: Mapping[str, bytes]) -> Check:
    return check_of(examined(site(), files), "pictures")


def named(files: Mapping[str, bytes], beginning: str, ending: str) -> str:
    return next(path for path in files if path.startswith(beginning) and path.endswith(ending))


def test_a_site_with_pictures_holds() -> None:
    report = examined(site(), site()[3])
    assert [check for check in report.checks if not check.passed] == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (' width="700"', "", "does not say how wide and how high it is"),
        (' height="1000"', ' height="auto"', "does not say how wide and how high it is"),
        (' height="1000"', ' height="800"', "of 700 by 1000, as 700 by 800"),
        (" 700w", " 1400w", "1400 wide, and it is 700"),
        (".avif 480w", ".gif 480w", "which is no image of the site"),
        (' sizes="(min-width: 56rem) 40vw, 100vw"', "", "does not say how wide it is shown"),
        (' alt="Our &#34;van&#34; &lt;in&gt; spring"', "", "has no alt"),
    ],
)
def test_a_fault_in_the_markup_is_found(old: str, new: str, finding: str) -> None:
    files = dict(site()[3])
    page = files[HOME].decode()
    assert old in page
    files[HOME] = page.replace(old, new).encode()
    check = checked(files)
    assert not check.passed
    assert any(finding in found for found in check.findings), check.findings


def test_a_picture_that_tells_where_it_was_taken_is_found() -> None:
    files = dict(site()[3])
    path = named(files, "assets/photo-700", ".jpg")
    files[path] = encoded(photo(700, 1000), exif=camera_data())
    assert f"{path}: tells more than its picture (exif)" in checked(files).findings


def test_a_file_that_is_no_image_is_found() -> None:
    files = dict(site()[3])
    path = named(files, "assets/photo-480", ".avif")
    files[path] = b"words"
    assert any(found.startswith(f"{path}: is no AVIF image") for found in checked(files).findings)


def test_what_the_name_of_a_picture_happens_to_hold_is_no_fact() -> None:
    order, _, _, made = site()
    said = re.sub(r"[0-9a-f]{64}", "", order.brief.model_dump_json())
    hashes = "".join(picture.stored.sha256 for _, picture in pictures_in(order.brief) if picture.stored)
    price = next(run for run in re.findall(r"\d{2}", hashes) if run not in said)
    page = made[HOME].decode().replace("</main>", f"<p>${price}</p></main>")
    facts = check_of(examined(site(), {**made, HOME: page.encode()}), "facts")
    assert any(f"the price {price}" in found for found in facts.findings)
