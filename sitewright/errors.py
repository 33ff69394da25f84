"""All that Sitewright raises, in one tree. The docstring of an error is its default message.

SitewrightError
├── InputError                     exit status 2, nothing written
│   ├── InvalidOrder               one line per field
│   ├── InvalidSettings            one line per field
│   ├── UnknownOrder
│   ├── UnknownRelease
│   ├── ReleaseRemoved
│   ├── UnknownStep
│   └── TransitionRefused
├── RunEnded                       this run may not go on; the order is not at fault
│   ├── LeaseHeld                  another run has the order
│   ├── LeaseLost
│   ├── OrderCancelled
│   ├── RunCancelled               by a person in Prefect: waits for an operator
│   └── WorkerStopping             the order goes on elsewhere at once
├── DatabaseError
│   ├── DatabaseUnavailable        a fault of the machine: Prefect tries the task again
│   ├── SchemaOutdated
│   └── DatabaseRefused
├── CopywritingError               carries route, model, status, code, request id, excerpt
│   ├── KeyRejected                401, 403: waits for an operator
│   ├── PurseEmpty                 402, exhausted quota: waits for an operator
│   ├── NoRoute                    none is configured: waits for an operator
│   ├── BudgetSpent                the next call could pass the order's budget: waits for an operator
│   ├── RequestRejected            400, 404, 422: waits for an operator
│   ├── RequestTooLong             413, 400 because of the context's length: asking again would not help
│   ├── RouteUnavailable           timeouts, 408, 409, 429, 5xx, no connection: after the adapter's retries
│   └── AnswerUnusable
│       ├── AnswerTruncated        finish reason `length`
│       ├── AnswerRefused          refusal, content filter
│       ├── AnswerEmpty
│       └── AnswerInvalid          not the JSON that was asked for
├── RenderingError
│   └── ThemeUnusable              not there, or not well formed: waits for an operator
├── PictureMissing                 of a brief, from the database: a person
├── CheckFailed
├── PublishingError
│   ├── SiteRootUnwritable         waits for an operator
│   ├── StorageFull                waits for an operator
│   ├── UnsafePath
│   ├── ReleaseDamaged
│   └── VerificationFailed
├── AlarmUntold                    tried again by the next round of watching
│   ├── WebhookFailed
│   ├── MailFailed
│   └── SecretMissing              the variable that the settings name is not set or cannot be used
├── StepTimedOut
├── RunsDied                       recovery gave up: its runs ended without a new step
├── RecoveryHeldUp                 some order could not be resumed; the next round tries again
├── PrefectUnavailable
└── LocalStackError
    ├── StackRunning
    ├── PostgresFailed
    └── ChildFailed
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, Self


class SitewrightError(Exception):
    """Sitewright could not go on."""

    blocks: ClassVar[bool] = False
    """Whether the order waits as `blocked` until its cause is mended, rather than failing."""

    passes: ClassVar[bool] = False
    """Whether the cause may pass by itself: recovery resumes the order later, rather than it failing."""

    remedy: ClassVar[str] = ""
    """What to do about it, as a sentence."""

    def __init__(self, message: str = "", *, order_id: int | None = None, step: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").partition("\n")[0]
        self.order_id = order_id
        self.step = step
        super().__init__(self.message)

    def __str__(self) -> str:
        where = f"Order {self.order_id}" if self.order_id is not None else ""
        if self.step:
            where = f"{where}, step {self.step}" if where else f"Step {self.step}"
        cause = f"{where}: {self.message}" if where else self.message
        return f"{cause} {self.remedy}" if self.remedy else cause


class FieldProblem(NamedTuple):
    """One field that was refused: its dotted path and what is wrong with it."""

    path: str
    problem: str


class InputError(SitewrightError):
    """What was given cannot be used."""


class _FieldsRefused(InputError):
    def __init__(self, problems: Iterable[FieldProblem], *, source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        summary = (type(self).__doc__ or "").partition("\n")[0]
        lines = "; ".join(f"{problem.path}: {problem.problem}" for problem in self.problems)
        super().__init__(f"{summary} {lines}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Prefect keeps a failed run's error pickled, which would call the class with its message.
        return type(self)._again, (self.problems, self.source), self.__dict__

    @classmethod
    def _again(cls, problems: tuple[FieldProblem, ...], source: str) -> Self:
        return cls(problems, source=source)


class InvalidOrder(_FieldsRefused):
    """The order was refused."""


class InvalidSettings(_FieldsRefused):
    """The settings were refused."""

    blocks = True
    remedy = "Mend the settings; the order then goes on by itself."


class UnknownOrder(InputError):
    """There is no such order."""

    remedy = "`sitewright orders list` shows all orders."


class ReleaseRemoved(InputError):
    """The files of this release were removed."""

    remedy = "`sitewright releases list` shows what is kept; `[retention] releases_kept` says how many."


class UnknownStep(InputError):
    """There is no such step."""

    remedy = (
        "The steps are load, plan, page:<name> (or page:*), render, check and publish; of a second language "
        "plan:<language> and page:<language>/<name>."
    )


class UnknownRelease(InputError):
    """The order has no such release."""

    remedy = "`sitewright releases list` shows the releases of an order."


class TransitionRefused(InputError):
    """The order's state does not allow this."""


