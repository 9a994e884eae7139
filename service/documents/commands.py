"""docs/commands.md, from the help of the commands."""

from collections.abc import Iterator

import click

from service.cli import arrears
from service.documents.markdown import page

_WIDTH = 96


def commands_page() -> str:
    """docs/commands.md."""
    blocks = [_help("arrears", arrears)]
    blocks += [f"## {name}\n\n{_help(name, command)}" for name, command in all_commands()]
    return page("Commands", *blocks)


def all_commands(
    group: click.Group = arrears, above: str = "arrears"
) -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of each command, those in groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{above} {name}")


def _help(name: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    lines = (line.rstrip() for line in command.get_help(context).splitlines())
    return "```\n" + "\n".join(lines) + "\n```"
