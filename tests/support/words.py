"""Words for any order without an AI: a plan and the copy of every page, and the order itself from a file.

Every field of the copy gets words that occur nowhere else, so that a test can look for each of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Lease, Order, PlacedOrder
from sitewright.orders.models.site import (
    AboutCopy,
    Author,
    FactsCopy,
    FaqCopy,
    FaqItem,
    HeroCopy,
    PageCopy,
    PlannedPage,
    SectionCopy,
    SectionKind,
    ServicesCopy,
    SitePlan,
    buildable_pages,
    faq_topics,
    possible_sections,
)

SAMPLES = Path(__file__).parents[2] / "sitewright" / "local" / "samples"

_SAMPLES_OF: dict[str, dict[str, str]] = {
    "en": {
        "hero": "Good work, done when we said it would be",
        "services": "What we can do for you",
        "about": "The people behind the name",
        "process": "How we work",
        "team": "Who you will meet",
        "faq": "Questions we are often asked",
        "hours": "When to find us",
        "area": "Where we work",
        "prices": "What it costs",
        "testimonials": "In our customers' words",
        "gallery": "Some of our work",
        "contact": "Get in touch",
        "call_to_action": "Tell us what you need",
        "lead": "Plain words about {topic}: what to expect, how it goes, and whom to ask.",
        "text": "{topic}, done with care and explained beforehand, so that you know what happens and why.",
        "question": "What should I know about {topic}?",
        "paragraph": "We like to listen first, agree on what is needed, and then do it properly. {topic}",
    },
    "pt": {
        "hero": "Cuidado de perto, do jeito que você precisa",
        "services": "O que fazemos",
        "about": "Quem está por trás",
        "process": "Como trabalhamos",
        "team": "Quem atende você",
        "faq": "Perguntas frequentes",
        "hours": "Quando nos encontrar",
        "area": "Onde atendemos",
        "prices": "Quanto custa",
        "testimonials": "Palavras de quem conhece",
        "gallery": "Um pouco do que fazemos",
        "contact": "Fale com a gente",
        "call_to_action": "Vamos conversar?",
        "lead": "Palavras simples sobre {topic}: o que esperar, como funciona e com quem falar.",
        "text": "{topic}, com atenção aos detalhes e explicação antes de começar.",
        "question": "O que devo saber sobre {topic}?",
        "paragraph": "Gostamos de ouvir primeiro, combinar o que é preciso e depois fazer bem feito. {topic}",
    },
    "es": {
        "hero": "Tu bicicleta, como el primer día",
        "services": "Lo que hacemos",
        "about": "Quiénes somos",
        "process": "Cómo trabajamos",
        "team": "Quién te atiende",
        "faq": "Preguntas frecuentes",
        "hours": "Cuándo encontrarnos",
        "area": "Dónde trabajamos",
        "prices": "Cuánto cuesta",
        "testimonials": "En palabras de clientes",
        "gallery": "Parte de nuestro trabajo",
        "contact": "Habla con nosotros",
        "call_to_action": "Cuéntanos qué necesitas",
        "lead": "Palabras sencillas sobre {topic}: qué esperar, cómo va y a quién preguntar.",
        "text": "{topic}, hecho con calma y explicado antes, para que sepas qué pasa y por qué.",
        "question": "¿Qué conviene saber sobre {topic}?",
        "paragraph": "Nos gusta escuchar primero, acordar lo que hace falta y hacerlo bien. {topic}",
    },
    "fr": {
        "hero": "Votre jardin, bien soigné",
        "services": "Ce que nous faisons",
        "about": "Qui nous sommes",
        "process": "Comment cela se passe",
        "team": "Qui vous reçoit",
        "faq": "Questions fréquentes",
        "hours": "Quand nous trouver",
        "area": "Où nous travaillons",
        "prices": "Combien ça coûte",
        "testimonials": "Paroles de clients",
        "gallery": "Une partie de notre travail",
        "contact": "Parlons-en",
        "call_to_action": "Dites-nous ce qu’il vous faut",
        "lead": "Des mots simples sur {topic} : à quoi s’attendre, comment cela se passe et à qui demander.",
        "text": "{topic}, fait avec soin et expliqué avant, pour que vous sachiez quoi et pourquoi.",
        "question": "Que faut-il savoir sur {topic} ?",
        "paragraph": "Nous aimons écouter d’abord, convenir de ce qu’il faut, puis bien le faire. {topic}",
    },
    "de": {
        "hero": "Gute Arbeit, wie wir sie besprochen haben",
        "services": "Was wir tun",
        "about": "Wer wir sind",
        "process": "So läuft es ab",
        "team": "Wem Sie begegnen",
        "faq": "Häufige Fragen",
        "hours": "Wann Sie uns erreichen",
        "area": "Wo wir arbeiten",
        "prices": "Was es kostet",
        "testimonials": "Stimmen unserer Kundschaft",
        "gallery": "Ein Teil unserer Arbeit",
        "contact": "Melden Sie sich",
        "call_to_action": "Sagen Sie uns, was Sie brauchen",
        "lead": "Einfache Wörter über {topic}: was zu erwarten ist, wie es geht und wen man fragt.",
        "text": "{topic}, mit Sorgfalt getan und vorher erklärt, damit Sie wissen, was geschieht und warum.",
        "question": "Was sollte ich über {topic} wissen?",
        "paragraph": "Wir hören gern erst zu, klären, was gebraucht wird, und tun es dann richtig. {topic}",
    },
    "it": {
        "hero": "Un buon lavoro, come l’abbiamo detto",
        "services": "Che cosa facciamo",
        "about": "Chi siamo",
        "process": "Come funziona",
        "team": "Chi incontrerà",
        "faq": "Domande frequenti",
        "hours": "Quando trovarci",
        "area": "Dove lavoriamo",
        "prices": "Quanto costa",
        "testimonials": "Parole dei clienti",
        "gallery": "Una parte dei nostri lavori",
        "contact": "Parliamone",
        "call_to_action": "Ci dica che cosa Le serve",
        "lead": "Parole semplici su {topic}: che cosa aspettarsi, come si svolge e a chi chiedere.",
        "text": "{topic}, con cura e con una spiegazione prima, perché sappia che cosa succede.",
        "question": "Che cosa conviene sapere su {topic}?",
        "paragraph": "Ci piace ascoltare prima, capire che cosa serve e poi farlo bene. {topic}",
    },
    "ar": {
        "hero": "عمل جيد كما اتفقنا عليه",
        "services": "ما نقوم به",
        "about": "من نحن",
        "process": "كيف يسير العمل",
        "team": "من ستلتقون",
        "faq": "أسئلة شائعة",
        "hours": "متى تجدوننا",
        "area": "أين نعمل",
        "prices": "كم التكلفة",
        "testimonials": "كلمات العملاء",
        "gallery": "بعض أعمالنا",
        "contact": "تواصلوا معنا",
        "call_to_action": "أخبرونا بما تحتاجون إليه",
        "lead": "كلمات بسيطة عن {topic}: ما تتوقعونه وكيف يسير الأمر ومن تسألون.",
        "text": "{topic} بعناية ومع شرح قبل البدء، لتعرفوا ماذا يحدث ولماذا.",
        "question": "ماذا يجب أن أعرف عن {topic}؟",
        "paragraph": "نحب أن نصغي أولًا ونتفق على المطلوب ثم ننجزه كما يجب. {topic}",
    },
}


def sample_names() -> list[str]:
    """Return the names of the sample orders' files."""
    return sorted(path.name for path in SAMPLES.glob("*.json"))


