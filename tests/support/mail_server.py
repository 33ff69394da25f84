"""A real SMTP server (aiosmtpd) on the loopback that takes, refuses or keeps silent as it is told."""

import asyncio
import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "watch@agency.example", "correct horse battery"


@dataclass(frozen=True)
class Delivered:
    """One message as the server took it: to whom, by which way, and its text."""

    recipients: tuple[str, ...]
    encrypted: bool
    login: str | None
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        return str(self.mail.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """The server: where it is, what it took, and how it behaves from now on."""

    url: str = ""
    taken: list[Delivered] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Recipients that are refused, with the answer."""
    answer: str = "250 OK: queued"
    silent_after_data: bool = False
    silent_at_goodbye: bool = False
    needs_login: bool = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.needs_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent_after_data:
            await asyncio.sleep(30)
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            encrypted = server.transport.get_extra_info("ssl_object") is not None
            login = session.auth_data.login.decode() if session.authenticated else None
            self.taken.append(Delivered(tuple(envelope.rcpt_tos), encrypted, login, envelope.content))
        return self.answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent_at_goodbye:
            await asyncio.sleep(30)
        return "221 Bye"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: Any
    ) -> AuthResult:
        known = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False, auth_data=auth_data)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test's own, and a certificate of it for the loopback."""

    file: Path
    context: ssl.SSLContext

    @classmethod
    def made_in(cls, directory: Path) -> "Authority":
        authority = trustme.CA()
        file = directory / "authority.pem"
        authority.cert_pem.write_to_path(str(file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return cls(file, context)


@contextmanager
def mail_server(scheme: str = "smtp", authority: Authority | None = None) -> Iterator[MailServer]:
    """Serve on a free port of the loopback until the block ends."""
    server = MailServer()
    context = authority.context if authority else None

    def protocol() -> SMTP:
        return SMTP(
            server,
            hostname="mail.test",
            tls_context=context if scheme == "smtp+starttls" else None,
            authenticator=server.authenticate,
            auth_require_tls=False,
        )

    with _serving(protocol, context if scheme == "smtps" else None) as port:
        server.url = f"{scheme}://127.0.0.1:{port}"
        yield server


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that accepts connections and never says a word; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def _serving(protocol: Callable[[], SMTP], context: ssl.SSLContext | None) -> Iterator[int]:
    started, ports = threading.Event(), list[int]()
    ended: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        end = asyncio.Event()
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context)
        ports.append(listening.sockets[0].getsockname()[1])
        ended.append((loop, end))
        started.set()
        await end.wait()
        listening.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert started.wait(10)
        yield ports[0]
    finally:
        for loop, end in ended:
            loop.call_soon_threadsafe(end.set)
        thread.join()
