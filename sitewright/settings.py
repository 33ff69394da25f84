"""Settings: environment variables `SITEWRIGHT_*` over a `sitewright.toml` in the working directory.

`load_settings()` is called where a process begins (command line, flow, server), never at import.
"""

import os
import re
import tomllib
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from sitewright.errors import FieldProblem, InvalidSettings

SETTINGS_FILE = "sitewright.toml"

FILE_VARIABLE = "SITEWRIGHT_SETTINGS"
"""The variable that names another settings file: a worker's runs have working directories of their own."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


AbsolutePath = Annotated[Path, AfterValidator(_absolute)]


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    try:
        parts = urlsplit(url)
        known = parts.hostname and parts.port != 0
    except ValueError:
        parts, known = SplitResult("", "", "", "", ""), None
    if not known:
        raise ValueError("an address names a host, and after a colon its port, a number up to 65535")
    if "@" in parts.netloc:
        raise ValueError("an address holds no user or password")
    return url.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]


def _variable(name: str) -> str:
    if not re.fullmatch(r"(?!(?:whsec|sk|gsk)_)[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError("this is the name of the variable that holds the secret, never the secret itself")
    return name


Variable = Annotated[str, AfterValidator(_variable)]


class Dialect(StrEnum):
    """How a route is spoken to: OpenAI's chat completions, or Anthropic's messages."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class AnswerFormat(StrEnum):
    """How a server is told the schema of its answer.

    `json_schema`: nested as OpenAI has it, `{"json_schema": {"name", "strict", "schema"}}`. `flat`: beside
    the type, `{"type": "json_schema", "schema"}`; the Anthropic dialect knows this one form only and has it
    under either name. `json_object`: the server can be told no schema, so it stands in the system message.
    """

    JSON_SCHEMA = "json_schema"
    FLAT = "flat"
    JSON_OBJECT = "json_object"


class Route(BaseModel):
    """One configured AI endpoint. Prices are per million tokens, in the account's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    dialect: Dialect = Dialect.OPENAI
    base_url: HttpUrl
    model: Annotated[str, Field(min_length=1, max_length=200)]
    api_key_env: Variable | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 120
    max_concurrency: Annotated[int, Field(ge=1, le=1000)] = 16
    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """How many requests a minute all workers together may begin; None: as many as there are slots for."""
    max_tokens: Annotated[int, Field(ge=256)] = 4000
    limit_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    """The name under which a server of the OpenAI dialect takes `max_tokens`."""
    answer_format: AnswerFormat = AnswerFormat.JSON_SCHEMA
    price_in: Annotated[float, Field(ge=0)] = 0
    price_out: Annotated[float, Field(ge=0)] = 0
    price_cached: Annotated[float, Field(ge=0)] | None = None
    """What tokens read from the provider's prompt cache cost; None: as much as others that go in."""
    offline: bool = False
    """True for the built-in offline copywriter: what it writes is named as written without AI."""


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _address(url: str, schemes: tuple[str, ...]) -> SplitResult:
    """Return the parts of `url`; what it holds is not repeated in a refusal, it may be a secret."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        known = False
        parts = SplitResult("", "", "", "", "")
    if not known or re.search(r"[\s\x00-\x1f\x7f]", url):
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"an address begins with {begins} and names a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no user or password: name the variable that holds it")
    return parts


def _webhook_url(url: str) -> str:
    parts = _address(url, ("https", "http"))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("a webhook is called by https; by http on this machine only (http://127.0.0.1)")
    return url


def _smtp_url(url: str) -> str:
    parts = _address(url, ("smtp+starttls", "smtps", "smtp"))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("the address of a mail server is scheme, host and port, nothing more")
    return url.rstrip("/")


def _mailbox(address: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", address):
        raise ValueError("an e-mail address is name@host, without a display name")
    return address


Mailbox = Annotated[str, AfterValidator(_mailbox), Field(max_length=254)]


class AlarmOutlet(BaseModel):
    """Where alarms are told: a signed webhook, e-mail, both or neither; secrets by their variables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = Field(default=None, repr=False)
    """Never shown: many receivers keep a secret in their path."""

    webhook_secret_env: Variable | None = None
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] | None = None
    smtp_user: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    smtp_password_env: Variable | None = None
    mail_from: Mailbox | None = None
    mail_to: tuple[Mailbox, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.webhook_url) != bool(self.webhook_secret_env):
            raise ValueError("webhook_url and webhook_secret_env belong together: a webhook is always signed")
        mail = {"smtp_url": self.smtp_url, "mail_from": self.mail_from, "mail_to": self.mail_to}
        missing = [name for name, value in mail.items() if not value]
        begun = len(missing) < len(mail) or self.smtp_user or self.smtp_password_env
        if begun and missing:
            raise ValueError(f"e-mail needs smtp_url, mail_from and mail_to: {missing[0]} is not set")
        if bool(self.smtp_user) != bool(self.smtp_password_env):
            raise ValueError("smtp_user and smtp_password_env belong together")
        server = urlsplit(self.smtp_url or "")
        if self.smtp_user and server.scheme == "smtp" and server.hostname not in LOOPBACK:
            raise ValueError("a password is not sent in the clear: use smtps:// or smtp+starttls://")
        return self


