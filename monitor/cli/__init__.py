"""The command line: `zhibiao`."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from monitor.cli.common import errors
from monitor.core.errors import UserFacingError

COMMANDS = {
    "init": "data:init",
    "ingest": "data:ingest",
    "sources": "sources:app",
    "loads": "figures:loads_app",
    "freshness": "figures:freshness",
    "demo": "data:demo",
    "run": "watch:run",
    "status": "watch:status",
    "explain": "watch:explain",
    "replay": "replaying:replay_plans",
    "whatif": "watch:whatif",
    "target": "targets:app",
    "extract": "extracting:extract",
    "plan": "plans:app",
    "form": "forms:app",
    "quarantine": "quarantine:app",
    "releases": "releases:app",
    "digest": "telling:digest",
    "people": "telling:people_app",
    "mail": "mail:app",
    "forecast": "forecasting:forecast",
    "doctor": "tools:doctor",
    "serve": "scheduling:serve_jobs",
    "jobs": "scheduling:app",
    "backup": "saving:backup",
    "restore": "saving:restore",
    "dashboard": "tools:dashboard",
}
"""Every command and where it is at home: a module of this package, and the function or group in it."""


class _OnDemand(MutableMapping[str, Any]):
    """Commands by name; the module of one is loaded when it is asked for, so that each starts quickly."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _command(name, COMMANDS[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _command(name: str, home: str) -> Any:
    module, attribute = home.split(":")
    found = getattr(import_module(f"{__name__}.{module}"), attribute)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
        command.name = name
        return command
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)


class _Commands(TyperGroup):
    """The top level of the command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _OnDemand()


app = typer.Typer(
    name="zhibiao",
    cls=_Commands,
    help="Indicator monitoring and forecasting for science-and-technology work plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _choose_workspace(
    context: typer.Context,
    workspace: str | None = typer.Option(
        None, "--workspace", "-w", help="real or simulated_city; ZHIBIAO_WORKSPACE decides otherwise."
    ),
) -> None:
    """Remember which workspace the command works on."""
    context.obj = workspace


def main(arguments: list[str] | None = None) -> int:
    """Run one command; user errors are one sentence on standard error.

    Returns
    -------
    int
        0, 1 for failure, 2 for wrong use.
    """
    try:
        outcome = app(args=arguments, standalone_mode=False)
    except UserFacingError as error:
        errors.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return error.exit_code
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        errors.print("Stopped; nothing further was written.")
        return 1
    except Exception as error:
        if _is_usage_error(error):
            errors.print(str(error.format_message()), style="red", markup=False)  # type: ignore[attr-defined]
            return 2
        raise
    return outcome if isinstance(outcome, int) else 0


def _is_usage_error(error: Exception) -> bool:
    """Whether the command-line parser refused the arguments (typer vendors its parser)."""
    return hasattr(error, "format_message") and getattr(error, "exit_code", None) == 2
