"""Releases on a real disk: made, found again, damaged and mended, interrupted, raced, and out of room."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sitewright.errors import ReleaseDamaged, StorageFull, UnsafePath
from sitewright.publishing.paths import release_directory
from sitewright.publishing.releases import read_release, verify_release
from sitewright.publishing.staging import staging_directory
from tests.integration.publishing.conftest import FILES, SLUG

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")

MAKE = """
import sys
from pathlib import Path
from sitewright.publishing import releases, storage

root, size, way = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if way == "stopped":
    write = storage.write_file
    def stop_at_second(path, content, seen=[]):
        seen.append(path)
        if len(seen) == 2:
            print("half way", flush=True)
            sys.stdin.read()
        write(path, content)
    storage.write_file = stop_at_second
if way == "limited":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    releases.make_release(
        root, slug="a-site", base_url="http://sites.example/a-site", theme="mosaic", theme_version="1",
        code_version="1", files={"index.html": b"x", "about.html": b"y" * size},
    )
except Exception as error:
    print(type(error).__name__, error)
"""


def listing(directory):
    """Everything below `directory`: path, inode, mode, time of last change and content."""
    return {
        path: (
            path.lstat().st_ino,
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.is_file() and path.read_bytes(),
        )
        for path in directory.rglob("*")
    }


def test_a_release_lies_where_its_name_says_and_cannot_be_written(root, made):
    release = made()

    directory = root / SLUG / "releases" / release.hash
    assert {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*.*")
    } == FILES
    assert read_release(root, release) == FILES
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.rglob("*"))}
    assert modes == {0o555, 0o444}
    assert list((root / ".staging").iterdir()) == []


@pytest.mark.failure(15)
def test_making_it_again_touches_nothing(root, made):
    first = made()
    before = listing(root / SLUG)

    assert made() == first
    assert listing(root / SLUG) == before


def overwritten(directory):
    (directory / "index.html").chmod(0o644)
    (directory / "index.html").write_bytes(b"<h1>Other</h1>")


def unsealed(directory):
    """Who damages a release has its account's rights, and takes the read-only bits away first."""
    for path in (directory, directory / "about"):
        path.chmod(0o755)


def emptied(directory):
    unsealed(directory)
    shutil.rmtree(directory / "about")


def replaced_by_a_directory(directory):
    (directory / "robots.txt").unlink()
    (directory / "robots.txt").mkdir()
    (directory / "robots.txt" / "inner").touch()


def directory_replaced_by_a_file(directory):
    unsealed(directory)
    shutil.rmtree(directory / "about")
    (directory / "about").touch()


def replaced_by_a_link(directory):
    (directory / "robots.txt").unlink()
    (directory / "robots.txt").symlink_to("/etc/hostname")


def directory_replaced_by_a_link(directory):
    unsealed(directory)
    (directory / "about").rename(directory.parent.parent / "elsewhere")
    (directory / "about").symlink_to(directory.parent.parent / "elsewhere")


def joined_by_another(directory):
    (directory / "backdoor.html").write_bytes(b"<h1>Other</h1>")


DAMAGES = {
    overwritten: "index.html has 14 bytes in place of",
    emptied: "about/index.html is missing",
    replaced_by_a_directory: "robots.txt is missing",
    directory_replaced_by_a_file: "about/index.html is missing",
    replaced_by_a_link: "robots.txt is missing",
    directory_replaced_by_a_link: "about/index.html is missing",
    joined_by_another: "backdoor.html is not of this release",
}


@pytest.mark.failure(15)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_release_is_named_and_mended_and_what_was_right_is_left_alone(root, made, damage):
    release = made()
    directory = release_directory(root, SLUG, release.hash)
    directory.chmod(0o755)
    right = directory / "og-image.0123456789ab.png"
    before = right.stat()
    damage(directory)

    with pytest.raises(ReleaseDamaged, match=DAMAGES[damage]):
        verify_release(root, release)
    assert made() == release

    assert read_release(root, release) == FILES
    assert right.stat().st_ino == before.st_ino
    assert stat.S_IMODE((directory / "about").stat().st_mode) == 0o555
    assert list((root / ".staging").iterdir()) == []


def test_something_else_in_the_place_of_a_release_is_not_touched(root, made):
    release = made()
    directory = release_directory(root, SLUG, release.hash)
    elsewhere = root.parent / "elsewhere"
    directory.chmod(0o755)
    directory.rename(elsewhere)
    directory.symlink_to(elsewhere)

    with pytest.raises(UnsafePath):
        made()
    assert elsewhere.is_dir()


@pytest.mark.failure(15)
def test_a_killed_process_leaves_no_half_release_and_its_leftovers_are_cleared(root, made):
    with staging_directory(root) as mine:
        command = [sys.executable, "-c", MAKE, str(root), "10", "stopped"]
        maker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with maker:
            assert maker.stdout.readline() == b"half way\n"
            (theirs,) = set((root / ".staging").iterdir()) - {mine}
            with staging_directory(root):
                assert theirs.is_dir(), "its owner lives"
            maker.send_signal(signal.SIGKILL)
        assert (theirs / "release" / "index.html").is_file()
        assert list((root / "a-site" / "releases").iterdir()) == []

        made()

        assert list((root / ".staging").iterdir()) == [mine]


def test_made_at_once_by_many_it_is_one_release(root, made):
    with ThreadPoolExecutor(8) as pool:
        releases = set(pool.map(lambda _: made(), range(24)))

    (release,) = releases
    verify_release(root, release)
    assert list((root / ".staging").iterdir()) == []


@pytest.mark.failure(26)
def test_a_file_that_may_not_be_so_large_is_a_full_disk(root):
    command = [sys.executable, "-c", MAKE, str(root), "100000", "limited"]

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert told.startswith("StorageFull The disk of the site root is full (")
    assert "about.html" in told
    assert list((root / SLUG / "releases").iterdir()) == []
    assert list((root / ".staging").iterdir()) == []


@AS_ROOT
@pytest.mark.failure(26)
def test_a_full_disk_is_named_and_leaves_nothing_behind(root, made, small_disk):
    first = made(FILES)
    with pytest.raises(StorageFull, match=r"index\.html: no space left on device"):
        made({"index.html": os.urandom(1_000_000)})

    assert [path.name for path in (root / SLUG / "releases").iterdir()] == [first.hash]
    assert list((root / ".staging").iterdir()) == []
    assert made({"index.html": b"a small one"})


@pytest.fixture
def small_disk(root):
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(root)], check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield
    subprocess.run(["umount", str(root)], check=True)
