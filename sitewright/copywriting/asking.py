"""A question is asked until there is an answer to use: routes in turn, waits between tries, asked again once.

This is the one owner of retries towards an AI provider. Every request is recorded before its answer is used;
an answer that is already recorded is used instead of a request.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from sitewright.copywriting.dialects import request_body
from sitewright.copywriting.exchange import Exchange, author_of, exchange, most_cost
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.question import Question
from sitewright.copywriting.retrying import Retrying
from sitewright.errors import (
    AnswerEmpty,
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    AnswerUnusable,
    BudgetSpent,
    CopywritingError,
    NoRoute,
    RouteUnavailable,
)
from sitewright.orders.models.site import Author, Honesty
from sitewright.orders.models.usage import RecordedAnswer
from sitewright.settings import Route

ASK_BUDGET_SECONDS = 420.0
"""How long one question may take in all: every try, wait, route and the second asking."""

T = TypeVar("T")

_log = logging.getLogger(__name__)

_TO_THE_AI: dict[type[AnswerUnusable], str] = {
    AnswerTruncated: "it was cut off at the token limit; keep every text short",
    AnswerEmpty: "it was empty",
}


class Asked(NamedTuple, Generic[T]):
    """The answer to a question, who wrote it, and what was found in it and cut."""

    value: T
    author: Author
    honesty: Honesty


async def ask(
    question: Question[T],
    line: AiLine,
    *,
    budget_seconds: float = ASK_BUDGET_SECONDS,
    retrying: Retrying = Retrying(),  # noqa: B008 - frozen
) -> Asked[T]:
    """Return the answer to `question`, who wrote it, and what it held that the brief does not.

    An answer recorded by an earlier run is used instead of a call. Otherwise the routes are tried in turn,
    the first first. An answer that is cut off, empty, not of the schema, or holds facts that the brief does
    not, is asked for again once, with the reason; facts that are there even then are cut.

    Raises NoRoute when none is given; KeyRejected, PurseEmpty, BudgetSpent, RequestRejected,
    RequestTooLong or RouteUnavailable when none answered; AnswerRefused when the AI declined;
    AnswerTruncated, AnswerEmpty or AnswerInvalid when the second answer was no better.
    """
    if not line.routes:
        raise NoRoute(order_id=question.order_id, step=question.step)
    asking = _Asking(question, line, retrying, time.monotonic() + budget_seconds)
    try:
        kept = await line.log.recall(question.hash_again)
        return await asking.accept(kept) if kept else await asking.answer()
    except CopywritingError as error:
        error.order_id, error.step = question.order_id, question.step
        raise


class _Tried(NamedTuple):
    """An answer as recorded, and why it cannot be used, if so."""

    answer: RecordedAnswer
    error: AnswerUnusable | None


@dataclass(frozen=True)
class _Asking(Generic[T]):
    question: Question[T]
    line: AiLine
    retrying: Retrying
    deadline: float

    async def answer(self) -> Asked[T]:
        question = self.question
        kept = await self.line.log.recall(question.hash)
        first = _Tried(kept, None) if kept else await self._try_routes(question.messages, question.hash)
        problem, found = self._problem(first)
        if problem is None:
            return Asked(question.read(first.answer.text).value, first.answer.author, Honesty())
        _log.warning("%s is asked again, once: %s", question.step, problem)
        messages = question.messages_again(first.answer.text, problem)
        second = await self._try_routes(messages, question.hash_again, begin=first.answer.author.route)
        # Only now: had this run died before the second answer was recorded, the first, which is paid for,
        # would have been recalled and only the second asking done.
        if first.error is None:
            await self.line.log.reject(first.answer.call_id, problem)
        if second.error is not None:
            raise second.error
        return await self.accept(second.answer, found)

    async def accept(self, answer: RecordedAnswer, found: tuple[str, ...] = ()) -> Asked[T]:
        """Return what the second answer says, less what the brief does not hold."""
        try:
            value, cut, replaced = self.question.read(answer.text)
        except ValueError as cause:
            await self.line.log.reject(answer.call_id, str(cause))
            raise AnswerInvalid(
                f"The AI's answer is not what was asked for, twice: {cause}",
                route=answer.author.route,
                model=answer.author.model,
                excerpt=" ".join(answer.text.split())[:200],
            ) from cause
        return Asked(value, answer.author, Honesty(found=found, asked_again=True, cut=cut, replaced=replaced))

    def _problem(self, tried: _Tried) -> tuple[str | None, tuple[str, ...]]:
        """Return why the AI is to be asked again, if it is, and what was found that the brief lacks."""
        if isinstance(tried.error, AnswerRefused):
            raise tried.error
        if tried.error is not None:
            return _TO_THE_AI[type(tried.error)], ()
        try:
            findings = self.question.read(tried.answer.text).findings
        except ValueError as cause:
            return str(cause), ()
        return _listed(findings) or None, findings

    async def _try_routes(
        self, messages: list[dict[str, str]], request_hash: str, *, begin: str = ""
    ) -> _Tried:
        position = next((index for index, route in enumerate(self.line.routes) if route.name == begin), 0)
        routes = self.line.routes[position:] + self.line.routes[:position]
        failures: list[CopywritingError] = []
        for left, route in zip(range(len(routes), 0, -1), routes, strict=True):
            try:
                return await self._try_route(route, messages, request_hash, left)
            except CopywritingError as error:
                failures.append(error)
                if left > 1:
                    _log.warning("Route %s: %s Trying the next route.", route.name, _cause(error))
        raise _to_raise(failures)

    async def _try_route(
        self, route: Route, messages: list[dict[str, str]], request_hash: str, routes: int
    ) -> _Tried:
        """Ask `route`, the first of so many `routes`: it may not use up the time of those behind it."""
        until = time.monotonic() + self._left() / routes
        body = request_body(route, messages, self.question.name, self.question.schema)
        failures = 0
        while True:
            done, call_id = await self._exchange(route, body, request_hash, routes)
            error = done.reply.error
            answer = RecordedAnswer(call_id=call_id, text=done.reply.text, author=author_of(route))
            if error is None or isinstance(error, AnswerUnusable):
                return _Tried(answer, error)
            failures += 1
            if not isinstance(error, RouteUnavailable) or failures >= self.retrying.tries:
                raise error
            wait = self.retrying.wait(failures, done.reply.retry_after)
            if time.monotonic() + wait >= until:
                error.message += f" The next try would have to wait {wait:.0f} s, longer than is left."
                raise error
            _log.warning("Route %s: %s Trying again in %.1f s.", route.name, _cause(error), wait)
            await asyncio.sleep(wait)

    async def _exchange(
        self, route: Route, body: dict[str, Any], request_hash: str, routes: int
    ) -> tuple[Exchange, int]:
        """Send `body` once the gate lets it through; return what came of it, and its recorded call's id."""
        most, step = most_cost(route, body), self.question.step
        async with self.line.gate.admitted(route, most, self._left() / routes, step=step):
            if not (left := self._left() / routes):
                message = "The time for this question was used up before this route was tried."
                raise RouteUnavailable(message, route=route.name, model=route.model)
            done = await exchange(route, body, seconds=min(route.timeout_seconds, left))
            again = request_hash == self.question.hash_again
            call = done.call(
                step=step, request_hash=request_hash, asked_again=again, detail=self._remark(done)
            )
            return done, await self.line.log.record(call)

    def _remark(self, done: Exchange) -> str:
        """Return what of a good answer the brief does not hold, for the call's row; it may be cut later."""
        if done.reply.error is not None:
            return ""
        try:
            return _listed(self.question.read(done.reply.text).findings)
        except ValueError as problem:
            return str(problem)

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


def _listed(findings: Sequence[str]) -> str:
    return "; ".join(findings)


def _cause(error: CopywritingError) -> str:
    """Return what went wrong, without the excerpt: a provider may echo customers' text into it."""
    return error.message.partition(" (")[0]


def _to_raise(failures: list[CopywritingError]) -> CopywritingError:
    """Return the failure that decides what follows for the order; it names the others.

    That is one that an operator can mend, else one that may pass, else the order's budget (the call that
    needs least), else the last.
    """
    spent = sorted((error for error in failures if isinstance(error, BudgetSpent)), key=lambda one: one.most)
    mendable = [error for error in failures if error.blocks and error not in spent]
    passing = [error for error in failures if error.passes]
    chosen = [*mendable, *passing, *spent, failures[-1]][0]
    others = [f"{error.route}: {error.message}" for error in failures if error is not chosen]
    if others:
        chosen.message += " Other routes failed too: " + "; ".join(others)
    return chosen
