import pytest

from sitewright.errors import UnsafePath
from sitewright.publishing.paths import check_release_paths, inside, release_directory, site_directory

OUTSIDE = [
    "..",
    "../project_241/index.html",
    "a/../../project_241",
    "/etc/passwd",
    "a//b",
    "",
    ".",
    "./a",
    "a/.",
    ".env",
    "a/.git/config",
    "a\\..\\b",
    "a\x00b",
    "a\nb",
    "x" * 256,
]


@pytest.mark.failure(28)
@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_is_not_made_of_plain_names_is_refused(tmp_path, path):
    with pytest.raises(UnsafePath):
        inside(tmp_path, path)
    with pytest.raises(UnsafePath):
        check_release_paths([path])


@pytest.mark.failure(28)
def test_a_neighbour_whose_name_begins_alike_is_out_of_reach(tmp_path):
    mine, neighbour = tmp_path / "project_24", tmp_path / "project_241"
    mine.mkdir()
    neighbour.mkdir()
    (mine / "link").symlink_to(neighbour)

    assert str(neighbour).startswith(str(mine)), "the comparison that let it through"
    with pytest.raises(UnsafePath, match="leads out of"):
        inside(mine, "link/index.html")
    assert inside(mine, "about/index.html") == mine / "about" / "index.html"


@pytest.mark.failure(28)
@pytest.mark.parametrize("slug", ["", "..", ".staging", "a/b", "A", "a_b", "-a", "a-", "é", "a" * 64, "a\n"])
def test_a_slug_is_one_plain_label(tmp_path, slug):
    with pytest.raises(UnsafePath):
        site_directory(tmp_path, slug)


@pytest.mark.parametrize("name", ["", "0" * 63, "G" * 64, "../" + "0" * 61, "0" * 64 + "\n"])
def test_a_release_is_named_by_a_hash(tmp_path, name):
    with pytest.raises(UnsafePath):
        release_directory(tmp_path, "a-site", name)


def test_a_file_is_not_a_directory_as_well():
    with pytest.raises(UnsafePath, match="at once"):
        check_release_paths(["about", "about/index.html"])
