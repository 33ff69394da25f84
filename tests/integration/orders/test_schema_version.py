import multiprocessing

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool

from sitewright.database import Database
from sitewright.errors import DatabaseUnavailable, SchemaOutdated
from sitewright.orders import schema_version
from sitewright.orders.schema_version import applied_version, check_schema, expected_version, migrate
from sitewright.orders.tables import OrderRow
from tests.support.database import count_rows, run_sql


def test_migrations_make_exactly_the_tables_of_the_models(empty_url):
    migrate(empty_url)
    engine = create_engine(empty_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "compare_type": True}
        )
        assert compare_metadata(context, OrderRow.metadata) == []


def test_the_constraints_that_alembic_does_not_compare_are_equal_too(empty_url):
    checks = """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
        UNION ALL
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2, 3
    """
    migrate(empty_url)
    with psycopg.connect(empty_url.replace("+psycopg", "")) as connection:
        migrated = connection.execute(checks).fetchall()
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    engine = create_engine(empty_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        OrderRow.metadata.create_all(connection)
    with psycopg.connect(empty_url.replace("+psycopg", "")) as connection:
        assert connection.execute(checks).fetchall() == migrated


async def test_a_database_without_schema_is_refused_until_it_is_migrated(empty_url):
    database = Database(empty_url)
    assert await applied_version(database) is None
    with pytest.raises(SchemaOutdated, match="no schema") as refused:
        await check_schema(database)
    assert "sitewright migrate" in str(refused.value)
    migrate(empty_url)
    assert await check_schema(database) == expected_version()
    await run_sql(database, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(SchemaOutdated, match="0000"):
        await check_schema(database)
    await database.close()


def test_two_processes_that_migrate_at_once_both_succeed(empty_url):
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        assert processes.map(migrate, [empty_url, empty_url]) == [expected_version()] * 2


async def test_downgrading_leaves_nothing_behind(database):
    configuration = schema_version._configuration()
    configuration.attributes["database_url"] = database.url
    command.downgrade(configuration, "base")
    left = "SELECT count(*) FROM {} n WHERE n.{} = 'public'::regnamespace"
    assert await run_sql(database, left.format("pg_proc", "pronamespace")) == [(0,)]
    assert (
        await count_rows(database, "pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        == 0
    )
    migrate(database.url)


def test_a_database_that_is_not_there_is_named(empty_url):
    gone = empty_url.rpartition("/")[0] + "/nowhere"
    with pytest.raises(DatabaseUnavailable, match="nowhere"):
        migrate(gone)
