"""Every command group; importing this module registers them all on the `sitewright` command."""

from sitewright.cli import doctor, orders, publishing, stack, status

__all__ = ["doctor", "orders", "publishing", "stack", "status"]
