"""Settings of the workspace in use: `configs/settings.yaml` first, then the environment."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from monitor.config.reading import read_one
from monitor.core.catalogue import Entry
from monitor.core.errors import ConfigError, ConfigProblem

WorkspaceName = Literal["real", "simulated_city"]

ENVIRONMENT = {
    "ZHIBIAO_HOME": "folder that holds configs/ and data/",
    "ZHIBIAO_WORKSPACE": "real or simulated_city",
    "ZHIBIAO_DATABASE_URL": "database of the workspace in use, sqlite:///file or postgresql://...",
    "ZHIBIAO_LINK_KEY": "key that signs the links in messages, 32 characters or more",
    "ZHIBIAO_LINK_KEY_FILE": "file that holds it, readable by its owner alone",
    "ZHIBIAO_SMTP_PASSWORD": "password of the mail server",
    "ZHIBIAO_SMTP_PASSWORD_FILE": "file that holds it, readable by its owner alone",
}
"""Every environment variable the product reads; any other ZHIBIAO_* is refused."""

SECRET_PREFIX = "ZHIBIAO_SECRET_"  # noqa: S105 - the beginning of names, no secret
"""Variables with this prefix hold secrets that `configs/sources.yaml` names."""

_PACKAGE = Path(__file__).resolve().parents[1]
_SHIPPED = _PACKAGE / "shipped"
_SETTINGS_FILE = Path("configs") / "settings.yaml"
_SCHEMES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


class WorkspaceEntry(Entry):
    """One workspace of `configs/settings.yaml`; folders and SQLite files are relative to home."""

    name_zh: str
    name_en: str
    simulated: bool
    configs: str
    data: str
    database: str


class SettingsFile(Entry):
    """`configs/settings.yaml`."""

    timezone: str
    seed: Annotated[int, Field(ge=0)]
    n_draws: Annotated[int, Field(ge=200, le=100_000)]
    default_workspace: WorkspaceName
    workspaces: dict[WorkspaceName, WorkspaceEntry]

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("a time zone such as Asia/Shanghai") from error
        return name


class Settings(BaseModel):
    """Settings in force, with absolute paths.

    Parameters
    ----------
    workspace : str
        real or simulated_city.
    label_zh, label_en : str
        Its name on screen.
    simulated : bool
        Whether its figures are simulated; screens and documents must say so.
    home : Path
        Folder that holds `configs/` and `data/`.
    configs_dir, data_dir : Path
        Catalogue and figures of the workspace.
    database_url : str
        Its database; an SQLite path is absolute.
    timezone : str
        Zone in which days end.
    seed, n_draws : int
        Seed of the draws, and their number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: WorkspaceName
    label_zh: str
    label_en: str
    simulated: bool
    home: Path
    configs_dir: Path
    data_dir: Path
    database_url: str
    timezone: str
    seed: int
    n_draws: int

    def label(self, language: str) -> str:
        """The workspace's name in `zh` or `en`."""
        return self.label_zh if language == "zh" else self.label_en


def load_settings(
    workspace: str | None = None, environ: Mapping[str, str] | None = None, *, in_use: bool = True
) -> Settings:
    """Settings of a workspace, checked.

    Parameters
    ----------
    workspace : str, optional
        Its name; without it ZHIBIAO_WORKSPACE decides, then `default_workspace`.
    environ : mapping, optional
        Environment to read; the process's own by default.
    in_use : bool
        Whether this is the workspace that ZHIBIAO_DATABASE_URL is meant for. A second workspace,
        shown beside it, keeps the database of `configs/settings.yaml`.

    Raises
    ------
    ConfigError
        With every problem found: an unknown ZHIBIAO_* variable, a home without settings, an unknown
        workspace, an unusable database, or anything wrong in `configs/settings.yaml`.
    """
    environ = os.environ if environ is None else environ
    unknown = _unknown_variables(environ)
    if unknown:
        raise ConfigError(unknown)
    home = _home(environ)
    file, problems = read_one(home / _SETTINGS_FILE, SettingsFile, shown_as=_SETTINGS_FILE.as_posix())
    if file is None:
        raise ConfigError(problems)
    name, entry = _workspace(file, workspace, environ)
    return Settings(
        workspace=name,
        label_zh=entry.name_zh,
        label_en=entry.name_en,
        simulated=entry.simulated,
        home=home,
        configs_dir=home / entry.configs,
        data_dir=home / entry.data,
        database_url=_database(entry, name=name, home=home, environ=environ if in_use else {}),
        timezone=file.timezone,
        seed=file.seed,
        n_draws=file.n_draws,
    )


