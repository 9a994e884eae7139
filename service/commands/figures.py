"""`arrears figures`: any figure, by the same path that pages and reports take."""

from collections.abc import Sequence
from datetime import date, datetime

import click

from charts import Language
from queries import DIMENSIONS, METRICS, Answer, Answers, UserError
from queries.dimensions import GRAIN_TITLES
from queries.planning import known_dimensions
from service import asking, printing
from service.door import Door, pass_door
from service.users import person_of

EXAMPLE = """
\b
Examples:
  arrears figures --metric collected,recovery_rate --by team
  arrears figures --metric promise_kept_rate --by week --where team=T1 --format csv
  arrears figures --metric collected --from 2026-01-01 --to 2026-03-31 --by month,product
  arrears figures --metric collected --by agent --as lead.north
  arrears figures --list
"""


def _day(ctx: click.Context, parameter: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(epilog=EXAMPLE)
@click.option("--metric", "metrics", multiple=True, help="Names of figures, joined by commas.")
@click.option(
    "--by", multiple=True, help="Split by these: day, week, month, quarter or year; dimensions."
)
@click.option("--from", "first", type=_DAY, callback=_day, help="First day.")
@click.option("--to", "last", type=_DAY, callback=_day, help="Last day; it is included.")
@click.option(
    "--where", multiple=True, help="Only these values: team=T1,T2. Can be given several times."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="A table to read, or exact values for programs.",
)
@click.option("--locale", type=click.Choice(["en", "zh_Hans_CN"]), help="Language of the table.")
@click.option("--as", "name", help="As this person sees them: within the scope of their account.")
@click.option("--list", "listing", is_flag=True, help="List the figures and how each is split.")
@pass_door
def figures(  # noqa: PLR0913 one argument for each option
    door: Door,
    metrics: tuple[str, ...],
    by: tuple[str, ...],
    first: date | None,
    last: date | None,
    where: tuple[str, ...],
    form: str,
    locale: str | None,
    name: str | None,
    listing: bool,
) -> None:
    """Print figures with numerator, denominator, n, as-of day and whether they are provisional.

    Without days it is the last 13 whole weeks. JSON and CSV give money in units of the currency
    (1234.56) and shares from 0 to 1.
    """
    settings = door.settings
    definitions = settings.definitions()
    language = Language(locale or settings.locale, definitions.currency, definitions.minor_digits)
    if listing:
        click.echo(_listed(language))
        return
    answers = Answers(settings.store.folder, definitions).within(person_of(settings, name).scope)
    period = asking.period_of(first, last, answers.freshness().as_of)
    asked = asking.questions(metrics, by, where, period)
    _refuse_unavailable(answers, [question.metrics[0] for question in asked])
    found = answers.ask(*asked)
    members = {name: answers.members(name) for name in asked[0].by if name in DIMENSIONS}
    click.echo(_text(found, members, form, language), nl=form != "csv")


def _text(found: Sequence[Answer], members: printing.Members, form: str, language: Language) -> str:
    if form == "table":
        return printing.as_table(found, members, language)
    rows = printing.records(found, members, language.minor_digits)
    return printing.as_json(rows) if form == "json" else printing.as_csv(rows)


def _refuse_unavailable(answers: Answers, names: Sequence[str]) -> None:
    """A figure whose tables are empty is no zero."""
    available = answers.available()
    for name in names:
        if name not in available:
            raise UserError(
                f"{name} cannot be given: the case database has no rows in "
                f"{' and '.join(METRICS[name].needs)}.",
                "a figure whose tables the source has",
                "map them in config.yaml (source.tables), then run `arrears refresh`",
            )


def _listed(language: Language) -> str:
    lines = []
    for metric in METRICS.values():
        dimensions = [name for name in DIMENSIONS if name in known_dimensions(metric)]
        lines += [
            f"{metric.name} · {language.words(metric.title)} · {metric.unit}",
            f"    {language.words(metric.explain)}",
            f"    by {', '.join(dimensions)}",
        ]
    return "\n".join([*lines, "", f"Every figure can be split by {', '.join(GRAIN_TITLES)}."])
