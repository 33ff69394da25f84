import pytest

from sitewright.errors import (
    LeaseHeld,
    LeaseLost,
    OrderCancelled,
    TransitionRefused,
    UnknownOrder,
    UnknownStep,
)
from sitewright.orders.leases import release_lease, take_lease
from sitewright.orders.ledger import complete_step, completed_step
from sitewright.orders.loading import begin_again, open_revision, reopen_from
from sitewright.orders.repository import show_order
from sitewright.orders.states import cancel_order, move
from sitewright.orders.usage import recall_answer, record_call
from tests.support.database import count_rows, run_sql
from tests.support.orders import ai_call, building, opened, order_document, placed, step

STEPS = ("load", "plan", "page:home", "page:about", "render", "check", "publish")
SECOND = ("plan:en", "page:en/home", "page:en/about")


async def _done(database, order, steps=STEPS):
    """Complete every step, each page and the plan with a recorded answer."""
    for name in steps:
        if name.startswith("p") and name != "publish":
            await record_call(database, order, ai_call(name, name))
        await complete_step(database, order, step(name))


async def _there(database):
    steps = {name for (name,) in await run_sql(database, "SELECT name FROM steps")}
    answers = {
        name for (name,) in await run_sql(database, "SELECT step FROM ai_calls WHERE discarded_at IS NULL")
    }
    return steps, answers


async def test_a_run_gets_the_frozen_brief_and_the_order_is_building(database):
    order_id = await placed(database)
    await move(database, order_id, "blocked", reason="the key was rejected")
    lease = await take_lease(database, order_id, "run-1")
    order = await open_revision(database, order_id, 1, lease)
    document = order_document()
    assert (order.brief, order.product, order.locale) == (document.brief, document.product, "pt-BR")
    assert (order.lease, order.revision, order.slug) == (lease, 1, "sorriso-do-porto-odontologia")
    assert (order.due_at - order.placed_at).days == 5
    assert await open_revision(database, order_id, None, lease) == order
    record = await show_order(database, order_id)
    assert (record.state, record.reason) == ("building", None)
    assert [entry.event for entry in record.timeline] == ["placed", "blocked", "building"]


async def test_only_the_current_revision_is_built(database):
    order = await building(database)
    with pytest.raises(UnknownOrder, match="no revision 2, only 1 to 1"):
        await open_revision(database, order.id, 2, order.lease)
    await run_sql(
        database, "INSERT INTO revisions (order_id, number, brief) SELECT order_id, 2, brief FROM revisions"
    )
    await run_sql(database, "UPDATE orders SET revision = 2")
    with pytest.raises(TransitionRefused, match="Revision 1 was replaced by revision 2"):
        await open_revision(database, order.id, 1, order.lease)
    assert (await open_revision(database, order.id, None, order.lease)).revision == 2


async def test_a_run_begins_again_once_and_its_retries_resume(database):
    order = await building(database, "run-1")
    await _done(database, order)
    assert await begin_again(database, order, "run-1")
    assert await _there(database) == (set(), set())
    assert await recall_answer(database, order, ai_call("plan", "plan").request_hash) is None
    await _done(database, order)
    assert not await begin_again(database, order, "run-1")
    assert (await _there(database))[0] == {*STEPS}
    await release_lease(database, order.id, order.lease)
    second = await opened(database, order.id, "run-2")
    assert await begin_again(database, second, "run-2")
    await _done(database, second)
    await release_lease(database, order.id, second.lease)
    retried = await opened(database, order.id, "run-1")
    assert not await begin_again(database, retried, "run-1")
    assert (await _there(database))[0] == {*STEPS}
    assert await count_rows(database, "ai_calls") == 9


async def test_an_answer_to_a_question_from_before_the_new_beginning_is_billed_and_not_used(database):
    zombie = await building(database, "zombie")
    await run_sql(database, "UPDATE leases SET released_at = now()")
    order = await opened(database, zombie.id, "run-2")
    await record_call(database, zombie, ai_call("plan", "in time"))
    assert await recall_answer(database, order, ai_call("plan", "in time").request_hash) is not None
    await begin_again(database, order, "run-2")
    await record_call(database, zombie, ai_call("plan", "late"))
    assert await recall_answer(database, order, ai_call("plan", "late").request_hash) is None
    assert (await show_order(database, order.id)).ai.calls == 2


