"""Orders like the samples, each of another business: name, trade, city, year, people, services, places."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sitewright.orders.models.order import Lease, Order
from tests.support.orders import BICYCLES, DENTIST, GARDENER, order_document

_WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    GARDENER: {
        "name": (
            "Fern & Slate",
            "Northgate Plumbing",
            "Copper Kettle",
            "Bluebird Books",
            "Harbor Yoga",
            "Oak Street Bikes",
        ),
        "niche": ("landscaping", "plumbing", "bakery", "retail", "fitness", "auto_repair"),
        "city": ("Columbus", "Dayton", "Toledo", "Akron", "Madison"),
        "owner": ("Marcus Bell", "Ada Whitcombe", "Oren Castellan", "Mei Tanaka"),
        "member": ("Jo Larkin", "Sam Okoye", "Lena Fitch"),
        "role": ("foreman", "designer", "manager"),
        "service": ("Weekly mowing", "Drain cleaning", "Birthday cakes", "Book repairs", "Morning classes"),
        "service2": ("Gutter cleaning", "Leak repairs", "Rye bread", "Story hour", "Private lessons"),
        "area": ("Clintonville", "Worthington", "Bexley"),
        "area2": ("Upper Arlington", "Grandview Heights", "Dublin Road"),
    },
    DENTIST: {
        "name": (
            "Sorriso do Porto",
            "Padaria Aurora",
            "Oficina Estrela",
            "Jardim Vivo",
            "Casa Limpa",
            "Estúdio Lume",
        ),
        "niche": ("dentist", "bakery", "auto_repair", "landscaping", "cleaning", "photography"),
        "city": ("Recife", "Natal", "Maceió", "Olinda", "Aracaju"),
        "owner": ("Helena Prado", "Davi Monteiro", "Lia Bastos", "Inácio Rocha"),
        "member": ("Tiago Nunes", "Rosa Teles", "Breno Sá"),
        "role": ("ortodontista", "gerente", "assistente"),
        "service": (
            "Clareamento dental",
            "Pão de centeio",
            "Troca de óleo",
            "Poda de árvores",
            "Ensaio em estúdio",
        ),
        "service2": ("Ortodontia", "Bolos de festa", "Alinhamento", "Corte de grama", "Álbuns impressos"),
        "area": ("Boa Vista", "Recife Antigo", "Casa Forte"),
        "area2": ("Santo Antônio", "Graças", "Espinheiro"),
    },
    BICYCLES: {
        "name": (
            "Taller Rueda",
            "Panadería Alba",
            "Jardines Sur",
            "Estudio Claro",
            "Clínica Norte",
            "Librería Tinta",
        ),
        "niche": ("auto_repair", "bakery", "landscaping", "photography", "dentist", "retail"),
        "city": ("Madrid", "Getafe", "Toledo", "Segovia", "Cuenca"),
        "owner": ("Inés Rueda", "Marcos Vidal", "Olga Pastor", "Hugo Serrano"),
        "member": ("Nerea Gil", "Saúl Prieto", "Irene Campos"),
        "role": ("mecánica", "encargado", "ayudante"),
        "service": (
            "Puesta a punto",
            "Pan de centeno",
            "Poda de setos",
            "Retratos de estudio",
            "Limpieza dental",
        ),
        "service2": ("Centrado de ruedas", "Tartas de cumpleaños", "Riego", "Álbumes impresos", "Ortodoncia"),
        "area": ("Malasaña", "Chueca", "Lavapiés"),
        "area2": ("Chamberí", "Retiro", "Argüelles"),
    },
}
_PAGES = ("home", "about", "services", "faq", "pricing", "contact")


def varied_orders(number: int) -> Iterator[Order]:
    """Yield `number` orders, the three languages in turn, no two of one business."""
    samples = tuple(_NAMES)
    for turn in range(number):
        sample = samples[turn % len(samples)]
        yield _order(turn, sample, _chosen(_NAMES[sample], turn // len(samples)))


def _chosen(names: dict[str, tuple[str, ...]], turn: int) -> dict[str, str]:
    # Steps that share no factor with each other, so that combinations are not repeated.
    return {
        key: values[(turn * (1 + place % 3)) % len(values)]
        for place, (key, values) in enumerate(names.items())
    }


def _order(turn: int, sample: str, told: dict[str, str]) -> Order:
    changes: dict[str, Any] = {
        "product__pages": len(_PAGES),
        "brief__business__name": f"{told['name']} {chr(ord('A') + turn // 26)}{chr(ord('a') + turn % 26)}",
        "brief__business__niche": told["niche"],
        "brief__business__address__city": told["city"],
        "brief__business__founded": 1960 + (turn * 7) % 59,
        "brief__business__owner": {"name": told["owner"]},
        "brief__business__team": [{"name": told["member"], "role": told["role"]}],
        # With a profile or WhatsApp in the brief, a word about it would be true.
        "brief__business__social": {},
        "brief__business__whatsapp": None,
        "brief__site__primary_cta": "call",
        "brief__offer": {
            "services": [
                {"name": told["service"], "price": {"amount": "45.00", "currency": "USD", "unit": "visit"}},
                {"name": told["service2"]},
            ],
            "service_areas": [told["area"], told["area2"]],
        },
        "brief__site__pages": list(_PAGES),
    }
    placed = order_document(sample, **changes)
    return Order(
        id=turn + 1,
        reference=placed.reference,
        revision=1,
        locale=placed.locale,
        slug=f"order-{turn + 1}",
        product=placed.product,
        brief=placed.brief,
        placed_at=_WHEN,
        due_at=_WHEN,
        lease=Lease(token=1, flow_run_id="no-run"),
    )
