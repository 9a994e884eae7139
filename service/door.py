"""What every command is handed: the settings, read when first needed, and the clock."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from queries.errors import UserError
from service import clock
from service.configuration import CONFIG, read_settings
from service.settings import Settings

DEFAULT_CONFIG = Path("config.yaml")

# Exit codes of the command; 0 is success, and a bug ends with Python's own 1 and a traceback.
FAILED = 1  # a job or a report did not do what it should
WRONG = 2  # what was asked cannot be done: settings, options, source
DIFFERENT = 3  # `arrears check` found differences


@dataclass
class Door:
    """How a command was called. Tests make one with their own environment and clock."""

    config: Path | None
    environ: Mapping[str, str]
    clock: Callable[[str], datetime] = clock.now

    @functools.cached_property
    def settings(self) -> Settings:
        return read_settings(self.path, self.environ)

    @property
    def path(self) -> Path | None:
        """The configuration file: as told, else config.yaml where there is one."""
        if self.config is not None:
            return self.config
        if self.environ.get(CONFIG):
            return Path(self.environ[CONFIG])
        return DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None

    def now(self) -> datetime:
        return self.clock(self.settings.figures.business_zone)


pass_door = click.make_pass_decorator(Door)


class Refusal(click.ClickException):
    """A UserError on its way out of the command: told in red, no traceback."""

    exit_code = WRONG

    def __init__(self, error: UserError) -> None:
        super().__init__(str(error))

    def show(self, file: Any = None) -> None:
        first, _, rest = self.message.partition("\n")
        click.secho(first, fg="red", err=True)
        if rest:
            click.echo(rest, err=True)


class Doors(click.Group):
    """A group of commands that ends in a Refusal wherever a UserError comes up."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise Refusal(error) from error


def tell(message: str) -> None:
    """Something to know meanwhile: on the error stream, because it is no result."""
    click.echo(message, err=True)


def failed(message: str) -> NoReturn:
    """Ends the command as failed: it was asked rightly and did not work."""
    click.secho(message, fg="red", err=True)
    raise click.exceptions.Exit(FAILED)