class RunEnded(SitewrightError):
    """This run may not go on."""


class LeaseHeld(RunEnded):
    """Another run has this order."""


class LeaseLost(RunEnded):
    """This run lost its lease: another run took the order over, and nothing more is written here."""


class OrderCancelled(RunEnded):
    """The order was cancelled."""


class RunCancelled(RunEnded):
    """Its run was cancelled in Prefect, so nothing goes on by itself."""

    blocks = True
    remedy = (
        "`sitewright orders build ID` goes on where it was; `sitewright orders cancel ID` ends the order."
    )


class WorkerStopping(RunEnded):
    """The worker is being stopped; what was under way is recorded, and the order goes on elsewhere."""


class DatabaseError(SitewrightError):
    """The database did not do what was asked."""


class DatabaseUnavailable(DatabaseError):
    """The database cannot be reached."""

    passes = True
    remedy = "Start PostgreSQL or correct SITEWRIGHT_DATABASE_URL; the order goes on where it was."


class SchemaOutdated(DatabaseError):
    """The database is not at this version's schema."""

    passes = True

    remedy = "Run `sitewright migrate`."


class DatabaseRefused(DatabaseError):
    """The database refused a statement."""


class CopywritingError(SitewrightError):
    """The AI call failed."""

    def __init__(
        self,
        message: str = "",
        *,
        route: str = "",
        model: str = "",
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        excerpt: str = "",
        order_id: int | None = None,
        step: str | None = None,
    ) -> None:
        super().__init__(message, order_id=order_id, step=step)
        self.route, self.model, self.status, self.code = route, model, status, code
        self.request_id, self.excerpt = request_id, excerpt
        known = {
            "route": route,
            "model": model,
            "HTTP": status,
            "code": code,
            "request": request_id,
            "answer": excerpt,
        }
        details = ", ".join(f"{name} {value}" for name, value in known.items() if value)
        if details:
            self.message = f"{self.message} ({details})"


class KeyRejected(CopywritingError):
    """The AI provider rejected the key."""

    blocks = True
    remedy = (
        "Mend the key at the provider, or put another into the variable that the route names in api_key_env "
        "and restart the workers; the order then goes on by itself."
    )


class PurseEmpty(CopywritingError):
    """The AI provider's quota or credit is used up."""

    blocks = True
    remedy = "Top up the account or raise its limit; the order then goes on by itself."


class NoRoute(CopywritingError):
    """No AI route is configured."""

    blocks = True
    remedy = (
        "Add one to sitewright.toml, or use the offline copywriter (`sitewright up`); the order then goes on "
        "by itself."
    )


class RequestRejected(CopywritingError):
    """The AI provider rejected the request itself."""

    blocks = True
    remedy = "Check the route's base_url and model in sitewright.toml; `sitewright doctor` tries them."


class RequestTooLong(CopywritingError):
    """What was asked is longer than the AI model takes."""

    remedy = "Shorten the brief, or use a model with a longer context, and build the order again."


class BudgetSpent(CopywritingError):
    """The next AI call could pass the order's budget."""

    most: Decimal = Decimal(0)
    """What that call could cost at most."""

    blocks = True
    remedy = "Raise budget_per_order in sitewright.toml; the order then goes on by itself."


