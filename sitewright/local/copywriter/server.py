"""The copywriter's HTTP server: three addresses of the protocol, two for tests (`/faults`, `/requests`)."""

import asyncio
import hashlib
import json
import secrets
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sitewright.errors import InputError
from sitewright.local.copywriter.answering import answer
from sitewright.local.copywriter.connection import DroppedResponse
from sitewright.local.copywriter.faults import Fault, Faults
from sitewright.local.copywriter.order_data import OrderData, OrderDataUnreadable, received
from sitewright.local.copywriter.protocol import (
    MODEL,
    ChatRequest,
    answer_body,
    cut,
    error_body,
    error_of_status,
)
from sitewright.local.copywriter.request_log import RequestLog

_LARGEST_REQUEST = 8_000_000
_LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"]


def copywriter_app(key: str | None = None) -> Starlette:
    """Return the server's application; with a `key`, every address but `/health` asks for it.

    Only requests that name this machine as their host are answered, so that no web page that a browser on
    this machine shows can reach it under another name.
    """
    desk = _Desk(key)
    return Starlette(
        routes=[
            Route("/health", desk.health),
            Route("/v1/models", desk.models),
            Route("/v1/chat/completions", desk.complete, methods=["POST"]),
            Route("/faults", desk.add_fault, methods=["POST"]),
            Route("/faults", desk.clear_faults, methods=["DELETE"]),
            Route("/requests", desk.seen, methods=["GET"]),
            Route("/requests", desk.forget, methods=["DELETE"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK_NAMES)],
        exception_handlers={_Rejected: _rejected},
    )


class _Rejected(Exception):
    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def _rejected(request: Request, rejected: Exception) -> Response:
    if not isinstance(rejected, _Rejected):
        raise rejected
    headers = {"x-request-id": request.scope.get("state", {}).get("request_id") or _request_id()}
    return JSONResponse(rejected.body, rejected.status, headers)


def _request_id() -> str:
    return f"req-{secrets.token_hex(12)}"


def _invalid(message: str, *, code: str = "invalid_request", parameter: str | None = None) -> _Rejected:
    body = error_body(message, kind="invalid_request_error", code=code, parameter=parameter)
    return _Rejected(400, body)


async def _json(request: Request) -> Any:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise _invalid("The request must be sent as application/json.")
    received_bytes = bytearray()
    async for chunk in request.stream():
        received_bytes += chunk
        if len(received_bytes) > _LARGEST_REQUEST:
            raise _Rejected(413, error_of_status(413))
    request.state.sha256 = hashlib.sha256(received_bytes).hexdigest()
    try:
        return json.loads(received_bytes)
    except (ValueError, RecursionError):
        raise _invalid("The request's body is not JSON.") from None


class _Desk:
    """What the addresses share: the key, the faults that wait, and the log of requests."""

    def __init__(self, key: str | None) -> None:
        self._key = key
        self._faults = Faults()
        self._log = RequestLog()

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def models(self, request: Request) -> Response:
        self._admit(request)
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "sitewright"}
        return JSONResponse({"object": "list", "data": [model]})

    async def add_fault(self, request: Request) -> Response:
        self._admit(request)
        try:
            self._faults.add(Fault.model_validate(await _json(request)))
        except ValueError as cause:
            raise _invalid(f"The fault cannot be used: {cause}") from cause
        return JSONResponse({"status": "waiting"}, 201)

    async def clear_faults(self, request: Request) -> Response:
        self._admit(request)
        self._faults.clear()
        return Response(status_code=204)

    async def seen(self, request: Request) -> Response:
        self._admit(request)
        return JSONResponse(self._log.summary())

    async def forget(self, request: Request) -> Response:
        self._admit(request)
        self._log.clear()
        return Response(status_code=204)

    async def complete(self, request: Request) -> Response:
        request.state.request_id = _request_id()
        request.state.sha256 = ""
        try:
            self._admit(request)
            chat, data = _read(await _json(request))
        except _Rejected as rejected:
            self._note(request, "rejected", "", str(rejected.status))
            raise
        name, reference = chat.schema_name, data.reference if data else ""
        fault = self._faults.strike(name, reference, request.state.sha256)
        await asyncio.sleep(fault.delay_seconds)
        try:
            response = _respond(request.state.request_id, chat, data, fault)
        except _Rejected as rejected:
            self._note(request, name, reference, str(rejected.status))
            raise
        self._note(request, name, reference, "dropped" if fault.drop else str(response.status_code))
        return response

    def _note(self, request: Request, name: str, reference: str, status: str) -> None:
        self._log.add(name, reference, status, request.state.sha256, request.state.request_id)

    def _admit(self, request: Request) -> None:
        if self._key is None:
            return
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self._key.encode()):
            raise _Rejected(401, error_of_status(401))


def _read(document: Any) -> tuple[ChatRequest, OrderData | None]:
    try:
        chat = ChatRequest.model_validate(document)
        asked = next((message.text for message in chat.messages if message.role == "user"), "")
        data = received(asked)
    except ValidationError as cause:
        problem = cause.errors(include_input=False, include_url=False)[0]
        parameter = ".".join(str(step) for step in problem["loc"])
        raise _invalid(f"Invalid value for '{parameter}': {problem['msg']}.", parameter=parameter) from cause
    except OrderDataUnreadable as cause:
        raise _invalid(cause.message, code="order_data_unreadable", parameter="messages") from cause
    if chat.model != MODEL:
        message = f"The model does not exist; this server has '{MODEL}'."
        body = error_body(message, kind="invalid_request_error", code="model_not_found", parameter="model")
        raise _Rejected(404, body)
    return chat, data


def _respond(request_id: str, chat: ChatRequest, data: OrderData | None, fault: Fault) -> Response:
    headers = {"x-request-id": request_id}
    if fault.retry_after is not None:
        headers["retry-after"] = fault.retry_after
    if fault.status is not None or fault.body is not None:
        status = fault.status or 200
        body = error_of_status(status) if fault.body is None else fault.body
        return _sent(JSONResponse(body, status, headers), fault)
    try:
        content = answer(chat, data)
    except InputError as cause:
        raise _invalid(cause.message, code="unsupported_schema", parameter="response_format") from cause
    refusal = "I am not able to write this." if fault.refuse else None
    content, finish_reason = _spoilt(chat, content, fault)
    body = answer_body(request_id.removeprefix("req-"), chat, content, finish_reason, refusal=refusal)
    return _sent(JSONResponse(body, 200, headers), fault)


def _sent(response: Response, fault: Fault) -> Response:
    return DroppedResponse(response, fault.drop) if fault.drop else response


def _spoilt(chat: ChatRequest, content: str, fault: Fault) -> tuple[str, str]:
    """Return the answer's content and finish reason as the limits and the fault leave them."""
    if fault.empty:
        return "", "stop"
    if fault.truncate:
        return content[: len(content) // 2], "length"
    if fault.invalid_json:
        return f'{{"heading": "a \\q bad escape, {content[1 : len(content) // 2]}', "stop"
    if chat.most_tokens is not None and len(cut(content, chat.most_tokens)) < len(content):
        return cut(content, chat.most_tokens), "length"
    return content, "stop"
