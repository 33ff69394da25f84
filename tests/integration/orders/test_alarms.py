"""An alarm is raised once per cause, told once per channel, and closed when its cause is gone."""

import asyncio

from sitewright.orders import alarm_news
from sitewright.orders.alarm_news import channel_standings, claim_news, mark_told, mark_untold
from sitewright.orders.alarms import (
    looking_begins,
    open_alarms,
    raise_alarm,
    recent_alarms,
    settle_alarms,
)
from sitewright.orders.models.alarm import Channel, Kind
from tests.support.alarms import condition
from tests.support.database import count_rows, run_sql

WORKER = condition("no-worker", Kind.WORKER)
LATE = condition("late:17", Kind.LATE, orders=(17,))
ROUTE = condition("route:main", Kind.ROUTE)


async def open_causes(database):
    return [alarm.cause for alarm in await open_alarms(database)]


async def told(database, channel=Channel.WEBHOOK):
    """Tell a channel its news and return the causes that began and that are over."""
    dispatch = await claim_news(database, channel)
    if dispatch is None:
        return None
    await mark_told(database, dispatch)
    raised, over = dispatch.news.raised, dispatch.news.over
    return [alarm.cause for alarm in raised], [alarm.cause for alarm in over]


async def test_a_cause_that_is_found_again_and_again_is_one_alarm_with_the_newest_words(database):
    for late in range(1, 30):
        now = condition("late", Kind.LATE, sentence=f"{late} orders are late.", orders=tuple(range(late)))
        await settle_alarms(database, [WORKER, now])
    late, worker = await open_alarms(database)
    assert (worker.cause, late.sentence, len(late.orders)) == ("no-worker", "29 orders are late.", 29)
    assert await count_rows(database, "alarms") == 2


async def test_a_cause_that_is_gone_is_over_and_one_that_comes_back_is_a_new_alarm(database):
    await settle_alarms(database, [WORKER, LATE])
    await settle_alarms(database, [LATE])
    (over,) = await recent_alarms(database)
    await settle_alarms(database, [WORKER, LATE])
    first, second = await open_alarms(database)
    assert (over.cause, first.cause, second.cause) == ("no-worker", "late:17", "no-worker")
    assert over.since < over.over_at < second.since
    assert second.id != over.id


async def test_a_kind_that_could_not_be_looked_at_is_left_as_it_is(database):
    await settle_alarms(database, [WORKER, ROUTE, LATE])
    await settle_alarms(database, [], unknown={Kind.WORKER, Kind.ROUTE})
    assert await open_causes(database) == ["no-worker", "route:main"]


async def test_two_rounds_at_once_raise_one_alarm_per_cause(database):
    found = [condition(f"late:{number}", Kind.LATE, orders=(number,)) for number in range(40)]
    rounds = (settle_alarms(database, found[::step]) for step in (1, -1) * 5)
    raising = (raise_alarm(database, each) for each in found)
    await asyncio.gather(*rounds, *raising)
    assert sorted(await open_causes(database)) == sorted(each.cause for each in found)
    assert await count_rows(database, "alarms") == 40


async def test_what_was_raised_while_a_round_was_looking_is_not_closed_by_it(database):
    looked_at = await looking_begins(database)
    await raise_alarm(database, ROUTE)
    await settle_alarms(database, [WORKER], looked_at=looked_at)
    assert await open_causes(database) == ["route:main", "no-worker"]
    await settle_alarms(database, [WORKER], looked_at=await looking_begins(database))
    assert await open_causes(database) == ["no-worker"]


async def test_a_slow_round_does_not_open_again_what_a_later_one_found_gone(database):
    await raise_alarm(database, WORKER)
    slow = await looking_begins(database)
    await settle_alarms(database, [], looked_at=await looking_begins(database))
    await settle_alarms(database, [WORKER], looked_at=slow)
    assert await open_causes(database) == []
    await settle_alarms(database, [WORKER], looked_at=await looking_begins(database))
    assert await open_causes(database) == ["no-worker"]


async def test_a_channel_is_told_once_that_something_began_and_once_that_it_is_over(database):
    rounds = []
    for found in ([WORKER, LATE], [WORKER, LATE], [LATE], [LATE], [], [], [WORKER]):
        await settle_alarms(database, found)
        rounds.append(await told(database))
    assert rounds == [
        (["no-worker", "late:17"], []),
        None,
        ([], ["no-worker"]),
        None,
        ([], ["late:17"]),
        None,
        (["no-worker"], []),
    ]


async def test_each_channel_is_told_for_itself(database):
    await settle_alarms(database, [WORKER])
    assert await told(database, Channel.WEBHOOK) == (["no-worker"], [])
    failed = await claim_news(database, Channel.MAIL)
    await mark_untold(database, failed, "The mail server is down.")
    await settle_alarms(database, [WORKER, LATE])
    assert await told(database, Channel.WEBHOOK) == (["late:17"], [])
    assert await told(database, Channel.MAIL) == (["no-worker", "late:17"], [])
    assert await told(database, Channel.MAIL) is None


async def test_what_was_over_before_a_known_channel_could_be_told_is_told_as_one(database):
    dispatch_nothing = await claim_news(database, Channel.MAIL)
    await settle_alarms(database, [WORKER])
    await settle_alarms(database, [])
    assert dispatch_nothing is None
    assert await told(database, Channel.MAIL) == ([], ["no-worker"])
    assert await told(database, Channel.MAIL) is None


async def test_a_channel_that_is_configured_later_hears_of_what_is_wrong_now_and_nothing_before(database):
    await settle_alarms(database, [WORKER, LATE])
    await settle_alarms(database, [LATE])
    assert await told(database, Channel.MAIL) == (["late:17"], [])


async def test_what_has_been_over_for_longer_than_a_week_is_history(database):
    await settle_alarms(database, [WORKER])
    await told(database)
    await settle_alarms(database, [])
    await run_sql(database, "UPDATE alarms SET over_at = now() - interval '8 days'")
    assert await told(database) is None


async def test_of_two_rounds_at_once_one_tells_the_channel(database):
    await settle_alarms(database, [WORKER, LATE])
    claims = await asyncio.gather(*(claim_news(database, Channel.WEBHOOK) for _ in range(8)))
    (mine,) = [claim for claim in claims if claim]
    assert len(mine.news.raised) == 2
    await mark_told(database, mine)
    assert await claim_news(database, Channel.WEBHOOK) is None


async def test_the_news_of_a_round_that_died_while_telling_are_told_again(database):
    await settle_alarms(database, [WORKER])
    dead = await claim_news(database, Channel.WEBHOOK)
    assert await claim_news(database, Channel.WEBHOOK) is None
    await run_sql(database, "UPDATE alarm_channels SET claimed_until = now() - interval '1 second'")
    again = await claim_news(database, Channel.WEBHOOK)
    assert again.news == dead.news
    # The dead one was only slow: what it says by now takes nothing from the one that has the right.
    await mark_untold(database, dead, "late")
    assert await claim_news(database, Channel.WEBHOOK) is None
    await mark_told(database, again)
    assert await told(database) is None


async def test_one_message_tells_of_so_many_and_the_next_round_goes_on(database, monkeypatch):
    monkeypatch.setattr(alarm_news, "MOST_IN_ONE", 30)
    await settle_alarms(database, [condition(f"late:{n}", Kind.LATE) for n in range(70)])
    rounds = [await told(database) for _ in range(4)]
    assert [len(raised) for raised, _ in rounds[:3]] == [30, 30, 10]
    assert rounds[3] is None


async def test_a_channels_standing_says_since_when_it_fails_and_that_it_works_again(database):
    await settle_alarms(database, [WORKER])
    for problem in ("It is down.", "It is still down."):
        await mark_untold(database, await claim_news(database, Channel.MAIL), problem)
    failing = (await channel_standings(database))[Channel.MAIL]
    await told(database, Channel.MAIL)
    working = (await channel_standings(database))[Channel.MAIL]
    assert (failing.problem, failing.took_at) == ("It is still down.", None)
    assert failing.failing_since < failing.tried_at
    assert (working.problem, working.failing_since) == ("", None)
    assert working.took_at > failing.tried_at


async def test_a_round_does_not_read_through_the_history(database):
    history = """
        INSERT INTO alarms (cause, kind, sentence, remedy, since, over_at, told_raised, told_over)
        SELECT 'late:' || n, 'late', 's', 'r', now() - interval '90 days',
            now() - interval '30 days' - n * interval '1 second', '{webhook}', '{webhook}'
        FROM generate_series(1, 100000) n
    """
    await run_sql(database, history)
    await run_sql(database, "ANALYZE alarms")
    before = await rows_read_one_by_one(database)
    for _ in range(3):
        await settle_alarms(database, [WORKER], looked_at=await looking_begins(database))
        await mark_untold(database, await claim_news(database, Channel.WEBHOOK), "down")
        await open_alarms(database)
        await recent_alarms(database)
    await told(database)
    assert await rows_read_one_by_one(database) == before


async def rows_read_one_by_one(database):
    await database.close()  # a connection that ends has reported what it read
    read = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'alarms'"
    return (await run_sql(database, read))[0][0]
