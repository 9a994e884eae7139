"""`python -m service.documents [--check]`: write the generated documents, or say which differ."""

import importlib
from pathlib import Path

import click

from service.configuration import read_settings
from service.demo import shown
from service.documents.commands import commands_page
from service.documents.contract import contract_page
from service.documents.metrics import metrics_page
from service.documents.rights import rights_page
from service.documents.settings import config_text, settings_page
from service.settings import Settings

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"


def documents() -> dict[Path, str]:
    """Every generated document by its path."""
    # The worked examples live with the tests and are no part of the product that is installed.
    examples = importlib.import_module("tests.queries.examples").EXAMPLES
    return {
        CONFIG: config_text(),
        ROOT / "docs/settings.md": settings_page(),
        ROOT / "docs/contract.md": contract_page(),
        ROOT / "docs/metrics.md": metrics_page(examples),
        ROOT / "docs/commands.md": commands_page(),
        ROOT / "docs/rights.md": rights_page(),
    }


def differing(texts: dict[Path, str]) -> list[Path]:
    """The documents that are not as they would be written now."""
    return [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def holds_own_settings(config: Path) -> bool:
    """Whether somebody has put settings of their own into the generated config.yaml."""
    # The defaults alone are what it once held.
    return config.exists() and read_settings(config, {}) not in (shown(Settings()), Settings())


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a document would change.")
def main(check: bool) -> None:
    """Write the generated documents."""
    texts = documents()
    changed = differing(texts)
    for path in changed:
        name = path.relative_to(ROOT)
        if path == CONFIG and holds_own_settings(path):
            raise click.ClickException(
                f"{name} holds settings of your own. Move them to a file of yours "
                "(arrears --config my.yaml) and delete it; then run `make docs`."
            )
        if check:
            click.secho(f"{name} is not current: run `make docs`", fg="red", err=True)
        else:
            path.write_text(texts[path], encoding="utf-8")
            click.echo(f"{name} written")
    if check and changed:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