def name_in_use(environ: Mapping[str, str] | None = None) -> str:
    """The workspace that is used when none is named."""
    return load_settings(None, environ).workspace


def _unknown_variables(environ: Mapping[str, str]) -> list[ConfigProblem]:
    unknown = sorted(
        name
        for name in environ
        if name.startswith("ZHIBIAO_") and name not in ENVIRONMENT and not name.startswith(SECRET_PREFIX)
    )
    problems = []
    for name in unknown:
        near = difflib.get_close_matches(name, ENVIRONMENT, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        problems.append(
            ConfigProblem("environment", name, "an unknown variable", f"{', '.join(ENVIRONMENT)}{hint}")
        )
    return problems


def _home(environ: Mapping[str, str]) -> Path:
    """ZHIBIAO_HOME; else the current folder, the repository, or what the wheel ships."""
    if "ZHIBIAO_HOME" in environ:
        home = Path(environ["ZHIBIAO_HOME"]).expanduser().resolve()
        if not (home / _SETTINGS_FILE).is_file():
            raise ConfigError(
                [
                    ConfigProblem(
                        "environment", "ZHIBIAO_HOME", str(home), f"a folder that holds {_SETTINGS_FILE}"
                    )
                ]
            )
        return home
    for candidate in (Path.cwd(), _PACKAGE.parent):
        if (candidate / _SETTINGS_FILE).is_file():
            return candidate
    return _SHIPPED


def _workspace(
    file: SettingsFile, wanted: str | None, environ: Mapping[str, str]
) -> tuple[WorkspaceName, WorkspaceEntry]:
    asked = wanted or environ.get("ZHIBIAO_WORKSPACE") or file.default_workspace
    for name, entry in file.workspaces.items():
        if name == asked:
            return name, entry
    where = "workspace" if wanted else "ZHIBIAO_WORKSPACE"
    if not wanted and "ZHIBIAO_WORKSPACE" not in environ:
        where = "default_workspace"
    raise ConfigError(
        [ConfigProblem(_SETTINGS_FILE.as_posix(), where, repr(asked), ", ".join(file.workspaces))]
    )


def _database(entry: WorkspaceEntry, *, name: str, home: Path, environ: Mapping[str, str]) -> str:
    """The database address, an SQLite file made absolute.

    What a wheel ships may be read-only and is replaced by the next version, so there the relative
    file lies in the user's data folder.
    """
    given = environ.get("ZHIBIAO_DATABASE_URL")
    url = given or entry.database
    if not url.startswith(_SCHEMES):
        where = (
            ("environment", "ZHIBIAO_DATABASE_URL")
            if given
            else (str(_SETTINGS_FILE), f"workspaces.{name}.database")
        )
        # The address may hold a password: only its scheme is repeated.
        found = f"an address beginning {url.partition(':')[0]!r}"
        raise ConfigError([ConfigProblem(*where, found, "sqlite:///file or postgresql://user@host/name")])
    path, question, options = url.removeprefix("sqlite:///").partition("?")
    if not url.startswith("sqlite:///") or path in ("", ":memory:"):
        return url
    root = user_data_path("zhibiao", appauthor=False) if home == _SHIPPED else home
    return f"sqlite:///{(root / path).as_posix()}{question}{options}"
