"""Teams side by side, in their own order: nobody is ranked, and thin rates are marked."""

from datetime import date

from charts import Language
from queries import Question
from reports import cells, drawn, tables
from reports.frozen import Frozen
from reports.parts import Drawing, Picture, Section, Table
from reports.spans import Covered

SHOWN = (
    "collected", "recovery_rate", "promises_due", "promise_kept_rate", "right_party_rate",
    "coverage", "open_cases", "untouched_7d",
)  # fmt: skip
# More bars than this do not fit beside each other's names.
MOST_DRAWN = 14


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    return {
        "team_now": Question(SHOWN, covered.period, ("team",)),
        "team_before": Question(SHOWN, covered.before, ("team",)),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    values = tables.ordered(frozen, "team_now", "team")
    if not values:
        return None
    columns, rows = tables.split(
        frozen, language, "team_now", "team", SHOWN, values=values, total="now"
    )
    t = language.t
    note = t(
        "Grey: fewer than {promises} promises or {attempts} attempts, too few to compare. Teams"
        " work different cases; these figures are not adjusted for that.",
        promises=cells.FEW["promises"],
        attempts=cells.FEW["contacts"],
    )
    title = t("Teams {this}", this=frozen.covered.said(language).at_this)
    table = Table("teams", title, columns, rows, note, totals=1)
    return Section(
        "teams", t("Teams"), t("Teams"), [*_pictures(frozen, language, len(values)), table]
    )


def _pictures(frozen: Frozen, language: Language, teams: int) -> list[Picture]:
    """Two charts beside each other, as long as the teams fit into them."""
    if not 1 < teams <= MOST_DRAWN:
        return []
    known = frozen.known(SHOWN)
    titles = {
        "collected": language.t("Collected by team"),
        "promise_kept_rate": language.t("Promises kept by team"),
    }
    return [
        Picture(
            f"team_{metric}",
            drawn.by_team(frozen, language, title, metric),
            height=12 + 5 * teams,
            half=True,
            drawing=Drawing("rows", "teams", (known.index(metric) + 1,)),
        )
        for metric, title in titles.items()
        if metric in known
    ]
