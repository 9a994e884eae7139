"""`arrears generate`: a simulated case database of any size."""

from datetime import date, datetime, timedelta

import click

from service.door import Door, pass_door
from service.progress import progress_bar
from service.simulation import Plan, simulate, write

EXAMPLE = """
\b
Examples:
  arrears generate --cases 20000 --days 425 --seed 7 --to duckdb:///var/mine.duckdb
  arrears generate --cases 1000 --days 120 --to var/extract
  arrears generate --to "var/extract?format=parquet" --replace
"""


@click.command(epilog=EXAMPLE)
@click.option("--cases", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--days", type=click.IntRange(14), default=425, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the history; yesterday if none."
)
@click.option(
    "--to",
    "target",
    required=True,
    help="duckdb:///file, sqlite:///file, postgresql+psycopg://user@host/name, "
    "mysql+pymysql://user@host/name, or a folder of CSV files (Parquet with ?format=parquet).",
)
@click.option("--replace", is_flag=True, help="Overwrite tables that already hold rows.")
@pass_door
def generate(
    door: Door,
    cases: int,
    days: int,
    seed: int,
    until: datetime | None,
    target: str,
    replace: bool,
) -> None:
    """Simulate a collections operation and write its case database.

    The same options always give the same rows. A thousandth of the rows is bad in each of the
    ways that `arrears check` tells apart.
    """
    last_day: date = until.date() if until else door.now().date() - timedelta(days=1)
    plan = Plan(cases=cases, days=days, seed=seed, last_day=last_day)
    with progress_bar() as progress:
        tables = simulate(plan, lambda text, share: progress(f"Simulating {text}", share * 0.7))
        write(
            tables,
            target,
            replace=replace,
            progress=lambda text, share: progress(text.capitalize(), 0.7 + share * 0.3),
        )
    rows = sum(len(table) for table in tables.values())
    click.echo(f"{rows:,} rows in {len(tables)} tables, from {plan.first_day} to {last_day}")
