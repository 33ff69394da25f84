"""The webhook: one POST of JSON, signed as the Standard Webhooks specification says.

Headers `webhook-id` (the same when the same news are sent again), `webhook-timestamp` (seconds since 1970, of
this sending) and `webhook-signature` (`v1,` and the base64 of the HMAC-SHA256 of `<id>.<timestamp>.<body>`).

The body is a JSON document: `type` is `sitewright.alarms`, `timestamp` the moment of the newest of the news,
and `data` holds two lists, `raised` and `over`, of alarms: `id`, `cause`, `kind`, `sentence`, `remedy`,
`orders` (ids), `since`, `over_at` (null in `raised`). An alarm in `over` may be one that was never in
`raised`: it was over before it could be told. The type `sitewright.test` has `data.sentence` only.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import os
import ssl
import time

import httpx

from sitewright.alarms.message import Message
from sitewright.errors import SecretMissing, WebhookFailed
from sitewright.settings import AlarmOutlet

_PREFIX = "whsec_"
_SECRET_BYTES = 24
"""The specification asks for at least this many."""


def signing_key(outlet: AlarmOutlet) -> bytes:
    """Return the key that the webhook's variable holds; raises SecretMissing where it holds none."""
    variable = outlet.webhook_secret_env or ""
    secret = os.environ.get(variable, "")
    if not secret:
        raise SecretMissing(f"The variable {variable}, which webhook_secret_env names, is not set.")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < _SECRET_BYTES:
        raise SecretMissing(
            f"The variable {variable}, which webhook_secret_env names, does not hold {_PREFIX} and the "
            f"base64 of at least {_SECRET_BYTES} random bytes."
        )
    return key


def signed_headers(key: bytes, message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """Return the headers that prove to whoever knows `key` that `body` was sent by us at `moment`."""
    signature = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


async def post(outlet: AlarmOutlet, message: Message, *, seconds: float) -> None:
    """Send the message once; return when the receiver answered 2xx within `seconds`.

    Raises WebhookFailed when it did not, SecretMissing when there is nothing to sign with. No redirect is
    followed, no proxy of the environment used, and nothing of the answer is read but its status.
    """
    url = outlet.webhook_url or ""
    body = json.dumps(message.payload, ensure_ascii=False).encode()
    headers = signed_headers(signing_key(outlet), f"msg_{message.key}", int(time.time()), body)
    headers |= {"content-type": "application/json", "user-agent": "Sitewright"}
    try:
        status = await _status(url, body, headers, seconds)
    except (TimeoutError, httpx.TimeoutException) as cause:
        raise WebhookFailed(f"The webhook did not answer within {seconds:.0f} seconds.") from cause
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as cause:
        why = f"{type(cause).__name__}: {cause}".rstrip(": .")
        raise WebhookFailed(f"The webhook cannot be reached: {why}.") from cause
    if not 200 <= status < 300:
        raise WebhookFailed(f"The webhook answered with HTTP status {status}; only 2xx means taken.")


async def _status(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
    # The transport without a client: a client logs every address that it calls.
    within = {"timeout": httpx.Timeout(seconds).as_dict()}
    request = httpx.Request("POST", url, content=body, headers=headers, extensions=within)
    transport = httpx.AsyncHTTPTransport(verify=_certificates(url), trust_env=False)
    async with asyncio.timeout(seconds), transport:
        response = await transport.handle_async_request(request)
        await response.aclose()
    return response.status_code


def _certificates(url: str) -> ssl.SSLContext:
    # Reading the bundle of authorities costs half a second; a plain-http receiver needs none, and a context
    # without any trusts nobody.
    secure = url.startswith("https://")
    return httpx.create_ssl_context(trust_env=False) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
