"""docs/commands.md, from the help of the commands."""

from collections.abc import Iterator

import click

from service.cli import arrears
from service.documents.markdown import page

_WIDTH = 96


def commands_page() -> str:
    """docs/commands.md."""
    top = _context(arrears, "arrears")
    blocks = [_fenced(top)]
    blocks += [f"## {context.command_path}\n\n{_fenced(context)}" for context in all_commands(top)]
    return page("Commands", *blocks)


def all_commands(above: click.Context | None = None) -> Iterator[click.Context]:
    """Each command, those in groups included, in the context in which it would be called."""
    above = above or _context(arrears, "arrears")
    group = above.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        context = _context(command, name, above)
        yield context
        if isinstance(command, click.Group):
            yield from all_commands(context)


def _context(
    command: click.Command, name: str, above: click.Context | None = None
) -> click.Context:
    # What a command sets itself is inherited by those below it, as when it is called.
    return click.Context(
        command,
        parent=above,
        info_name=name,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        **command.context_settings,
    )


def _fenced(context: click.Context) -> str:
    lines = (line.rstrip() for line in context.get_help().splitlines())
    return "```\n" + "\n".join(lines) + "\n```"
