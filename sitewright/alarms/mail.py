"""E-mail by SMTP: one plain-text message to all recipients, over TLS where the address says so."""

import asyncio
import os
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from sitewright.alarms.message import Message
from sitewright.errors import MailFailed, SecretMissing
from sitewright.settings import AlarmOutlet

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def password(outlet: AlarmOutlet) -> str:
    """Return what the password's variable holds; raises SecretMissing where that cannot be sent."""
    variable = outlet.smtp_password_env
    if variable is None:
        return ""
    secret = os.environ.get(variable, "")
    if not secret:
        raise SecretMissing(f"The variable {variable}, which smtp_password_env names, is not set.")
    if not secret.isascii():  # smtplib's own error would show the character
        raise SecretMissing(f"The variable {variable} holds more than ASCII, which SMTP's login cannot send.")
    return secret


async def send(outlet: AlarmOutlet, message: Message, *, seconds: float) -> tuple[str, ...]:
    """Send the message once; return the recipients that the server refused, where it took it for others.

    No answer of the server may take longer than `seconds`. Raises MailFailed when it did not take the message
    at all, SecretMissing when there is no password for the user that is set.
    """
    mail, secret = _composed(outlet, message), password(outlet)
    try:
        return await asyncio.to_thread(_deliver, outlet, mail, secret, seconds)
    except smtplib.SMTPRecipientsRefused as cause:
        answers = next(iter(cause.recipients.values()), (0, b""))
        raise MailFailed(f"The mail server refused every recipient ({_said(*answers)}).") from None
    except smtplib.SMTPResponseException as cause:
        what = "the login" if isinstance(cause, smtplib.SMTPAuthenticationError) else "the message"
        answer = _said(cause.smtp_code, cause.smtp_error)
        raise MailFailed(f"The mail server refused {what} ({answer}).") from None
    except (smtplib.SMTPException, OSError, ValueError) as cause:
        why = f"{type(cause).__name__}: {cause}".rstrip(": .")
        raise MailFailed(f"The message cannot be handed to the mail server: {why}.") from None


def _composed(outlet: AlarmOutlet, message: Message) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    sender = outlet.mail_from or ""
    mail["From"] = sender
    mail["To"] = ", ".join(outlet.mail_to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office replies (RFC 3834)
    mail.set_content(message.text)
    return mail


def _deliver(outlet: AlarmOutlet, mail: EmailMessage, secret: str, seconds: float) -> tuple[str, ...]:
    address = urlsplit(outlet.smtp_url or "")
    host, port = address.hostname or "", address.port or _PORTS[address.scheme]
    smtp: smtplib.SMTP
    if address.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, port, timeout=seconds)
    try:
        if address.scheme == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())  # raises where the server has none
        if outlet.smtp_user:
            smtp.login(outlet.smtp_user, secret)
        refused = smtp.send_message(mail, from_addr=outlet.mail_from, to_addrs=list(outlet.mail_to))
    finally:
        # The server has taken the message or not by now; a goodbye that fails changes nothing about it.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()
    return tuple(sorted(refused))


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())[:200]}".strip()
