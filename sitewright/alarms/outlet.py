"""The channels that are configured, and how each of them took what it was told."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from sitewright.alarms.mail import password, send
from sitewright.alarms.message import Message, message_of, trial_message
from sitewright.alarms.webhook import post, signing_key
from sitewright.errors import AlarmUntold, MailFailed, SecretMissing
from sitewright.orders.models.alarm import Channel, News
from sitewright.settings import AlarmOutlet

ANSWER_SECONDS = 10.0
"""How long the receiver of a webhook has in all, and a mail server for each of its answers."""

_log = logging.getLogger("sitewright.alarms")


@dataclass(frozen=True)
class Delivery:
    """How a channel took a message: not at all (`taken` is False), or with a problem, or well."""

    channel: Channel
    taken: bool
    problem: AlarmUntold | None = None

    def __str__(self) -> str:
        if self.problem is not None:
            return str(self.problem)
        return f"The {self.channel} channel took the message."


def configured_channels(outlet: AlarmOutlet) -> tuple[Channel, ...]:
    """Return the channels that `outlet` configures."""
    configured = {Channel.WEBHOOK: outlet.webhook_url, Channel.MAIL: outlet.smtp_url}
    return tuple(channel for channel, address in configured.items() if address)


def secret_missing(outlet: AlarmOutlet, channel: Channel) -> SecretMissing | None:
    """Return what is wrong with the secret of a configured channel in this process; None when it is there."""
    try:
        if channel is Channel.WEBHOOK:
            signing_key(outlet)
        else:
            password(outlet)
    except SecretMissing as missing:
        return missing
    return None


async def tell(
    outlet: AlarmOutlet, channel: Channel, news: News, *, seconds: float = ANSWER_SECONDS
) -> Delivery:
    """Tell one configured channel all of `news`, of which there are some, in one message.

    Never raises for the channel: the delivery says how it took them.
    """
    return await _hand(outlet, channel, message_of(news), seconds)


async def tell_trial(outlet: AlarmOutlet, channel: Channel, *, seconds: float = ANSWER_SECONDS) -> Delivery:
    """Send one configured channel a message that says that it is a test; never raises for the channel."""
    return await _hand(outlet, channel, trial_message(datetime.now(UTC)), seconds)


async def _hand(outlet: AlarmOutlet, channel: Channel, message: Message, seconds: float) -> Delivery:
    try:
        if channel is Channel.WEBHOOK:
            await post(outlet, message, seconds=seconds)
        elif refused := await send(outlet, message, seconds=seconds):
            some = f"The mail server refused {', '.join(refused)}, and took the message for the others."
            return Delivery(channel, taken=True, problem=MailFailed(some))
    except AlarmUntold as problem:
        return Delivery(channel, taken=False, problem=problem)
    except Exception as cause:  # a channel never stops the watching, whatever this is
        _log.exception("The %s channel failed in a way that nobody thought of.", channel)
        unforeseen = AlarmUntold(f"The {channel} channel failed: {type(cause).__name__}.")
        return Delivery(channel, taken=False, problem=unforeseen)
    return Delivery(channel, taken=True)
