"""Every command group; importing this module registers them all on the `sitewright` command."""

from sitewright.cli import alarms, calls, copy, doctor, orders, pruning, publishing, stack, status

__all__ = ["alarms", "calls", "copy", "doctor", "orders", "pruning", "publishing", "stack", "status"]
