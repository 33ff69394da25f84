"""What `doctor` finds: one line a thing that must work, with what to do where it does not."""

from sitewright.orders.models.base import Value


class Finding(Value):
    """One thing that was tried: its name, whether it works, what was seen, and what to do if it does not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
