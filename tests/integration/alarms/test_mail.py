"""E-mail, against a real SMTP server."""

import time

import pytest

from sitewright.alarms import tell, tell_trial
from sitewright.errors import MailFailed, SecretMissing
from sitewright.orders.models.alarm import Channel, Kind
from tests.integration.alarms.conftest import PASSWORD_VARIABLE, by_mail
from tests.support.alarms import BEGAN, alarm, news
from tests.support.mail_server import PASSWORD, USER, Authority, mail_server, silent_server

MAIL = Channel.MAIL
LOGIN = {"smtp_user": USER, "smtp_password_env": PASSWORD_VARIABLE}


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """An authority that this process trusts, as an administrator would have it trusted."""
    made = Authority.made_in(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


async def test_all_news_are_one_mail_to_every_recipient(mailbox):
    outlet = by_mail(mailbox.url, "ops@agency.example", "boss@agency.example")
    began = alarm(7, "late:17", Kind.LATE, sentence="Order 17 (CRM-4) is 2 d late.", orders=(17,))
    over = alarm(5, "route:main", Kind.ROUTE, sentence="Route main refuses its key.", over_at=BEGAN)
    worker = alarm(8, sentence="No worker is alive – seit 10:02.", remedy="Start one: `prefect worker`.")
    delivery = await tell(outlet, MAIL, news(began, worker, over))
    assert (delivery.taken, delivery.problem) == (True, None)
    (took,) = mailbox.taken
    assert took.recipients == ("ops@agency.example", "boss@agency.example")
    assert took.mail["Subject"] == "Sitewright: No worker is alive – seit 10:02 (and 2 more)"
    assert took.mail["To"] == "ops@agency.example, boss@agency.example"
    assert took.mail["From"] == "sitewright@agency.example"
    assert took.mail["Auto-Submitted"] == "auto-generated"
    assert took.mail.get_content_type() == "text/plain"
    for said in (
        "* No worker is alive – seit 10:02.\n  What to do: Start one: `prefect worker`.",
        "* Order 17 (CRM-4) is 2 d late.",
        "  Orders: 17",
        "* Route main refuses its key.\n  From 2026-03-01 10:02:05 UTC to 2026-03-01 10:02:00 UTC",
    ):
        assert said in took.text


async def test_when_only_something_is_over_the_subject_says_so(mailbox):
    over = alarm(1, sentence="No worker is alive.", over_at=BEGAN)
    await tell(by_mail(mailbox.url), MAIL, news(over))
    assert mailbox.taken[0].mail["Subject"] == "Sitewright: Over: No worker is alive"


async def test_the_same_news_have_the_same_message_id(mailbox):
    for told in (news(alarm(1)), news(alarm(1)), news(alarm(2))):
        await tell(by_mail(mailbox.url), MAIL, told)
    first, second, third = (took.mail["Message-ID"] for took in mailbox.taken)
    assert first == second != third


async def test_no_text_becomes_a_header_or_hides_another(mailbox):
    hostile = "Late\r\nBcc: all@agency.example\r\n\r\nbody \u202egnp.exe\u2066 \x00\x1b[2J end."
    await tell(by_mail(mailbox.url), MAIL, news(alarm(1, sentence=hostile, remedy=hostile)))
    (took,) = mailbox.taken
    assert took.mail["Bcc"] is None
    assert took.recipients == ("ops@agency.example",)
    assert took.mail["Subject"] == "Sitewright: Late Bcc: all@agency.example body gnp.exe [2J end"
    assert "\n* Late Bcc: all@agency.example body gnp.exe [2J end.\n" in took.text


async def test_a_flood_is_counted_and_a_long_sentence_cut(mailbox):
    many = [alarm(n, f"late:{n}", Kind.LATE, sentence="x" * 300, orders=tuple(range(90))) for n in range(60)]
    await tell(by_mail(mailbox.url), MAIL, news(*many))
    (took,) = mailbox.taken
    assert len(took.mail["Subject"]) <= 140
    assert took.mail["Subject"].endswith("… (and 59 more)")
    assert took.text.count("What to do") == 50
    assert "* And 10 more." in took.text
    assert "18, 19 and 70 more" in took.text


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_over_tls_with_a_login(authority, monkeypatch, scheme):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    with mail_server(scheme, authority) as server:
        server.needs_login = True
        delivery = await tell(by_mail(server.url, **LOGIN), MAIL, news())
    assert delivery.problem is None
    (took,) = server.taken
    assert (took.encrypted, took.login) == (True, USER)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_message(
    tmp_path, monkeypatch, scheme
):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    with mail_server(scheme, Authority.made_in(tmp_path)) as server:
        delivery = await tell(by_mail(server.url, **LOGIN), MAIL, news())
    assert "certificate verify failed" in delivery.problem.message
    assert server.taken == []


async def test_where_encryption_is_asked_for_and_not_offered_nothing_is_sent(mailbox, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    url = mailbox.url.replace("smtp://", "smtp+starttls://")
    delivery = await tell(by_mail(url, **LOGIN), MAIL, news())
    assert "STARTTLS" in delivery.problem.message
    assert mailbox.taken == []


async def test_a_refused_login_is_named_without_the_password(mailbox, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong-horse")
    mailbox.needs_login = True
    delivery = await tell(by_mail(mailbox.url, **LOGIN), MAIL, news())
    assert isinstance(delivery.problem, MailFailed)
    assert "refused the login (535" in delivery.problem.message
    assert "smtp_user" in delivery.problem.remedy
    assert "wrong-horse" not in f"{delivery} {delivery!r}"


@pytest.mark.parametrize("secret", ["", "schlüssel"])
async def test_a_password_that_cannot_be_sent_is_named_by_its_variable(mailbox, monkeypatch, secret):
    monkeypatch.setenv(PASSWORD_VARIABLE, secret)
    delivery = await tell(by_mail(mailbox.url, **LOGIN), MAIL, news())
    assert isinstance(delivery.problem, SecretMissing)
    assert PASSWORD_VARIABLE in delivery.problem.message
    assert "ü" not in str(delivery)


async def test_a_server_that_wants_a_login_and_gets_none_is_named(mailbox):
    mailbox.needs_login = True
    delivery = await tell(by_mail(mailbox.url), MAIL, news())
    assert "530 5.7.0 Authentication required" in delivery.problem.message


async def test_a_refused_recipient_does_not_have_the_others_told_again(mailbox):
    mailbox.refused["gone@agency.example"] = "550 5.1.1 No such user"
    outlet = by_mail(mailbox.url, "ops@agency.example", "gone@agency.example")
    delivery = await tell(outlet, MAIL, news())
    assert delivery.taken
    assert "refused gone@agency.example" in delivery.problem.message
    alone = await tell(by_mail(mailbox.url, "gone@agency.example"), MAIL, news())
    assert not alone.taken
    assert "every recipient (550 5.1.1 No such user)" in alone.problem.message


async def test_a_message_that_is_refused_was_not_taken(mailbox):
    mailbox.answer = "554 5.7.1 It looks like spam"
    delivery = await tell(by_mail(mailbox.url), MAIL, news())
    assert not delivery.taken
    assert "554 5.7.1 It looks like spam" in delivery.problem.message


async def test_a_server_that_is_silent_is_left_after_its_time(mailbox):
    began = time.monotonic()
    with silent_server() as port:
        delivery = await tell(by_mail(f"smtp://127.0.0.1:{port}"), MAIL, news(), seconds=0.3)
    mailbox.silent_after_data = True
    later = await tell(by_mail(mailbox.url), MAIL, news(), seconds=0.3)
    assert time.monotonic() - began < 3
    assert not delivery.taken
    assert not later.taken
    assert "timed out" in delivery.problem.message


async def test_a_server_that_is_silent_after_it_took_the_message_took_it(mailbox):
    mailbox.silent_at_goodbye = True
    delivery = await tell(by_mail(mailbox.url), MAIL, news(), seconds=0.3)
    assert (delivery.taken, len(mailbox.taken)) == (True, 1)


@pytest.mark.parametrize("address", ["smtp://127.0.0.1:{port}", "smtp://nowhere.invalid:25"])
async def test_a_server_that_is_not_there_is_named(address, unused_tcp_port):
    delivery = await tell(by_mail(address.format(port=unused_tcp_port)), MAIL, news())
    assert "cannot be handed to the mail server" in delivery.problem.message


async def test_a_trial_says_that_it_is_one(mailbox):
    assert (await tell_trial(by_mail(mailbox.url), MAIL)).taken
    assert mailbox.taken[0].mail["Subject"] == "Sitewright: This is a test: alarms of Sitewright arrive here"
