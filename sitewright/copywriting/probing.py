"""A route is tried live: a request of a few tokens that shows whether address, model, key and purse are good.

The request's schema is named `probe` and holds one yes or no; any whole answer will do.
"""

from dataclasses import dataclass

from sitewright.copywriting.dialects import request_body
from sitewright.copywriting.exchange import exchange
from sitewright.errors import AnswerUnusable, CopywritingError, KeyRejected
from sitewright.settings import Route

PROBE_SECONDS = 30.0

_SCHEMA = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}
_MESSAGES = [
    {"role": "system", "content": "Answer with the JSON document that the schema describes."},
    {"role": "user", "content": "Are you ready?"},
]


@dataclass(frozen=True)
class ProbeResult:
    """How a route answered a live request: `problem` is None when it is ready, else says what to do too."""

    route: str
    model: str
    seconds: float
    problem: CopywritingError | None

    @property
    def ready(self) -> bool:
        """True when the route can be asked."""
        return self.problem is None

    def __str__(self) -> str:
        if self.problem is not None:
            return str(self.problem)
        return f"Route {self.route} answers with model {self.model} ({self.seconds:.1f} s)."


async def probe(route: Route) -> ProbeResult:
    """Send `route` the smallest request there is, once, and say what came of it; never raises for the route.

    An answer that is cut off or empty is good enough: it was authorised, and the model is there. The call is
    not recorded: it belongs to no order.
    """
    body = request_body(route, _MESSAGES, "probe", _SCHEMA)
    try:
        done = await exchange(route, body, seconds=min(route.timeout_seconds, PROBE_SECONDS))
    except KeyRejected as error:
        return ProbeResult(route.name, route.model, 0.0, error)
    problem = None if isinstance(done.reply.error, AnswerUnusable) else done.reply.error
    return ProbeResult(route.name, route.model, done.seconds, problem)
