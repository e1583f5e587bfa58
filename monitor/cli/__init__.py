"""The command line: `zhibiao`."""

from __future__ import annotations

import sys

import typer

from monitor.cli import data, forms, plans, quarantine, releases, targets, tools, watch
from monitor.cli.common import errors
from monitor.core.errors import UserFacingError

app = typer.Typer(
    name="zhibiao",
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


app.command("init")(data.init)
app.command("ingest")(data.ingest)
app.command("demo")(data.demo)
app.command("run")(watch.run)
app.command("status")(watch.status)
app.command("explain")(watch.explain)
app.command("whatif")(watch.whatif)
app.add_typer(targets.app, name="target")
app.command("extract")(plans.extract)
app.add_typer(plans.app, name="plan")
app.add_typer(forms.app, name="form")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(releases.app, name="releases")
app.command("forecast")(tools.forecast)
app.command("doctor")(tools.doctor)
app.command("dashboard")(tools.dashboard)


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


if __name__ == "__main__":
    sys.exit(main())
