"""Settings: environment variables `SITEWRIGHT_*` over a `sitewright.toml` in the working directory.

`load_settings()` is called where a process begins (command line, flow, server), never at import.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

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
    return url.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Route(BaseModel):
    """One configured AI endpoint. Prices are per million tokens, in the account's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    dialect: Literal["openai"] = "openai"
    base_url: HttpUrl
    model: Annotated[str, Field(min_length=1, max_length=200)]
    api_key_env: str | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 120
    max_concurrency: Annotated[int, Field(ge=1, le=1000)] = 16
    max_tokens: Annotated[int, Field(ge=256)] = 4000
    price_in: Annotated[float, Field(ge=0)] = 0
    price_out: Annotated[float, Field(ge=0)] = 0
    offline: bool = False
    """True for the built-in offline copywriter: what it writes is named as written without AI."""


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