@pytest.mark.parametrize(
    ("from_step", "kept", "answers"),
    [
        ("load", set(), set()),
        ("plan", {"load"}, set()),
        ("page:*", {"load", "plan"}, {"plan"}),
        ("page:home", {"load", "plan", "page:about"}, {"plan", "page:about"}),
        ("render", {*STEPS[:4]}, {"plan", "page:home", "page:about"}),
        ("publish", {*STEPS[:6]}, {"plan", "page:home", "page:about"}),
    ],
)
async def test_reopening_forgets_a_step_and_what_follows_from_it(database, from_step, kept, answers):
    order = await building(database)
    await _done(database, order)
    await release_lease(database, order.id, order.lease)
    reopened = await reopen_from(database, order.id, None, from_step)
    assert await _there(database) == (kept, answers)
    assert set(reopened) == {*STEPS} - kept
    assert (await show_order(database, order.id)).timeline[-1].detail.startswith(f"from {from_step}:")
    again = await opened(database, order.id, "run-2")
    assert await completed_step(database, again, "publish") is None


@pytest.mark.parametrize(
    ("from_step", "kept"),
    [
        ("load", set()),
        ("plan", {"load", *SECOND}),
        ("plan:en", {*STEPS[:4]}),
        ("plan:*", {"load"}),
        ("page:*", {"load", "plan", "plan:en"}),
        ("page:en/*", {*STEPS[:4], "plan:en"}),
        ("page:en/home", {*STEPS[:4], "plan:en", "page:en/about"}),
        ("page:home", {"load", "plan", "page:about", *SECOND}),
        ("render", {*STEPS[:4], *SECOND}),
    ],
)
async def test_reopening_keeps_the_other_language(database, from_step, kept):
    order = await building(database, second_locale="en-US")
    await _done(database, order, (*STEPS, *SECOND))
    await release_lease(database, order.id, order.lease)
    await reopen_from(database, order.id, None, from_step)
    assert await _there(database) == (kept, {name for name in kept if name.startswith("p")})


async def test_an_order_is_loaded_with_its_second_language(database):
    words = {"site": {"cta_text": "Book now"}}
    order = await building(database, second_locale="en-US", brief__translations=words)
    second = order.in_second_language()
    assert (order.locale, order.second_locale, order.second) == ("pt-BR", "en-US", False)
    assert (second.locale, second.second_locale, second.second) == ("en-US", None, True)
    assert (order.plan_step, order.page_step, order.folder) == ("plan", "page:", "")
    assert (second.plan_step, second.page_step, second.folder) == ("plan:en", "page:en/", "en/")
    assert second.brief.site.cta_text == "Book now" != order.brief.site.cta_text


async def test_after_reopening_a_run_that_was_thought_dead_writes_nothing(database):
    zombie = await building(database, "zombie")
    await _done(database, zombie)
    await run_sql(database, "UPDATE leases SET heartbeat_at = now() - interval '1 hour'")
    await reopen_from(database, zombie.id, 1, "plan")
    with pytest.raises(LeaseLost):
        await complete_step(database, zombie, step("plan"))
    await record_call(database, zombie, ai_call("plan", "late"))
    order = await opened(database, zombie.id, "run-2")
    assert await recall_answer(database, order, ai_call("plan", "late").request_hash) is None
    await record_call(database, order, ai_call("plan", "new"))
    assert await _there(database) == ({"load"}, {"plan"})


async def test_reopening_is_refused_in_a_sentence(database):
    order = await building(database, "run-1")
    with pytest.raises(UnknownStep, match="no step 'paln'"):
        await reopen_from(database, order.id, None, "paln")
    await _done(database, order)
    with pytest.raises(LeaseHeld, match="run-1"):
        await reopen_from(database, order.id, None, "plan")
    await release_lease(database, order.id, order.lease)
    for unknown in ("pages", "page", "plan:home", "review", ""):
        with pytest.raises(UnknownStep, match=f"no step '{unknown}'"):
            await reopen_from(database, order.id, None, unknown)
    with pytest.raises(UnknownOrder):
        await reopen_from(database, 404, None, "plan")
    await cancel_order(database, order.id, "the operator")
    with pytest.raises(OrderCancelled):
        await reopen_from(database, order.id, None, "plan")
    assert (await _there(database))[0] == {*STEPS}
