"""One chart of each kind with everyday figures, for the tests of both drawings."""

from datetime import date

from charts import Chart, Language, bars, curves, heatmap, split, stacked, trend
from queries.period import Period
from tests.charts.fakes import BUCKETS, MONTHS, TEAMS, WEEKS, answer

RUNNING = date(2026, 11, 16)
MEMBERS = {"team": TEAMS, "bucket": dict(zip(BUCKETS, BUCKETS, strict=True))}


def week(day: date) -> int:
    return (day - WEEKS.start).days // 7


def collected(period: Period = WEEKS):
    return answer(
        "collected", ("week",), {}, lambda day: 100_000_000 + week(day) * 3_000_000,
        period=period, provisional=lambda day: day >= RUNNING,
    )  # fmt: skip


def kept_by_team(*left_out: str):
    return answer(
        "promise_kept_rate", ("team",), {"team": tuple(TEAMS)},
        lambda team: None if team in left_out else (400 + 30 * int(team[1]), 1_000),
    )  # fmt: skip


def stock():
    return answer(
        "open_balance", ("month", "bucket"), {"bucket": BUCKETS},
        lambda month, bucket: 10**11 // (1 + BUCKETS.index(bucket)), period=MONTHS,
        provisional=lambda month, bucket: month == date(2026, 11, 1),
    )  # fmt: skip


def liquidation():
    vintages = tuple(date(2026, month, 1) for month in range(1, 12))
    return answer(
        "liquidation", ("vintage", "months"), {"vintage": vintages, "months": tuple(range(11))},
        lambda vintage, age: (20_000 * (age + 1), 10**6) if vintage.month + age <= 11 else None,
        period=MONTHS,
    )  # fmt: skip


def attempts():
    return answer(
        "attempts", ("weekday", "hour"), {"weekday": tuple(range(1, 8)), "hour": (9, 10, 11, 14)},
        lambda day, hour: None if day == 7 else day * hour,
    )  # fmt: skip


def samples(language: Language) -> dict[str, Chart]:
    year_ago = (language.t("A year earlier"), collected(WEEKS.year_ago()))
    by_team = answer(
        "promise_kept_rate", ("week", "team"), {"team": ("T3", "T4")},
        lambda day, team: (500 + week(day), 1_000),
    )  # fmt: skip
    return {
        "trend": trend(
            "Collected $ & <more>", collected(), "collected", language,
            compare=year_ago, target=(120_000_000,) * 13,
        ),
        "split": split("Kept", by_team, "promise_kept_rate", language, members=MEMBERS),
        "columns": bars("Collected", collected(), "collected", language, compare=year_ago),
        "rows": bars("Kept", kept_by_team(), "promise_kept_rate", language, members=MEMBERS),
        "stacked": stacked("Stock", stock(), "open_balance", language, members=MEMBERS),
        "heatmap": heatmap("Attempts", attempts(), "attempts", language),
        "curves": curves("Liquidation", liquidation(), "liquidation", language),
    }  # fmt: skip
