"""How long an order waits between two tries that brought it no further, and how often it is tried."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Executable, Interval, func, literal, update

from sitewright.orders.tables import OrderRow

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600, 900, 1800, 1800, 3600))
"""Before the first resumption, the second, ... Every new step of the order begins them anew."""

MOST_RECOVERIES = len(PAUSES)
"""After so many resumptions without a new step an order has failed."""

LONGEST_PAUSE = max(PAUSES)


def pause(recoveries: int) -> timedelta:
    """Return how long to wait after so many resumptions without a new step."""
    return PAUSES[min(recoveries, MOST_RECOVERIES - 1)]


def after_a_pause(recoveries: int) -> ColumnElement[object]:
    """Return the moment, by the database's clock, that `pause` is over."""
    return func.clock_timestamp() + literal(pause(recoveries), Interval)


def made_progress(order_id: int) -> Executable:
    """Return the statement that counts an order's recoveries anew, for a step was recorded."""
    counted = update(OrderRow).where(OrderRow.id == order_id, OrderRow.recoveries > 0)
    return counted.values(recoveries=0, resume_at=func.clock_timestamp())
