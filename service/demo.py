"""The demo: a simulated case database that ends yesterday, made when it is missing or old."""

from datetime import date, datetime, timedelta
from pathlib import Path

from queries import UserError
from service.progress import Step
from service.report_settings import Report
from service.settings import DEMO_LOCALES, DEMO_SOURCE, Settings
from service.simulation import Plan, simulate, write

CASES = 20_000
# 425 days: fourteen months, so that the newest week has its week of a year ago.
DAYS = 425
SEED = 20_240_229

# Names the last day of the demo database that lies beside it; written last.
LAST_DAY = "last_day.txt"


def shown(settings: Settings) -> Settings:
    """The settings of the demo: each of its reports leaves, in every language, unless somebody
    chose otherwise."""
    reports = settings.reports
    chosen = {name: _shown(getattr(reports, name)) for name in type(reports).model_fields}
    return settings.model_copy(update={"reports": reports.model_copy(update=chosen)})


def _shown(report: Report) -> Report:
    wanted = {"enabled": True, "locales": DEMO_LOCALES}
    free = {name: value for name, value in wanted.items() if name not in report.model_fields_set}
    return report.model_copy(update=free)


def prepare(settings: Settings, now: datetime, progress: Step, cases: int | None = None) -> bool:
    """Makes the demo database unless it ends yesterday already; answers whether it was made."""
    if settings.source.url != DEMO_SOURCE:
        raise UserError(
            f"source.url is {settings.source.url}, not the demo's database.",
            f"source.url: {DEMO_SOURCE}",
            "run `arrears serve` for your own database, or `arrears demo` in another directory",
        )
    folder = Path(DEMO_SOURCE.removeprefix("duckdb:///")).parent
    yesterday = now.date() - timedelta(days=1)
    if _last_day(folder) == yesterday.isoformat():
        return False
    _make(folder, yesterday, progress, cases or CASES)
    return True


def _last_day(folder: Path) -> str:
    note = folder / LAST_DAY
    whole = note.exists() and Path(DEMO_SOURCE.removeprefix("duckdb:///")).exists()
    return note.read_text(encoding="ascii") if whole else ""


def _make(folder: Path, last_day: date, progress: Step, cases: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LAST_DAY).unlink(missing_ok=True)
    plan = Plan(cases=cases, days=DAYS, seed=SEED, last_day=last_day)
    tables = simulate(plan, lambda text, share: progress(f"Simulating {text}", share * 0.7))
    write(
        tables,
        DEMO_SOURCE,
        replace=True,
        progress=lambda text, share: progress(text.capitalize(), 0.7 + share * 0.3),
    )
    (folder / LAST_DAY).write_text(last_day.isoformat(), encoding="ascii")
