from pathlib import Path

import pytest

from tests.support.session_lint import REGISTRY, strays_below, strays_in

ROOT = Path(__file__).parents[2]
PACKAGES = ("sitewright", "flows", "tasks", "deployments")


@pytest.mark.failure(1)
def test_no_session_engine_or_connection_leaves_its_block():
    assert all((ROOT / package).is_dir() for package in PACKAGES)
    assert strays_below(ROOT, PACKAGES) == []


BLOCK = "async def f(d):\n async with d.transaction() as session:\n  "


@pytest.mark.failure(1)
@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ("def f(session): ...", "parameter session"),
        ("async def f(*, db_session=None): ...", "parameter db_session"),
        ("def f(where: AsyncSession): ...", "parameter where"),
        ("def f(where: 'sqlalchemy.ext.asyncio.AsyncEngine | None'): ...", "parameter where"),
        ("def f(make: async_sessionmaker[AsyncSession]): ...", "parameter make"),
        ("def f(*all: list[Connection]): ...", "parameter all"),
        ("run = lambda session: session.execute()", "parameter session"),
        ("def f() -> AsyncSession: ...", "f returns"),
        ("async def f() -> AsyncIterator[AsyncConnection]: ...", "f returns"),
        (BLOCK + "return session", "is returned"),
        (BLOCK + "yield 1, session", "is returned"),
        ("def f():\n return create_async_engine(url)", "is returned"),
        ("engine = None", "engine keeps"),
        ("store = create_async_engine(url)", "store keeps"),
        ("store: AsyncEngine | None = None", "store keeps"),
        ("Work = sessionmaker(bind=None)", "Work keeps"),
        ("def f():\n global session\n session = 1", "global session"),
        ("class A:\n def f(self, d):\n  self.x = AsyncSession(d)", "self.x keeps"),
        ("class A:\n def f(self, d):\n  self._session = d", "self._session keeps"),
        ("class A:\n where: AsyncSession", "where keeps"),
        (
            BLOCK + "cache['x'] = session",
            "cache['x'] keeps",
        ),
        (BLOCK + "await load(session)", "load is handed"),
        (
            BLOCK + "await load(with_=(1, session))",
            "load is handed",
        ),
        (
            BLOCK + "await gather(session.execute(1), session.execute(2))",
            "gather is handed",
        ),
        (
            BLOCK + "await gather(*(session.execute(n) for n in x))",
            "gather is handed",
        ),
        (
            BLOCK + "create_task(session.execute(1))",
            "create_task is handed",
        ),
        (BLOCK + "await client.post(url)", "awaited while"),
        (
            BLOCK + "async with client.stream(url) as x: ...",
            "awaited while",
        ),
        ("async def f(d):\n async with d.transaction() as s:\n  await load(s)", "s is a session"),
        ("async def f(d):\n x = await d.transaction().__aenter__()", "outside of a block"),
    ],
)
def test_a_planted_fault_of_each_kind_is_found(planted, what):
    found = strays_in(planted, "planted.py")
    assert any(what in stray.what for stray in found), found


def test_the_registry_of_engines_is_allowed_in_one_file_only():
    source = (ROOT / "sitewright/database.py").read_text()
    assert strays_in(source, "elsewhere.py") != []
    assert strays_in(source, "sitewright/database.py", allowed=frozenset(REGISTRY)) == []


def test_the_way_it_should_be_is_not_complained_about():
    good = """
async def load(database: Database, order_id: int) -> Order:
    async with asyncio.timeout(5), database.transaction() as session:
        row = (await session.execute(query(order_id))).one()
    await note(database, order_id)
    return Order.model_validate(row)
"""
    assert strays_in(good, "good.py") == []