class Retention(BaseModel):
    """How much of the past is kept of orders that are published or cancelled, and not under dispute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    releases_kept: Annotated[int, Field(ge=1, le=1000)] = 5
    """Releases per order, the live one among them; it is kept however long ago it was published."""
    timeline_days: Annotated[int, Field(ge=30, le=36_500)] = 365
    usage_days: Annotated[int, Field(ge=30, le=36_500)] = 730
    runs_days: Annotated[int, Field(ge=1, le=36_500)] = 30


class Settings(BaseSettings):
    """What an installation may set; every path is absolute once loaded."""

    model_config = SettingsConfigDict(
        env_prefix="SITEWRIGHT_",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    database_url: SecretStr | None = None
    home: AbsolutePath = Path(".sitewright")
    site_root: AbsolutePath | None = None
    public_url: HttpUrl = "http://127.0.0.1:8400"
    routes: tuple[Route, ...] = ()
    themes: AbsolutePath | None = None
    """A folder with more themes, each a folder of its own; None: the ones that come with Sitewright."""
    budget_per_order: Annotated[Decimal, Field(gt=0)] | None = None
    """What the AI calls of one order may cost in all, in the routes' currency; None: no limit."""
    alarms: AlarmOutlet = AlarmOutlet()
    retention: Retention = Retention()

    @model_validator(mode="after")
    def _route_names_differ(self) -> Self:
        names = [route.name for route in self.routes]
        if len(set(names)) < len(names):
            raise ValueError("routes: every route has its own name")
        return self

    @property
    def sites(self) -> Path:
        """The one root that releases are written below; absolute."""
        return self.site_root or self.home / "sites"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file; nothing else."""
        del dotenv_settings, file_secret_settings
        file = _settings_file()
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def _settings_file() -> Path:
    named = os.environ.get(FILE_VARIABLE)
    if named and not Path(named).is_file():
        raise InvalidSettings([FieldProblem(FILE_VARIABLE, f"there is no file {named}")])
    return Path(named or SETTINGS_FILE)


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises InvalidSettings with a line per setting that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as cause:
        problems = [
            FieldProblem(".".join(str(part) for part in error["loc"]) or SETTINGS_FILE, error["msg"])
            for error in cause.errors(include_input=False, include_url=False)
        ]
        # The cause would show what was typed, a key in the wrong place among it, wherever it is logged.
        raise InvalidSettings(problems) from None
    except SettingsError as cause:
        raise InvalidSettings([FieldProblem("environment", f"{cause}: it is not JSON")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise InvalidSettings([FieldProblem(SETTINGS_FILE, f"it is not TOML: {cause}")]) from None
    except OSError as cause:
        why = cause.strerror or type(cause).__name__
        raise InvalidSettings([FieldProblem(SETTINGS_FILE, f"it cannot be read: {why.lower()}")]) from cause
