"""The site root as an operator may leave it: not made, a file, not ours, read-only."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from sitewright.errors import SiteRootUnwritable
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release, read_release
from sitewright.publishing.root import ensure_site_root
from sitewright.settings import Settings
from tests.integration.publishing.conftest import FILES

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account or mount a disk")
NOBODY = 65534


@pytest.fixture
def as_nobody():
    """A directory that everyone may enter, in an account that permissions bind."""
    directory = Path(tempfile.mkdtemp(prefix="sitewright-tests-"))
    directory.chmod(0o755)
    (directory / "mine").mkdir()
    os.chown(directory / "mine", NOBODY, NOBODY)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    yield directory
    os.seteuid(0)
    os.setegid(0)
    shutil.rmtree(directory)


@pytest.mark.failure(26)
async def test_a_root_that_was_never_made_is_made(tmp_path):
    root = tmp_path / "deep" / "sites"

    await FolderTarget(root, "http://sites.example").prepare()
    await FolderTarget(root, "http://sites.example").prepare()

    assert [path.name for path in root.rglob("*")] == [".staging"]


@pytest.mark.failure(26)
@pytest.mark.parametrize("inner", ["", "sites"])
def test_a_file_in_its_place_is_named(tmp_path, inner):
    (tmp_path / "taken").touch()

    with pytest.raises(SiteRootUnwritable) as refused:
        ensure_site_root(tmp_path / "taken" / inner)

    assert f"{tmp_path / 'taken'}: not a directory" in str(refused.value)
    assert "SITEWRIGHT_SITE_ROOT" in str(refused.value)
    assert refused.value.blocks


@AS_ROOT
@pytest.mark.failure(26)
@pytest.mark.parametrize("name", ["", "sites"])
def test_a_root_of_another_account_is_named(as_nobody, name):
    with pytest.raises(SiteRootUnwritable, match="permission denied"):
        ensure_site_root(as_nobody / name)


@AS_ROOT
@pytest.mark.failure(26)
def test_a_read_only_disk_is_named(tmp_path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(tmp_path)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        with pytest.raises(SiteRootUnwritable, match=r"\.staging: read-only file system"):
            ensure_site_root(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@AS_ROOT
def test_an_ordinary_account_makes_and_mends_its_read_only_releases(as_nobody):
    root = as_nobody / "mine" / "sites"
    ensure_site_root(root)
    made_by = {"slug": "a-site", "base_url": "http://sites.example/a-site", "theme": "mosaic"}
    release = make_release(root, files=FILES, theme_version="1", code_version="1", **made_by)
    directory = root / "a-site" / "releases" / release.hash
    with pytest.raises(PermissionError):
        (directory / "index.html").write_bytes(b"changed")
    with pytest.raises(PermissionError):
        (directory / "robots.txt").unlink()
    for path in (directory / "about", directory):
        path.chmod(0o755)
    (directory / "robots.txt").unlink()
    (directory / "about" / "index.html").rename(directory / "about" / "moved.html")

    make_release(root, files=FILES, theme_version="1", code_version="1", **made_by)

    assert read_release(root, release) == FILES
    assert [path.name for path in (root / ".staging").iterdir()] == []


@pytest.mark.failure(27)
def test_the_root_is_absolute_wherever_a_process_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    configured = Settings(site_root="sites").sites
    monkeypatch.chdir("/")

    assert configured == tmp_path / "sites"
    with pytest.raises(SiteRootUnwritable, match="not an absolute path"):
        ensure_site_root(Path("sites"))
    assert not Path("sites").exists()
