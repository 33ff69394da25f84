"""The commands and the modules that register them on `app`; only those that are asked for are loaded.

All of them together, with the renderer, the AI line and the database, cost a second before anything is said.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alarms": ("alarms",),
        "copy": ("copy",),
        "demo": ("stack",),
        "doctor": ("doctor",),
        "migrate": ("stack",),
        "orders": ("orders", "calls"),
        "releases": ("publishing", "pruning"),
        "serve": ("publishing",),
        "status": ("status",),
        "themes": ("themes",),
        "up": ("stack",),
    }
)
"""By command, the modules below `sitewright.cli` that it needs."""


def load_commands(asked: str | None) -> None:
    """Register the command `asked`, or all of them where it is none of ours: for help, and for its error."""
    every = {module for modules in MODULES.values() for module in modules}
    for module in MODULES.get(asked or "", sorted(every)):
        import_module(f"sitewright.cli.{module}")