def order_of(placed: PlacedOrder, **changes: Any) -> Order:
    """Return the order as a run works on it; `changes` are dotted as `brief__business__name`."""
    plain = placed.model_dump(mode="json", exclude={"customer"})
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = plain
        for step in way:
            inner = inner[step]
        inner[last] = value
    return Order.model_validate(
        plain
        | {
            "id": 7,
            "revision": 1,
            "slug": "a-site",
            "placed_at": datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
            "due_at": datetime(2026, 1, 10, 9, 0, tzinfo=UTC),
            "lease": Lease(token=1, flow_run_id="run"),
        }
    )


def sample_order(name: str, **changes: Any) -> Order:
    """Return the sample order in the file `name`, with `changes` as `order_of` takes them."""
    return order_of(PlacedOrder.model_validate_json((SAMPLES / name).read_bytes()), **changes)


def words_for(order: Order, *, ai: bool = False) -> tuple[SitePlan, tuple[PageCopy, ...]]:
    """Return a plan and the copy of every page that `order` can have, with all possible sections."""
    words = _SAMPLES_OF[order.language]
    pages = buildable_pages(order.brief)
    planned = tuple(
        PlannedPage(
            page=page,
            title=f"{words[_opening(page)]} · {order.brief.business.name}"[:80],
            description=words["lead"].format(topic=order.brief.business.name.casefold())[:220],
            sections=possible_sections(page, order.brief),
        )
        for page in pages
    )
    author = Author(route="offline", model="offline-copywriter", ai=ai)
    copies = tuple(
        PageCopy(page=page.page, author=author, sections=tuple(_sections(order, page, words)))
        for page in planned
    )
    return SitePlan(voice="Plain and warm.", pages=planned), copies


def _opening(page: PageKind) -> str:
    return {PageKind.HOME: "hero", PageKind.PRICING: "prices"}.get(page, str(page))


def _sections(order: Order, page: PlannedPage, words: dict[str, str]) -> Iterator[SectionCopy]:
    kinds = sorted(page.sections, key=lambda kind: kind is SectionKind.CALL_TO_ACTION)
    for kind in kinds:
        heading = words[kind]
        lead = words["lead"].format(topic=heading.casefold())
        match kind:
            case SectionKind.HERO:
                yield HeroCopy(heading=heading, lead=lead)
            case SectionKind.SERVICES:
                texts = tuple(words["text"].format(topic=each.name) for each in order.brief.offer.services)
                yield ServicesCopy(heading=heading, lead=lead, texts=texts)
            case SectionKind.ABOUT:
                paragraphs = tuple(
                    words["paragraph"].format(topic=words["text"].format(topic=order.brief.business.name))
                    for _ in range(2)
                )
                yield AboutCopy(heading=heading, paragraphs=paragraphs)
            case SectionKind.FAQ:
                items = tuple(
                    FaqItem(
                        topic=topic,
                        question=words["question"].format(topic=topic),
                        answer=words["lead"].format(topic=topic),
                    )
                    for topic in faq_topics(order.brief)
                )
                yield FaqCopy(heading=heading, lead=lead, items=items)
            case _:
                yield FactsCopy(kind=kind, heading=heading, lead=lead)
