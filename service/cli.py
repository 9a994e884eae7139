"""The `arrears` command: every door of the house from a terminal."""

import importlib
import os
from pathlib import Path
from typing import cast

import click

from service.door import Door, Doors

COMMANDS = (
    "demo", "check", "refresh", "serve", "users", "audit", "jobs", "figures", "report", "backup",
    "restore", "generate",
)  # fmt: skip


class Commands(Doors):
    """Each command is the function in service/commands/ that has its name, loaded when wanted.

    All rooms together take seconds to import; a command should wait for those it uses only.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"service.commands.{name}")
        return cast("click.Command", getattr(module, name))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration file. Without it: the one that ARREARS_CONFIG names, else config.yaml "
    "in the current directory, else the defaults.",
)
@click.version_option(package_name="arrears")
@click.pass_context
def arrears(ctx: click.Context, config: Path | None) -> None:
    """Performance desk of a debt-collections operation.

    Exit codes: 0 success; 1 a job or report failed; 2 something asked or configured is wrong;
    3 `arrears check` found differences.
    """
    if ctx.obj is None:
        ctx.obj = Door(config, os.environ)


def main() -> None:
    """The door that pyproject.toml names."""
    arrears()
