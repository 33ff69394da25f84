"""The stack: everything that turns orders into sites, on this machine, started in one go.

PostgreSQL, Prefect server, workers, site server and, where no AI route is configured, the offline copywriter;
all on loopback. Once it is up, what dies is started again. A database or a Prefect that the user has named is
used in place of the embedded one.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from pydantic import SecretStr

from sitewright.errors import LocalStackError
from sitewright.local.answering import answers
from sitewright.local.children import Child, Children, Say
from sitewright.local.free_port import HOST
from sitewright.local.ports_of_home import PortsOfHome
from sitewright.local.postgres import EmbeddedPostgres
from sitewright.local.postgres_upkeep import keep_up
from sitewright.local.prefect_api import drop_missed_runs, settle_runs
from sitewright.local.prefect_environment import embedded_prefect, prefect_server
from sitewright.local.running import StackAddresses, forget_addresses, write_addresses
from sitewright.local.stack_lock import StackLock
from sitewright.local.waiting import to_the_end, until
from sitewright.local.work import Work, prepare_work
from sitewright.orders.schema_version import migrate
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.server import HEALTH_PATH
from sitewright.settings import Route, Settings

Prepare = Callable[[StackAddresses], None]

_START_SECONDS = 180
_PATIENCE_SECONDS = 12.0
"""How long a process may take to end after SIGTERM before it is killed: runs hand their orders back."""
_IMPATIENCE_SECONDS = 1.0
"""The same while the stack is starting: nothing is under way, but a starting server hears no SIGTERM."""
_SITE_PORT = 8400


class Stack:
    """One stack in the home that the settings name; `say` is told in sentences what is being done.

    `prepare` is called in a thread, beside the start, once it is decided where everything will be.
    """

    def __init__(self, settings: Settings, say: Say, prepare: Prepare | None = None) -> None:
        self._prepare = prepare
        self._settings = settings
        self._say = say
        self._home = settings.home
        self._lock = StackLock(settings.home)
        self._ports = PortsOfHome(settings.home)
        self._children = Children(settings.home / "logs")
        self._postgres: EmbeddedPostgres | None = None
        self._up = asyncio.Event()
        self._environment: dict[str, str] = dict(os.environ)

    async def start(self) -> StackAddresses:
        """Start all of it and return where it is.

        Raises StackRunning when one is running in this home already, SiteRootUnwritable, PostgresFailed,
        ChildFailed, or LocalStackError when something does not answer in time. Call `stop` in any case.
        """
        try:
            async with asyncio.timeout(_START_SECONDS):
                return await self._start()
        except TimeoutError as cause:
            raise LocalStackError(
                f"The stack was not up within {_START_SECONDS} seconds; {self._home}/logs may say why."
            ) from cause

    async def watch(self) -> NoReturn:
        """Keep the stack up: what ends unasked is started again, and `say` is told.

        Raises ChildFailed when that is while the stack is starting, or a process ends by itself too often,
        and PostgresFailed when the embedded PostgreSQL cannot be started again.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._children.watch(self._up.is_set, self._say))
                group.create_task(self._keep_postgres_up())
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        raise AssertionError("neither of the two returns")

    async def _keep_postgres_up(self) -> None:
        await self._up.wait()
        if self._postgres:
            await keep_up(self._postgres, self._say, self._children.excuse)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Stop all that was started; the data stays. Once `hurry` is set nobody is waited for."""
        if not self._lock.held:
            return
        forget_addresses(self._home)
        await self._children.stop(hurry, _PATIENCE_SECONDS if self._up.is_set() else _IMPATIENCE_SECONDS)
        if self._postgres:
            await asyncio.to_thread(self._postgres.stop)
        await asyncio.to_thread(self._children.dismiss_guard)
        self._ports.release()
        self._lock.release()

    async def _start(self) -> StackAddresses:
        while not await to_the_end(self._lock.take):
            self._say("Waiting until the remains of a stack that was killed are cleared away ...")
        (self._home / "logs").mkdir(exist_ok=True)
        ensure_site_root(self._settings.sites)
        directory = self._home / "postgres" if self._needs_postgres() else None
        self._children.set_guard(directory, self._lock.descriptor)
        if directory:
            self._say("Starting PostgreSQL ...")
            self._postgres = EmbeddedPostgres(directory, self._home / "logs" / "postgres.log")
            await to_the_end(self._postgres.start)
        addresses = self._addresses()
        try:
            async with asyncio.TaskGroup() as group:
                for part in (self._prefect, self._migrate, self._serve_sites, self._copywriter):
                    group.create_task(part(addresses))
                if self._prepare:
                    group.create_task(to_the_end(partial(self._prepare, addresses)))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        write_addresses(addresses)
        self._up.set()
        return addresses

    def _needs_postgres(self) -> bool:
        return self._settings.database_url is None or "PREFECT_API_URL" not in os.environ

    def _addresses(self) -> StackAddresses:
        """Decide where everything will be, before it is there; sets the environment of all children."""
        settings = self._settings
        own_prefect = os.environ.get("PREFECT_API_URL")
        api = own_prefect or f"http://{HOST}:{self._ports.port('prefect')}/api"
        if "public_url" in settings.model_fields_set:
            public_url = settings.public_url
        else:
            public_url = f"http://{HOST}:{self._ports.port('sites', _SITE_PORT)}"
        addresses = StackAddresses(
            pid=os.getpid(),
            home=self._home,
            site_root=settings.sites,
            public_url=public_url,
            prefect_api=api,
            prefect_ui=api.removesuffix("/api"),
            prefect_home=None if own_prefect else self._home / "prefect",
            database_url=settings.database_url or SecretStr(self._embedded().url("sitewright")),
            routes=settings.routes or (self._offline_route(),),
            themes=settings.themes,
            budget_per_order=settings.budget_per_order,
            alarms=settings.alarms,
            retention=settings.retention,
        )
        if addresses.prefect_home:
            addresses.prefect_home.mkdir(exist_ok=True)
            self._environment = embedded_prefect(os.environ, addresses.prefect_home, api)
        self._environment |= addresses.environment()
        # The work pool's command is `python -m ...`: that is to be this Python.
        here = str(Path(sys.executable).parent)
        self._environment["PATH"] = os.pathsep.join([here, self._environment.get("PATH", os.defpath)])
        return addresses

    async def _serve_sites(self, addresses: StackAddresses) -> None:
        port = self._port_to_serve(addresses)
        main = "from sitewright.cli import main; main()"
        command = [sys.executable, "-c", main, "serve", "--host", HOST, "--port", str(port)]
        child = self._children.start("sites", command, self._environment)
        await until(child, lambda: answers(HOST, port, HEALTH_PATH))
        self._say(f"The site server answers at http://{HOST}:{port}/")

    def _port_to_serve(self, addresses: StackAddresses) -> int:
        """Return the port of the public address where that is this machine; a proxy leads to any other."""
        public = urlsplit(addresses.public_url)
        if public.hostname in {HOST, "localhost"} and public.scheme == "http":
            return public.port or 80
        return self._ports.port("sites", _SITE_PORT)

    async def _migrate(self, addresses: StackAddresses) -> None:
        if self._settings.database_url is None:
            await to_the_end(lambda: self._embedded().ensure_database("sitewright"))
        version = await to_the_end(lambda: migrate(addresses.database_url.get_secret_value()))
        self._say(f"The orders' database is at schema {version}.")

    async def _copywriter(self, addresses: StackAddresses) -> None:
        if self._settings.routes:
            return
        port = urlsplit(addresses.routes[0].base_url).port or 80
        command = [sys.executable, "-m", "sitewright.local.copywriter", "--port", str(port)]
        child = self._children.start("copywriter", command, self._environment)
        await until(child, lambda: answers(HOST, port, "/health"))
        self._say(
            "No AI route is configured: words are composed by the built-in offline copywriter, without AI."
        )

    async def _prefect(self, addresses: StackAddresses) -> None:
        if addresses.prefect_home is None:
            self._say(f"Using the Prefect server at {addresses.prefect_api}.")
            await self._begin_work(self._prepare_work(embedded=False))
            return
        self._say("Starting the Prefect server (this takes longest) ...")
        port = urlsplit(addresses.prefect_api).port or 80
        server = await self._prefect_server(port, addresses.prefect_home)
        work = self._prepare_work(embedded=True)
        await until(server, lambda: answers(HOST, port, "/api/health"))
        self._say(f"The Prefect server answers at {addresses.prefect_ui}")
        await asyncio.to_thread(drop_missed_runs, HOST, port)
        if left := await asyncio.to_thread(settle_runs, HOST, port):
            self._say(f"The last stack was stopped in the middle of {left} runs; they are marked as crashed.")
        await self._begin_work(work)
        await work.online(port)

    async def _prefect_server(self, port: int, home: Path) -> Child:
        postgres = self._embedded()
        await to_the_end(lambda: postgres.ensure_database("prefect"))
        environment = prefect_server(self._environment, postgres.url("prefect", "postgresql+asyncpg"), home)
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
        return self._children.start("prefect-server", command, environment)

    def _prepare_work(self, *, embedded: bool) -> Work:
        # Runs that wait for an AI leave the processor to others; with the offline copywriter none waits.
        cores = max(2, os.cpu_count() or 1)
        limit = 4 * cores if self._settings.routes else cores
        return prepare_work(self._children, self._environment, limit=limit, embedded=embedded)

    async def _begin_work(self, work: Work) -> None:
        self._say("Registering the deployments, starting the workers ...")
        work.tell()
        await self._children.finished(work.register)

    def _embedded(self) -> EmbeddedPostgres:
        if self._postgres is None:
            raise LocalStackError("The embedded PostgreSQL is not running.")
        return self._postgres

    def _offline_route(self) -> Route:
        return Route(
            name="offline",
            base_url=f"http://{HOST}:{self._ports.port('copywriter')}/v1",
            model="offline-copywriter",
            offline=True,
        )
