"""Where sessions come from: one short transaction a block, one engine an event loop.

A session is never a parameter, a return value, a global or an attribute
(`tests/unit/test_sessions_stay_home.py` holds this): code opens a block with
`async with database.transaction() as session:` and hands statements and frozen values around instead.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy import URL, exc, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from sitewright.errors import DatabaseRefused, DatabaseUnavailable, FieldProblem, InvalidSettings
from sitewright.settings import Settings

IDLE_SECONDS = 60
"""A transaction in which nothing was asked for so long is ended by PostgreSQL.

Its process was stopped (SIGSTOP, a debugger, a machine that fell off the network) and would keep its order
locked for ever: none of ours waits for anything while a session is open. Should the process wake up, its next
statement raises DatabaseUnavailable, and nothing was written.
"""

LOCK_SECONDS = 90
"""Longer than a transaction that stands still is let live: whoever waits for its locks outlives it."""

_UNREACHABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

# An engine belongs to the loop that made it: one used from two loops hangs (facts.md). The loop is the
# key, and a loop that is gone takes its engines along.
_engines: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, AsyncEngine]] = WeakKeyDictionary()


@contextmanager
def driver_errors_wrapped() -> Iterator[None]:
    """Turn the driver's errors into Sitewright's, each with the driver's as its cause.

    Raises DatabaseUnavailable when PostgreSQL cannot be reached or went away, DatabaseRefused when it
    refused a statement.
    """
    try:
        yield
    except _UNREACHABLE as cause:
        raise DatabaseUnavailable(f"The database cannot be reached: {_first_line(cause)}.") from cause
    except exc.DBAPIError as cause:
        if cause.connection_invalidated:
            raise DatabaseUnavailable(f"The database went away: {_first_line(cause)}.") from cause
        raise DatabaseRefused(f"The database refused a statement: {_first_line(cause)}.") from cause


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database by its URL (`postgresql+psycopg://...`); holds no connection itself."""

    url: str = field(repr=False)
    pool_size: int = 5

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session for one transaction: committed at the end of the block, rolled back on any error.

        Raises DatabaseUnavailable when PostgreSQL cannot be reached or went away, DatabaseRefused when it
        refused a statement; both carry the driver's error as their cause.
        """
        with driver_errors_wrapped():
            async with AsyncSession(self._engine(), expire_on_commit=False) as session, session.begin():
                yield session

    async def close(self) -> None:
        """Close this loop's connections; a later transaction opens new ones."""
        engine = _engines.get(asyncio.get_running_loop(), {}).pop(self.url, None)
        if engine is not None:
            await engine.dispose()

    def _engine(self) -> AsyncEngine:
        engines = _engines.setdefault(asyncio.get_running_loop(), {})
        if self.url not in engines:
            engines[self.url] = create_async_engine(
                _bounded(self.url),
                pool_size=self.pool_size,
                max_overflow=self.pool_size,
                pool_pre_ping=True,
                hide_parameters=True,  # customers' text: tracebacks are logged, Prefect's among them
            )
        return engines[self.url]


def _bounded(url: str) -> URL:
    """Return the URL with limits on every wait; what it says of its own goes before them."""
    parsed = make_url(url)
    own = parsed.query.get("options", ())
    options = [
        f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s",
        f"-c lock_timeout={LOCK_SECONDS}s",
        # A client that was killed in the middle of a statement is noticed, and its locks are let go.
        "-c client_connection_check_interval=5s",
        *((own,) if isinstance(own, str) else own),
    ]
    # A machine that is gone without a word answers neither; the kernel's own patience is two hours.
    silent = {"connect_timeout": "10", "tcp_user_timeout": "30000"} | dict(parsed.query)
    return parsed.update_query_dict({**silent, "options": " ".join(options)})


def open_database(settings: Settings) -> Database:
    """Return the database that `settings` name.

    Raises InvalidSettings when no database is configured.
    """
    if settings.database_url is None:
        raise InvalidSettings(
            [
                FieldProblem(
                    "database_url",
                    "no database is configured: set SITEWRIGHT_DATABASE_URL, or `sitewright up`",
                )
            ]
        )
    return Database(settings.database_url.get_secret_value())


def _first_line(error: BaseException) -> str:
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0].rstrip(".")
