"""Applies the versions in one transaction, one process at a time.

Alembic runs this file; the database's address comes in `config.attributes["database_url"]`. Logging is left
as the calling process set it up.
"""

from alembic import context
from sqlalchemy import create_engine, pool, text

from sitewright.orders import ai_tables, picture_tables, tables, watch_tables
from sitewright.orders.columns import Table

TABLES = (tables, watch_tables, ai_tables, picture_tables)
"""Imported, so that `Table.metadata` knows every table."""

MIGRATING = 0x5173_0001
"""Key of the advisory lock: a second process that migrates waits here, and then finds nothing left to do."""


def migrate() -> None:
    engine = create_engine(context.config.attributes["database_url"], poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            compare_server_default=True,
            transactional_ddl=True,
        )
        context.run_migrations()


migrate()
