"""The obedient AI, which has seen another order before, and a machine with secrets in its environment."""

from collections.abc import Iterator

import pytest

from tests.hostile.building import KEY, KEY_VARIABLE, Desk, another_order, obedient_desk, written


@pytest.fixture(scope="session")
def _session_desk() -> Iterator[Desk]:
    with obedient_desk() as desk:
        yield desk


@pytest.fixture
async def desk(_session_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk; of what it saw before, it remembers another order."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    if not _session_desk.ai.remembered:
        await written(another_order(), _session_desk)
    name, data = next(iter(_session_desk.ai.remembered.items()))
    _session_desk.ai.remembered = {name: data}
    _session_desk.ai.written.clear()
    _session_desk.server.requests.clear()
    return _session_desk
