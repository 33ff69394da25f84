"""The AI line of one order: whom to ask, where calls are kept, and what stands before each of them."""

from dataclasses import dataclass

from sitewright.copywriting.call_log import CallLog
from sitewright.copywriting.gate import Gate
from sitewright.settings import Route


@dataclass(frozen=True)
class AiLine:
    """What a question is asked with. `routes` in the order of preference, none in them twice."""

    routes: tuple[Route, ...]
    log: CallLog
    gate: Gate
