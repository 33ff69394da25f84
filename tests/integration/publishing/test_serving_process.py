"""`sitewright serve` as a process of its own: it says where it is, and ends when it is told to."""

import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.integration.publishing.conftest import FILES, SLUG

SERVE = [sys.executable, "-c", "from sitewright.cli import main; main()", "serve"]


@pytest.fixture
def environment(root, monkeypatch, tmp_path):
    monkeypatch.setenv("SITEWRIGHT_SITE_ROOT", str(root))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_at_a_free_port_until_it_is_told_to_end(environment, root, made, tmp_path, ending):
    from sitewright.publishing.folder import FolderTarget

    port_file = tmp_path / "port"
    await FolderTarget(root, "http://sites.example").activate(made())
    command = [*SERVE, "--port", "0", "--port-file", str(port_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            while not port_file.exists() and server.poll() is None:
                time.sleep(0.02)
            address = f"http://127.0.0.1:{int(port_file.read_text())}/{SLUG}/"
            page = httpx.get(address, trust_env=False)
        finally:
            server.send_signal(ending)
        printed, problems = server.communicate()

    assert page.content == FILES["index.html"]
    assert (server.returncode, problems) == (0, "")
    assert str(root) in printed
    assert address in printed


def test_a_port_that_is_taken_is_one_sentence(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run([*SERVE, "--port", str(port)], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert f"Sites cannot be served at 127.0.0.1 port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr
