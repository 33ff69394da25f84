"""What a round of watching finds wrong, from a real database, disk and AI route, while Prefect is away."""

from collections.abc import Iterator

import pytest
from prefect.logging import disable_run_logger
from prefect.settings import PREFECT_API_URL, temporary_settings

from sitewright.orders.alarm_news import claim_news, mark_told
from sitewright.orders.alarms import looking_begins, open_alarms, raise_alarm, settle_alarms
from sitewright.orders.leases import release_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.models.alarm import Channel, Kind
from sitewright.orders.models.order import OrderState
from sitewright.orders.pipeline import MOST_NAMED, pipeline_status
from sitewright.orders.rounds import last_rounds, round_ended
from sitewright.orders.usage import record_call
from sitewright.orders.watching import blocked_by_cause
from sitewright.route_trials import try_routes
from sitewright.settings import Route, Settings
from tasks.find_conditions import find_conditions
from tasks.outside import route_conditions
from tests.support.alarms import condition
from tests.support.database import run_sql
from tests.support.misbehaving_ai import answers, fails, misbehaving_ai
from tests.support.orders import ai_call, building, in_state, placed, step

NOBODY_LISTENS = "http://127.0.0.1:9/api"

COPIES = """
WITH copied AS (
    INSERT INTO orders (reference, customer_id, document, fingerprint, locale, product, slug,
                        since, placed_at, due_at, started_at, attempts)
    SELECT :name || n, customer_id, '{}', fingerprint, locale, product, lower(:name) || n,
           now() - make_interval(hours => cast(:waits AS integer)), now(),
           now() + make_interval(hours => cast(:due AS integer), secs => n),
           CASE WHEN :asked_for THEN now() - make_interval(hours => cast(:waits AS integer)) END, 1
    FROM orders, generate_series(1, cast(:count AS integer)) AS n WHERE id = :model RETURNING id
)
INSERT INTO leases (order_id) SELECT id FROM copied
"""


SCHEDULED = ("dispatch-orders", "recover-orders", "watch-pipeline", "prune-releases")


@pytest.fixture(autouse=True)
async def _rounds_come(database):
    await all_rounds_are_done(database)


async def all_rounds_are_done(database):
    for name in SCHEDULED:
        await round_ended(database, name)


@pytest.fixture(autouse=True)
def _prefect_is_away() -> Iterator[None]:
    with disable_run_logger(), temporary_settings({PREFECT_API_URL: NOBODY_LISTENS}):
        yield


@pytest.fixture
def settings(tmp_path):
    return Settings(site_root=tmp_path)


async def copies(database, model, name, count, *, due=1000, waits=0, asked_for=False):
    """Make `count` orders like another one, due in so many hours (and a second each), placed so long ago."""
    values = {"model": model, "name": name, "count": count, "due": due, "waits": waits}
    await run_sql(database, COPIES, **values, asked_for=asked_for)


async def looked(database, settings):
    """Find what is wrong and bring the alarms to it, as a round does."""
    looked_at = await looking_begins(database)
    standing, rounds = await pipeline_status(database), await last_rounds(database)
    found = await find_conditions(database, settings, standing, rounds)
    await settle_alarms(database, found.conditions, unknown=found.unknown, looked_at=looked_at)
    return found


async def told(database):
    """Tell the webhook its news, and return the causes that began and that are over."""
    dispatch = await claim_news(database, Channel.WEBHOOK)
    if dispatch is None:
        return set(), set()
    await mark_told(database, dispatch)
    raised, over = dispatch.news.raised, dispatch.news.over
    return {alarm.cause for alarm in raised}, {alarm.cause for alarm in over}


def causes(conditions):
    return {each.cause for each in conditions}


async def late_causes(database, name):
    rows = await run_sql(database, "SELECT id FROM orders WHERE reference LIKE :name", name=f"{name}%")
    return {f"late:{row.id}" for row in rows}


async def test_what_falls_out_of_a_full_list_is_not_told_as_over(database, settings):
    model = await placed(database)
    await copies(database, model, "OLD-", MOST_NAMED, due=-20)
    await looked(database, settings)
    old = await late_causes(database, "OLD-")
    assert await told(database) == (old, set())

    await copies(database, model, "OLDER-", 60, due=-40)
    await looked(database, settings)
    older = await late_causes(database, "OLDER-")
    assert await told(database) == (older, set())

    # Those that are still named are a hundred, and none of the others is known to be in time.
    await run_sql(database, "UPDATE orders SET state = 'cancelled' WHERE reference LIKE 'OLDER-%'")
    await looked(database, settings)
    assert await told(database) == (set(), set())

    await run_sql(database, "UPDATE orders SET state = 'cancelled' WHERE reference = 'OLD-7'")
    await looked(database, settings)
    (gone,) = await run_sql(database, "SELECT id FROM orders WHERE reference = 'OLD-7'")
    assert await told(database) == (set(), older | {f"late:{gone.id}"})


async def test_prefect_away_neither_opens_nor_closes_what_only_prefect_can_tell(database, settings):
    await raise_alarm(database, condition("no-worker", Kind.WORKER))
    found = await looked(database, settings)
    assert Kind.WORKER in found.unknown
    assert [alarm.cause for alarm in await open_alarms(database)] == ["no-worker"]


async def test_a_site_root_that_is_gone_names_who_waits_for_it_and_is_not_made_by_looking(
    database, settings, tmp_path
):
    tmp_path.rmdir()
    order_id = await in_state(database, OrderState.BLOCKED)
    await run_sql(database, "UPDATE orders SET cause = 'SiteRootUnwritable'")
    (wrong,) = (await looked(database, settings)).conditions
    assert wrong.cause == "site-root"
    assert wrong.sentence == (
        f"The site root {tmp_path} is not there: no published site can be reached. "
        f"Order {order_id} (CRM-21) is blocked by it."
    )
    assert wrong.orders == (order_id,)
    assert not tmp_path.exists()


async def test_a_file_in_the_place_of_the_site_root_is_named(database, settings, tmp_path):
    tmp_path.rmdir()
    tmp_path.write_text("in the way")
    (wrong,) = (await looked(database, settings)).conditions
    assert wrong.cause == "site-root"
    assert str(tmp_path) in wrong.sentence


def route(name, url):
    return Route(name=name, base_url=url, model="some-model", timeout_seconds=5)


INVALID_KEY = fails(401, {"message": "Incorrect API key provided: sk-abcdefgh", "code": "invalid_api_key"})
READY = answers({"ready": True})


async def looked_at_routes(database, settings):
    """Do what `looked` does for the AI routes alone, and return the conditions."""
    standing, blocked = await pipeline_status(database), await blocked_by_cause(database)
    found = await route_conditions(database, settings, standing, blocked)
    await settle_alarms(database, found)
    return found


async def test_a_rejected_key_is_one_alarm_whoever_waits_and_a_silent_route_beside_a_good_one_is_none(
    database, settings
):
    model = await in_state(database, OrderState.BLOCKED)
    await copies(database, model, "KEY-", 30)
    await run_sql(database, "UPDATE orders SET state = 'blocked', reason = 'because', cause = 'KeyRejected'")
    silent = route("spare", NOBODY_LISTENS)
    with misbehaving_ai() as ai:
        both = route("main", ai.url), silent
        routes = settings.model_copy(update={"routes": both})
        ai.will(INVALID_KEY)
        refused = await looked_at_routes(database, routes)
        assert await told(database) == ({"route:main", "route:spare"}, set())
        again = await looked_at_routes(database, routes)
        assert len(ai.requests) == 1, "a route that is known to be refused was tried to tell of it"
        ai.will(READY)
        await try_routes(database, both)
        mended = await looked_at_routes(database, routes)
    main, spare = sorted(refused, key=lambda each: each.cause)
    assert (main.cause, spare.cause) == ("route:main", "route:spare")
    since = f"{(await run_sql(database, 'SELECT opened_at FROM circuits'))[0].opened_at:%Y-%m-%d %H:%M} UTC"
    refusal = (
        f"AI route main is refused since {since}: The AI provider rejected the key (HTTP 401). 31 orders ("
    )
    assert main.sentence.startswith(refusal)
    assert main.sentence.endswith("and 26 more) are blocked by it.")
    assert "sk-" not in main.sentence
    assert "api_key_env" in main.remedy
    assert len(main.orders) == 31
    assert main in again
    assert mended == []
    assert await told(database) == (set(), {"route:main", "route:spare"})


async def test_a_route_that_answers_orders_or_that_no_order_needs_is_not_paid_to_say_so(database, settings):
    with misbehaving_ai() as ai:
        routes = settings.model_copy(update={"routes": (route("main", ai.url),)})
        ai.will(READY)
        assert causes(await looked_at_routes(database, routes)) == set()
        assert len(ai.requests) == 0, "no order is due"
        order = await building(database)
        assert causes(await looked_at_routes(database, routes)) == set()
        assert len(ai.requests) == 1, "an order is due, and nothing is known of the route"
        await record_call(database, order, ai_call())
        assert causes(await looked_at_routes(database, routes)) == set()
        assert len(ai.requests) == 1, "it answered the order just now"


async def test_a_request_that_is_refused_is_told_until_the_route_takes_it_orders_or_not(database, settings):
    order = await building(database)
    with misbehaving_ai() as ai:
        routes = settings.model_copy(update={"routes": (route("main", ai.url),)})
        ai.will(fails(404, {"message": "no such model", "code": "model_not_found"}))
        assert causes(await looked_at_routes(database, routes)) == {"route:main"}
        assert await told(database) == ({"route:main"}, set())
        await run_sql(database, f"UPDATE orders SET state = 'cancelled' WHERE id = {order.id}")
        assert causes(await looked_at_routes(database, routes)) == {"route:main"}
        ai.will(READY)
        assert causes(await looked_at_routes(database, routes)) == set()
    assert await told(database) == (set(), {"route:main"})


async def test_a_variable_without_a_key_is_named(database, settings, monkeypatch):
    monkeypatch.delenv("TEST_AI_KEY", raising=False)
    await in_state(database, OrderState.BLOCKED)
    await run_sql(database, "UPDATE orders SET cause = 'KeyRejected'")
    keyless = route("main", NOBODY_LISTENS).model_copy(update={"api_key_env": "TEST_AI_KEY"})
    (wrong,) = await looked_at_routes(database, settings.model_copy(update={"routes": (keyless,)}))
    said = "The variable TEST_AI_KEY, which holds the key of route main, is not set."
    assert wrong.sentence.startswith(f"AI route main: {said} Order ")


async def test_the_circuit_of_a_route_that_is_no_longer_configured_is_no_alarm(database, settings):
    with misbehaving_ai() as ai:
        before = settings.model_copy(update={"routes": (route("gone", ai.url),)})
        after = settings.model_copy(update={"routes": (route("main", NOBODY_LISTENS),)})
        ai.will(INVALID_KEY)
        await try_routes(database, before.routes)
        assert causes(await looked_at_routes(database, before)) == {"route:gone"}
        assert await told(database) == ({"route:gone"}, set())
        assert causes(await looked_at_routes(database, after)) == set()
    assert await told(database) == (set(), {"route:gone"})


async def test_orders_that_wait_for_an_operator_are_one_alarm_by_cause(database, settings):
    model = await in_state(database, OrderState.BLOCKED)
    await copies(database, model, "UI-", 6)
    await run_sql(database, "UPDATE orders SET state = 'blocked', reason = 'because', cause = 'RunCancelled'")
    (wrong,) = (await looked(database, settings)).conditions
    assert wrong.cause == "blocked:RunCancelled"
    assert wrong.sentence.startswith("7 orders (")
    assert "orders build ID" in wrong.remedy


async def test_orders_that_nobody_starts_are_stuck_and_a_dead_schedule_says_so_for_all_of_them(
    database, settings
):
    model = await placed(database)
    await copies(database, model, "STUCK-", 3, waits=2)
    stuck = causes((await looked(database, settings)).conditions)
    assert len(stuck) == 3
    assert all(cause.startswith("stuck:") for cause in stuck)

    an_hour_ago = "UPDATE rounds SET ended_at = now() - interval '1 hour'"
    await run_sql(database, f"{an_hour_ago} WHERE name IN ('dispatch-orders', 'recover-orders')")
    overdue = await looked(database, settings)
    assert causes(overdue.conditions) == {"schedule:dispatch-orders", "schedule:recover-orders"}
    assert Kind.STUCK in overdue.unknown

    await all_rounds_are_done(database)
    assert causes((await looked(database, settings)).conditions) == set()  # nothing has had its turn yet
    assert causes((await looked(database, settings)).conditions) == stuck

    await run_sql(database, an_hour_ago)  # as after a night in which the machine was off
    assert causes((await looked(database, settings)).conditions) == set()


async def test_runs_that_wait_in_a_long_queue_are_not_stuck_while_it_moves(database, settings):
    model = await placed(database)
    await copies(database, model, "NIGHT-", 20, waits=2, asked_for=True)
    assert len(causes((await looked(database, settings)).conditions)) == 20
    order = await building(database, reference="MOVES")
    await complete_step(database, order, step("load"))
    await release_lease(database, order.id, order.lease)
    assert causes((await looked(database, settings)).conditions) == set()


async def test_orders_that_wait_for_a_first_route_are_told(database, settings):
    order_id = await in_state(database, OrderState.BLOCKED)
    await run_sql(database, "UPDATE orders SET cause = 'NoRoute'")
    (wrong,) = (await looked(database, settings)).conditions
    assert wrong.sentence == f"Order {order_id} (CRM-21) is blocked: No AI route is configured."
    assert "sitewright.toml" in wrong.remedy


async def test_a_site_root_without_what_was_published_is_told(database, settings, tmp_path):
    order_id = await in_state(database, OrderState.PUBLISHED)
    (wrong,) = (await looked(database, settings)).conditions
    assert wrong.cause == "site-root"
    assert f"The site root {tmp_path} was emptied or is not mounted" in wrong.sentence
    assert f"such as of order {order_id} (CRM-21)" in wrong.sentence
