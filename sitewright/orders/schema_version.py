"""Which version of the schema a database has, and how it gets this program's.

The versions are the package `migrations`; nothing here depends on the working directory.
"""

import importlib.util
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from sitewright.database import Database, driver_errors_wrapped
from sitewright.errors import SchemaOutdated


def migrate(database_url: str) -> str:
    """Bring the database at `database_url` (`postgresql+psycopg://...`) to this program's version; return it.

    Blocks; one transaction, so a version is there fully or not at all. Two at once are safe: the second
    waits for the first and finds nothing to do.

    Raises DatabaseUnavailable and DatabaseRefused as `Database.transaction` does.
    """
    config = _configuration()
    config.attributes["database_url"] = database_url
    with driver_errors_wrapped():
        command.upgrade(config, "head")
    return expected_version()


@cache
def expected_version() -> str:
    """Return the schema version that this program needs, like `0001`."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    if head is None:
        raise SchemaOutdated("This installation holds no migrations: install it again.")
    return head


async def applied_version(database: Database) -> str | None:
    """Return the schema version that the database has; None where nothing was applied yet."""
    async with database.transaction() as session:
        if (await session.execute(text("SELECT to_regclass('alembic_version')"))).scalar() is None:
            return None
        return (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar()


async def check_schema(database: Database) -> str:
    """Return the database's schema version when it is the one that this program needs.

    Raises SchemaOutdated when it has another or none.
    """
    applied, expected = await applied_version(database), expected_version()
    if applied != expected:
        has = f"version {applied}" if applied else "no schema"
        raise SchemaOutdated(f"The database has {has}, this program needs version {expected}.")
    return expected


def _configuration() -> Config:
    package = importlib.util.find_spec("migrations")
    if package is None or not package.submodule_search_locations:
        raise SchemaOutdated("The package `migrations` is not installed: install Sitewright again.")
    config = Config()
    folder = next(iter(package.submodule_search_locations))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
