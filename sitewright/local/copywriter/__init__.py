"""The offline copywriter: a server of the AI protocol that composes plain words from the brief, no AI."""

from sitewright.local.copywriter.protocol import MODEL
from sitewright.settings import Route

__all__ = ["MODEL", "offline_route"]


def offline_route(base_url: str) -> Route:
    """Return the route to a copywriter that serves at `base_url` (ending in `/v1`)."""
    return Route(name="offline", base_url=base_url, model=MODEL, offline=True, timeout_seconds=30)
