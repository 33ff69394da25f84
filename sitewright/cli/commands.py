"""Every command group; importing this module registers them all on the `sitewright` command."""

from sitewright.cli import alarms, doctor, orders, pruning, publishing, stack, status

__all__ = ["alarms", "doctor", "orders", "pruning", "publishing", "stack", "status"]
