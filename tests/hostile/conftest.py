"""The obedient AI, which has seen another order before, and a machine with secrets in its environment."""

from collections.abc import Iterator
from functools import cache

import pytest

from sitewright.rendering import social_image
from tests.hostile.building import KEY, KEY_VARIABLE, Desk, another_order, obedient_desk, written

# Most orders are of a business with the same name and trade, whose image is the same to the byte.
_drawn, _drawn_icon = cache(social_image.draw_social_image), cache(social_image.draw_touch_icon)


@pytest.fixture(scope="session")
def _session_desk() -> Iterator[Desk]:
    with obedient_desk() as desk:
        yield desk


@pytest.fixture
async def desk(_session_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk; of what it saw before, it remembers another order."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setattr(social_image, "draw_social_image", _drawn)
    monkeypatch.setattr(social_image, "draw_touch_icon", _drawn_icon)
    if not _session_desk.ai.remembered:
        await written(another_order(), _session_desk)
    name, data = next(iter(_session_desk.ai.remembered.items()))
    _session_desk.ai.remembered = {name: data}
    _session_desk.ai.written.clear()
    _session_desk.server.requests.clear()
    return _session_desk