class RouteUnavailable(CopywritingError):
    """The AI provider did not answer."""

    passes = True
    remedy = "The order is resumed by itself; recorded answers are kept."


class AnswerUnusable(CopywritingError):
    """The AI's answer cannot be used."""

    remedy = "Retry the run to ask again; what was answered before is kept."


class AnswerTruncated(AnswerUnusable):
    """The AI's answer was cut off at its token limit."""


class AnswerRefused(AnswerUnusable):
    """The AI declined to answer."""


class AnswerEmpty(AnswerUnusable):
    """The AI's answer was empty."""


class AnswerInvalid(AnswerUnusable):
    """The AI's answer is not what was asked for."""


class RenderingError(SitewrightError):
    """The pages could not be rendered."""


class PictureMissing(SitewrightError):
    """A picture of the brief is not in the database."""

    remedy = "Restore the table `pictures` from a backup, or place the order anew; then build it again."


class ThemeUnusable(RenderingError):
    """The site's theme cannot be used."""

    blocks = True
    remedy = (
        "`sitewright themes list` shows the themes, `sitewright themes check FOLDER` what is wrong in one."
    )


class CheckFailed(SitewrightError):
    """The site did not pass its checks, so it was not published."""

    remedy = (
        "The check report on this run lists each finding; `sitewright orders build ID --from STEP` has the "
        "step done again that made it (page:home, render, ...)."
    )


class PublishingError(SitewrightError):
    """The site could not be published."""

    passes = True
    remedy = "The order is resumed by itself where it was."


class SiteRootUnwritable(PublishingError):
    """The site root cannot be written."""

    blocks = True
    remedy = (
        "Create it or give this account write access (SITEWRIGHT_SITE_ROOT); "
        "the order then goes on by itself."
    )


class StorageFull(PublishingError):
    """The disk of the site root is full."""

    blocks = True
    remedy = "Free space there; the order then goes on by itself."


class UnsafePath(PublishingError):
    """A path would have left its directory."""

    passes = False


class ReleaseDamaged(PublishingError):
    """A release's files are not what was rendered."""

    remedy = "The order is resumed by itself: the release is rendered again from the recorded words."


class VerificationFailed(PublishingError):
    """The live address does not show what was published."""

    remedy = (
        "Check that SITEWRIGHT_PUBLIC_URL is served (`sitewright serve`); the order is resumed by itself."
    )


class AlarmUntold(SitewrightError):
    """An alarm could not be told."""

    remedy = "It is told again every minute; `sitewright alarms test` tries every channel."


class WebhookFailed(AlarmUntold):
    """The webhook did not take the message."""

    remedy = "Check webhook_url in [alarms] and its receiver; `sitewright alarms test` tries it."


class MailFailed(AlarmUntold):
    """The mail server did not take the message."""

    remedy = (
        "Check smtp_url, smtp_user, mail_from and mail_to in [alarms]; `sitewright alarms test` tries them."
    )


class SecretMissing(AlarmUntold):
    """A secret is missing."""

    remedy = (
        "Set the variable where the worker starts and start it again; `sitewright alarms test` tries it here."
    )


class StepTimedOut(SitewrightError):
    """The step took longer than it may."""

    passes = True
    remedy = "The order is resumed by itself; completed steps are kept."


class RunsDied(SitewrightError):
    """Its runs died one after the other without a new step."""

    remedy = "The logs of its runs say more; `sitewright orders build ID` tries again."


class RecoveryHeldUp(SitewrightError):
    """An order could not be resumed."""

    remedy = "The next round tries again; `sitewright doctor` says what is missing."


class PrefectUnavailable(SitewrightError):
    """The Prefect API did not do what was asked."""

    passes = True
    remedy = "Start it (`sitewright up`) or correct PREFECT_API_URL; `sitewright doctor` checks it."


class LocalStackError(SitewrightError):
    """The embedded stack could not be started."""


class StackRunning(LocalStackError):
    """A stack is already running in this home."""

    remedy = "Use that one, stop it, or name another home in SITEWRIGHT_HOME."


class PostgresFailed(LocalStackError):
    """The embedded PostgreSQL did not start."""


class ChildFailed(LocalStackError):
    """A process of the embedded stack ended."""
