"""The first question about an order: the site's voice, and the pages' titles, descriptions and sections."""

from collections import Counter
from functools import lru_cache, partial

from sitewright.copywriting.answers import read_answer
from sitewright.copywriting.asking import ask
from sitewright.copywriting.facts import KnownFacts, profiles
from sitewright.copywriting.language import Spoken, spoken
from sitewright.copywriting.leaks import leaks_of, private_names
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.order_data import delimited, plan_data
from sitewright.copywriting.plain_words import PlainWords
from sitewright.copywriting.prompts import prompt
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.schemas import AnswerModel, plan_answer, strict
from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    PlannedPage,
    SectionKind,
    SitePlan,
    buildable_pages,
    required_sections,
)

# The voice speaks to whoever writes the pages, not to a visitor.
_UNSEEN = frozenset({"voice"})


async def write_plan(order: Order, line: AiLine) -> SitePlan:
    """Return the AI's plan of the site that `order` asks for: every page to build, in the site's order.

    Takes at most `asking.ASK_BUDGET_SECONDS`. Raises CopywritingError, of the kind that `asking.ask` names.
    """
    asked = await ask(plan_question(order, private_names(line.routes)), line)
    return asked.value.model_copy(update={"honesty": asked.honesty})


def plan_question(order: Order, private: tuple[str, ...] = ()) -> Question[SitePlan]:
    """Return the question for the plan of `order`'s site; words in `private` are no answer's to say."""
    words, data = prompt("plan", order.language), plan_data(order)
    variant = words.variant(order)
    model, leaks = plan_answer(order.brief), leaks_of(words, order, data, private)
    known = KnownFacts(data, order.language, profiles=profiles(order.brief), leaks=leaks)
    return Question(
        order_id=order.id,
        step=order.plan_step,
        name="site_plan",
        schema=strict(model),
        system=words.system(order),
        user=f"{words.fill('user', variant=variant)}\n\n{delimited(data)}",
        again=lambda problem: words.fill("again", problem=problem),
        # Read for its call's row, and once more to be used: remembered, as it takes a while.
        read=lru_cache(maxsize=1)(
            partial(
                read_plan,
                model=model,
                brief=order.brief,
                known=known,
                instead=PlainWords(data, order.language, known),
                words=spoken(order.language, order.brief),
            )
        ),
    )


def read_plan(
    text: str,
    *,
    model: AnswerModel,
    brief: Brief,
    known: KnownFacts,
    words: Spoken,
    instead: PlainWords,
) -> Reading[SitePlan]:
    """Return the plan that `text`, an answer of `model`, says.

    Raises ValueError when it is none, or when a page lacks a required section, has one twice, does not begin
    with its hero, does not end with its call to action, or is not described in the order's language.
    """
    data, *told = read_answer(text, model, known, words, instead=instead, unseen=_UNSEEN)
    pages = tuple(PlannedPage(page=kind, **data["pages"][kind.value]) for kind in buildable_pages(brief))
    problems = [problem for page in pages for problem in _misplaced(page.page, page.sections)]
    if problems:
        raise ValueError("; ".join(problems))
    return Reading(SitePlan(voice=data["voice"], pages=pages), *told)


def _misplaced(page: PageKind, sections: tuple[SectionKind, ...]) -> list[str]:
    where = f"pages.{page.value}.sections"
    missing = [kind for kind in required_sections(page) if kind not in sections]
    repeated = [kind for kind, times in Counter(sections).items() if times > 1]
    problems = [f"{where}: the required section {kind.value} is missing" for kind in missing]
    problems += [f"{where}: the section {kind.value} is there more than once" for kind in repeated]
    if SectionKind.HERO in sections[1:]:
        problems.append(f"{where}: hero must be the first section")
    if SectionKind.CALL_TO_ACTION in sections[:-1]:
        problems.append(f"{where}: call_to_action must be the last section")
    return problems
