import pytest

from sitewright.errors import UnsafePath
from sitewright.publishing.releases import describe_release

FILES = {"index.html": b"<h1>Hello</h1>", "about/index.html": b"<h1>About</h1>"}


def described(files, **changes):
    made_by = {"theme": "mosaic", "theme_version": "1.0.0", "code_version": "0.1.0"} | changes
    return describe_release(slug="a-site", base_url="http://sites.example/a-site", files=files, **made_by)


@pytest.mark.failure(36)
def test_a_release_is_named_by_its_content_and_records_what_made_it():
    first = described(FILES)
    again = described(dict(reversed(FILES.items())), code_version="0.2.0", theme_version="1.1.0")

    assert again.hash == first.hash
    assert again.files == first.files
    assert (again.code_version, again.theme_version) == ("0.2.0", "1.1.0")
    assert first.size == sum(len(content) for content in FILES.values())


@pytest.mark.parametrize(
    "other",
    [
        FILES | {"index.html": b"<h1>Hullo</h1>"},
        FILES | {"robots.txt": b""},
        {"index.html": FILES["index.html"], "contact/index.html": FILES["about/index.html"]},
        {"index.html": FILES["about/index.html"], "about/index.html": FILES["index.html"]},
    ],
)
def test_other_content_has_another_name(other):
    assert described(other).hash != described(FILES).hash


@pytest.mark.failure(28)
def test_no_file_of_a_release_leads_out_of_it():
    with pytest.raises(UnsafePath):
        described(FILES | {"../other-site/index.html": b"mine now"})
