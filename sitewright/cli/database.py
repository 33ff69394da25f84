"""How a command reaches the database: one connection pool for one command, closed when it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sitewright.database import Database, open_database
from sitewright.orders.schema_version import check_schema
from sitewright.settings import load_settings

T = TypeVar("T")


def with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Run `work` with the configured database and return what it returns.

    Raises InvalidSettings when no database is configured or running, DatabaseUnavailable when it does not
    answer, SchemaOutdated when it needs `sitewright migrate`.
    """

    async def run() -> T:
        database = open_database(load_settings())
        try:
            await check_schema(database)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())
