"""Where a running stack is, so that commands in another terminal find it without being told."""

import json
import os
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_serializer

from sitewright.local.file_lock import FileLock
from sitewright.settings import AlarmOutlet, Retention, Route, Settings

LOCK = "stack.lock"
_FILE = "stack.json"


class StackAddresses(BaseModel):
    """The addresses of a running stack, as kept in `<home>/stack.json` (mode 0600) while it runs."""

    model_config = ConfigDict(frozen=True)

    pid: int
    home: Path
    site_root: Path
    public_url: str
    prefect_api: str
    prefect_ui: str
    prefect_home: Path | None = Field(description="Prefect's own files; None for a Prefect of the user's")
    database_url: SecretStr
    routes: tuple[Route, ...]
    themes: Path | None = None
    budget_per_order: Decimal | None = None
    alarms: AlarmOutlet = AlarmOutlet()
    retention: Retention = Retention()

    @property
    def offline(self) -> bool:
        """Whether the built-in offline copywriter writes the words, and no AI."""
        return all(route.offline for route in self.routes)

    def environment(self) -> dict[str, str]:
        """Return the variables by which a process of Sitewright, or of Prefect, uses this stack."""
        variables = {
            "SITEWRIGHT_HOME": str(self.home),
            "SITEWRIGHT_SITE_ROOT": str(self.site_root),
            "SITEWRIGHT_PUBLIC_URL": self.public_url,
            "SITEWRIGHT_DATABASE_URL": self.database_url.get_secret_value(),
            "SITEWRIGHT_ROUTES": json.dumps([route.model_dump(mode="json") for route in self.routes]),
            "SITEWRIGHT_ALARMS": self.alarms.model_dump_json(),
            "SITEWRIGHT_RETENTION": self.retention.model_dump_json(),
            "PREFECT_API_URL": self.prefect_api,
            "NO_PROXY": without_proxy(os.environ),
        }
        if self.themes is not None:
            variables["SITEWRIGHT_THEMES"] = str(self.themes)
        if self.budget_per_order is not None:
            variables["SITEWRIGHT_BUDGET_PER_ORDER"] = str(self.budget_per_order)
        if self.prefect_home:
            # Its server tells nobody what is done here, and its clients do not either.
            variables |= {"PREFECT_HOME": str(self.prefect_home), "DO_NOT_TRACK": "1"}
        return variables

    @field_serializer("database_url", when_used="json")
    def _for_the_private_file(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


def without_proxy(environment: "os._Environ[str] | dict[str, str]") -> str:
    """Return the NO_PROXY of `environment` with this machine's own names added: no proxy can reach those."""
    hosts = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    own = [host for host in ("127.0.0.1", "localhost") if host not in hosts.split(",")]
    return ",".join([*filter(None, hosts.split(",")), *own])


def write_addresses(addresses: StackAddresses) -> None:
    """Keep the addresses, readable by this account only, whole at every moment."""
    aside = addresses.home / f".{_FILE}"
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(addresses.model_dump_json(indent=2))
    aside.replace(addresses.home / _FILE)


def forget_addresses(home: Path) -> None:
    """Remove what `write_addresses` wrote."""
    (home / _FILE).unlink(missing_ok=True)


def running_stack(home: Path) -> StackAddresses | None:
    """Return where the stack of `home` is, or None when none is running there or it is still starting."""
    if not (home / LOCK).exists() or not (home / _FILE).exists():
        return None
    try:
        with FileLock(home / LOCK) as lock:
            if lock.share():
                return None
        return StackAddresses.model_validate_json((home / _FILE).read_text())
    except (OSError, ValidationError):  # of another account, or just being removed
        return None


def environment_of_running_stack(settings: Settings) -> dict[str, str]:
    """Return the variables that lead a command to the stack running in the home that `settings` name.

    Whoever has said where the database or Prefect is keeps that: those variables are not among them, and
    with a database of the user's none of Sitewright's are.
    """
    stack = running_stack(settings.home)
    if stack is None:
        return {}
    own = settings.database_url is not None
    return {
        name: value
        for name, value in stack.environment().items()
        if (name == "NO_PROXY" or name not in os.environ)
        and not (own and name.startswith("SITEWRIGHT_"))
        and not (name in {"PREFECT_HOME", "DO_NOT_TRACK"} and "PREFECT_API_URL" in os.environ)
    }
