"""The environment that the embedded Prefect runs in: its own home, nothing of the user's profile, light.

Only documented settings (docs.prefect.io, "Settings reference"); each is here for a reason.
"""

from collections.abc import Mapping
from pathlib import Path

from sitewright.local.running import without_proxy

_LIGHT = {
    # Nothing is sent to anybody.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Logs are files here: no colours, no questions, no rewrapped lines.
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_CLI_WRAP_LINES": "false",
    # Registering block types takes more than a second of the first start, and nothing here uses one;
    # `prefect block register` brings them.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # A run starts within a second of being asked for; the default looks every ten.
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    # A dead run can be told from a slow one soon.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # While PostgreSQL is being started again the Prefect server answers 500 to what it cannot store. Its
    # clients try again, for a minute, as they do of themselves for 502, 503 and for no connection at all.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
}

_SERVER = {
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Events wait in the server's memory until they are written: one second's are lost with it, not five
    # seconds', and a database that is away for ten minutes loses none (the default gives up after 5 tries).
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_MAX_FLUSH_RETRIES": "600",
    # What is known of slots that are held (the limits of AI routes) is on disk, below PREFECT_HOME: in its
    # memory, as by default, it is gone with the server, and those slots would stay taken for good.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # Ended runs are removed by `prune-releases`, which knows whose order is awaited or under dispute. Events
    # go after 7 days, as by default, and heartbeats, which are looked at for minutes, after one.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": '{"prefect.flow-run.heartbeat": 86400}',
}


def embedded_prefect(environment: Mapping[str, str], home: Path, api: str) -> dict[str, str]:
    """Return `environment` for every process that talks to the embedded Prefect server at `api`.

    What the user has set for another Prefect (profile, address, key) does not reach it.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith("PREFECT_")}
    return {
        **kept,
        **_LIGHT,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api,
        "NO_PROXY": without_proxy(dict(environment)),
        "PYTHONUNBUFFERED": "1",
    }


def prefect_server(environment: Mapping[str, str], database_url: str, home: Path) -> dict[str, str]:
    """Return `environment` for the server itself: the only one that is told its database's URL."""
    return {
        **environment,
        **_SERVER,
        "PREFECT_API_DATABASE_CONNECTION_URL": database_url,
        # The default is inside the installed package, which an ordinary user may not write to.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
    }
