"""`sitewright orders calls`: every AI call of an order, as it was recorded."""

from sitewright.cli.database import with_database
from sitewright.cli.orders import OrderName, group
from sitewright.cli.printing import AsJson, print_json
from sitewright.cli.usage import Limit, print_calls
from sitewright.database import Database
from sitewright.orders.costs import CallRecord, recorded_calls
from sitewright.orders.repository import find_order


@group.command()
def calls(order: OrderName, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List an order's AI calls, failed ones too: route, outcome, tokens, cost, the provider's request id."""

    async def read(database: Database) -> tuple[CallRecord, ...]:
        return await recorded_calls(database, await find_order(database, order), limit)

    recorded = with_database(read)
    if as_json:
        print_json({"calls": [call.model_dump(mode="json") for call in recorded]})
    else:
        print_calls(recorded)
