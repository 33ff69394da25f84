from collections.abc import Iterator

import pytest

from tests.support.misbehaving_ai import MisbehavingAi, misbehaving_ai


@pytest.fixture(scope="session")
def ai_server() -> Iterator[MisbehavingAi]:
    with misbehaving_ai() as ai:
        yield ai


@pytest.fixture
def ai(ai_server: MisbehavingAi) -> MisbehavingAi:
    """The server, with nothing received and nothing planned."""
    ai_server.requests.clear()
    ai_server.will()
    return ai_server
