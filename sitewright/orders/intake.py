"""Intake: an order's document is read, and the order is placed, once, in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import ErrorDetails, core_schema
from sqlalchemy import Executable, Select, func, select, text
from sqlalchemy.dialects.postgresql import Insert, insert

from sitewright.database import Database
from sitewright.errors import FieldProblem, InvalidOrder
from sitewright.orders.documents import path_of, read_object
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import PlacedOrder
from sitewright.orders.pictures import pictures_kept
from sitewright.orders.slugs import free_slug, stem_of
from sitewright.orders.submissions import Submission, handed_over, submission
from sitewright.orders.tables import CustomerRow, LeaseRow, OrderRow, RevisionRow
from sitewright.orders.timeline import note

PLACING = 0x5173_0002
"""Key of the advisory lock under which orders are placed.

That an order is placed once is held by the unique key of its reference. The lock lets a second webhook wait
for the first and find its order, keeps two orders of one name from racing for a slug, and two batches with
the same customers from waiting for each other.
"""

_SENTENCES = {
    "missing": "this is required",
    "extra_forbidden": "this field is not known",
    "string_too_long": "this may have {max_length} characters at most",
    "string_unicode": "this holds half of a character (a lone surrogate)",
}


class Placement(Value):
    """An order that is durable; `created` is False when the very same order was placed before."""

    order_id: int
    reference: str
    created: bool


def read_order(document: bytes, source: str) -> PlacedOrder:
    """Return the order that a JSON document holds: at most 1 MiB of UTF-8; `source` names it in errors.

    Raises InvalidOrder with one problem a field: its dotted path and a sentence, nothing of what was typed.
    """
    try:
        return PlacedOrder.model_validate(read_object(document, source))
    except ValidationError as cause:
        # The cause would show the customer's text wherever the error is logged.
        problems = [_problem(error) for error in cause.errors(include_url=False, include_input=False)]
        raise InvalidOrder(dict.fromkeys(problems), source=source) from None


def _problem(error: ErrorDetails) -> FieldProblem:
    ours = _SENTENCES.get(error["type"], "").format(**error.get("ctx", {}))
    return FieldProblem(path_of(error["loc"]), ours or error["msg"].removeprefix("Value error, "))


def order_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an order's document, made from the models."""
    schema = PlacedOrder.model_json_schema(schema_generator=_OrderSchema)
    return {"$schema": GenerateJsonSchema.schema_dialect} | schema | {"title": "Sitewright order"}


class _OrderSchema(GenerateJsonSchema):
    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        """Describe a time of day as `models.normalise.clock_time` reads it; `format: time` needs a zone."""
        del schema
        return {"type": "string", "pattern": r"^(([01]?\d|2[0-3]):[0-5]\d|24:00)(:00)?$"}


async def place_order(
    database: Database, order: PlacedOrder, source: str = "", *, pictures: Mapping[str, bytes] | None = None
) -> Placement:
    """Make an order durable with its customer, first revision and lease; placing it twice is placing it once.

    `pictures` are the files that the order names, by those names. Raises InvalidOrder, with nothing written,
    when a picture is refused or is not there, and when another document, or the same with other pictures, was
    placed under the same reference.
    """
    given = await asyncio.to_thread(submission, order, source, handed_over(pictures or {}))
    return (await place_orders(database, [given]))[0]


async def place_orders(database: Database, orders: Sequence[Submission]) -> tuple[Placement, ...]:
    """Place orders in one transaction: all of them or none.

    Raises InvalidOrder when another document was placed under the reference of one.
    """
    placements = []
    async with database.transaction() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PLACING})
        for given in orders:
            order = given.order
            before = (await session.execute(_placed_before(order))).one_or_none()
            if before is not None:
                _refuse_other_document(given, before.fingerprint)
                # They may have been lost since (PictureMissing); placing the order again gives them back.
                for row in pictures_kept(given.pictures.values()):
                    await session.execute(row)
                placements.append(Placement(order_id=before.id, reference=order.reference, created=False))
                continue
            customer_id = (await session.execute(_customer(order))).scalar_one()
            taken = (await session.execute(_similar_slugs(order))).scalars()
            slug = free_slug(order.brief.business.name, frozenset(taken))
            order_id = (await session.execute(_order(given, customer_id, slug))).scalar_one()
            for row in (*_first_rows(given, order_id), *pictures_kept(given.pictures.values())):
                await session.execute(row)
            placements.append(Placement(order_id=order_id, reference=order.reference, created=True))
    for placement in placements:
        if placement.created:
            await note(database, placement.order_id, "placed", placement.reference, revision=1)
    return tuple(placements)


def _placed_before(order: PlacedOrder) -> Select[int, str]:
    return select(OrderRow.id, OrderRow.fingerprint).where(OrderRow.reference == order.reference)


def _refuse_other_document(given: Submission, fingerprint_before: str) -> None:
    if given.fingerprint != fingerprint_before:
        problem = "another order was placed under this reference before; a new order needs a new one"
        raise InvalidOrder([FieldProblem("reference", problem)], source=given.source)


def _similar_slugs(order: PlacedOrder) -> Select[str]:
    stem = stem_of(order.brief.business.name)
    return select(OrderRow.slug).where(OrderRow.slug.startswith(stem, autoescape=True))


def _customer(order: PlacedOrder) -> Executable:
    # Providers treat the part before the @ without regard to case; so two spellings are one customer.
    given = {"name": order.customer.name, "phone": order.customer.phone}
    row = insert(CustomerRow).values(email=order.customer.email.lower(), **given)
    return row.on_conflict_do_update(index_elements=[CustomerRow.email], set_=given).returning(CustomerRow.id)


def _order(given: Submission, customer_id: int, slug: str) -> Executable:
    order = given.order
    return (
        insert(OrderRow)
        .values(
            reference=order.reference,
            customer_id=customer_id,
            document=order.model_dump(mode="json"),
            fingerprint=given.fingerprint,
            locale=order.locale,
            product=order.product.model_dump(mode="json"),
            slug=slug,
            due_at=func.now() + timedelta(days=order.product.delivery_days),
        )
        .returning(OrderRow.id)
    )


def _first_rows(given: Submission, order_id: int) -> tuple[Insert, ...]:
    brief = given.brief.model_dump(mode="json")
    return (
        insert(RevisionRow).values(order_id=order_id, number=1, brief=brief),
        insert(LeaseRow).values(order_id=order_id),
    )
