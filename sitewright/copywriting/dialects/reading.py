"""An HTTP answer is understood: the words, or the row of the taxonomy that says what went wrong."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sitewright.copywriting.dialects.protocol import Answer, Dialect, Usage, part
from sitewright.copywriting.retrying import wait_asked
from sitewright.copywriting.taxonomy import NO_ANSWER, WEB_PAGE, Row, answer_row, error_row, hint, lost
from sitewright.errors import CopywritingError, RequestRejected
from sitewright.settings import Route

_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "cf-ray")
_SECRET = re.compile(r"\b(?:sk|pk|key|gsk|xai)-[\w*.-]{6,}|Bearer\s+\S+", re.IGNORECASE)
_EXCERPT, _SEARCHED = 300, 2000


@dataclass(frozen=True)
class Reply:
    """One HTTP answer as understood: the words, or the error; tokens are counted either way."""

    status: int | None = None
    request_id: str = ""
    finish_reason: str = ""
    text: str = ""
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    error: CopywritingError | None = None
    retry_after: float | None = None


def read_reply(dialect: Dialect, route: Route, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """Return what an HTTP answer means; its `error` is what went wrong, None when there are words to use."""
    return _Reader(dialect, route, status, headers, body, _json_object(body)).reply()


def lost_reply(route: Route, cause: BaseException, details: str) -> Reply:
    """Return the reply of a request that `cause` ended before there was an answer; `details` say more."""
    row = lost(cause)
    error = row.kind(f"{row.meaning}: {details}.", route=route.name, model=route.model)
    error.__cause__ = cause
    return Reply(error=error)


@dataclass(frozen=True)
class _Reader:
    dialect: Dialect
    route: Route
    status: int
    headers: Mapping[str, str]
    body: bytes
    data: dict[str, Any]

    def reply(self) -> Reply:
        if self.status != 200 or self.data.get("error"):
            return self._reply(self._refused())
        answer = self.dialect.answer(self.data)
        if answer is None:
            return self._reply(self._no_answer())
        answer = Answer(*(_storable(value) for value in answer))
        row = answer_row(answer.finish, answer.text, refused=bool(answer.refusal))
        said = answer.refusal or answer.text
        return self._reply(self._error(row, excerpt=said) if row else None, answer)

    def _refused(self) -> CopywritingError:
        """Return what an error document means."""
        codes, message = tuple(self._codes()), " ".join(self._messages())
        # An error inside a 200 carries the status that the provider behind a gateway answered with.
        status = self.status
        if status == 200:
            status = next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), status)
        row = error_row(status, frozenset(code.lower() for code in codes), message)
        code = _hidden(codes[0], self.route)[:100] if codes else ""
        advice = hint(self.route.dialect, message) if row.kind is RequestRejected else ""
        return self._error(row, code, advice)

    def _no_answer(self) -> CopywritingError:
        if "html" in self.headers.get("content-type", ""):
            return self._error(WEB_PAGE)
        return self._refused() if any(self._messages()) else self._error(NO_ANSWER)

    def _codes(self) -> Iterator[str]:
        """Yield what an error document calls its error, the most telling name first."""
        error = part(self.data, "error")
        details = part(error, "details")
        named = [details.get("error_code"), *(error.get(key) for key in ("code", "type", "status"))]
        named += [self.data.get(key) for key in ("code", "type")]
        return (str(name) for name in named if isinstance(name, str | int) and name and name != "error")

    def _messages(self) -> Iterator[str]:
        """Yield what an error document says about its error, in whichever of the known places it does."""
        error, detail = self.data.get("error"), self.data.get("detail")
        inner = part(self.data, "error")
        said = [error, inner.get("message"), part(inner, "metadata").get("raw")]
        said += [self.data.get("message"), detail, part(self.data, "detail").get("message")]
        if isinstance(detail, list):
            said += [f"{each.get('loc')}: {each.get('msg')}" for each in detail if isinstance(each, dict)]
        if not self.data and "html" not in self.headers.get("content-type", "") and self.status != 200:
            said.append(self.body[:_SEARCHED].decode("utf-8", "replace"))
        return (text[:_SEARCHED] for text in said if isinstance(text, str) and text.strip())

    def _error(
        self, row: Row, code: str = "", advice: str = "", *, excerpt: str | None = None
    ) -> CopywritingError:
        said = excerpt if excerpt is not None else self.body.decode("utf-8", "replace")
        return row.kind(
            f"{row.meaning} {advice}".rstrip(),
            route=self.route.name,
            model=self.route.model,
            status=self.status,
            code=code,
            request_id=self._request_id(),
            excerpt=_excerpt(said, self.route),
        )

    def _reply(self, error: CopywritingError | None, answer: Answer | None = None) -> Reply:
        return Reply(
            status=self.status,
            request_id=self._request_id(),
            finish_reason=answer.finish[:100] if answer else "",
            text=answer.text if answer else "",
            usage=self.dialect.usage(part(self.data, "usage")),
            error=error,
            retry_after=wait_asked(self.headers),
        )

    def _request_id(self) -> str:
        found = next((self.headers[name] for name in _REQUEST_IDS if self.headers.get(name)), "")
        return _storable(found or str(self.data.get("request_id") or self.data.get("id") or ""))[:100]


def _json_object(body: bytes) -> dict[str, Any]:
    """Return the object that `body` holds, else an empty one; some errors are a text, or in a list of one."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(data, str):
        return {"message": data}
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    return data if isinstance(data, dict) else {}


def _storable(text: str) -> str:
    # JSON can escape what UTF-8 and PostgreSQL cannot hold: lone surrogates and the null character.
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def _hidden(text: str, route: Route) -> str:
    """Return `text` on one line, without the route's key."""
    key = os.environ.get(route.api_key_env or "", "").strip()
    plain = " ".join(_storable(text).split())
    if key:
        plain = plain.replace(key, "[key]")
    return _SECRET.sub("[key]", plain)


def _excerpt(text: str, route: Route) -> str:
    """Return the beginning of `text`, at most 300 characters, as `_hidden` shows it."""
    plain = _hidden(text, route)
    return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT] + "…"
