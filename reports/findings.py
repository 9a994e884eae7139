"""What moved, in sentences written from the numbers: pure, in both languages, never on noise.

A sentence names a rate only when enough rows stand behind it, and compares slices only when the
difference is larger than chance explains (two standard errors).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import sqrt

from charts import Language
from charts.bars import clipped
from queries import METRICS, Figure
from reports import cells, tables
from reports.frozen import Frozen
from reports.money import LONGEST, collected, month
from reports.parts import Finding, Tone
from reports.why import reasons

Teller = Callable[[Frozen, Language], Sequence[Finding]]

# Two proportions differ by more than chance beyond this many standard errors (95 %).
DEVIATIONS = 2.0
# A change that is written as 0.0%.
UNSEEN = Decimal("0.0005")


def recovery(frozen: Frozen, language: Language) -> list[Finding]:
    """The rate, and whether the money or the base moved it."""
    t = language.t
    now, before, _ = frozen.compared("recovery_rate")
    if now.value is None or before.value is None or not (now.value or before.value):
        return []
    change = language.change(METRICS["recovery_rate"], now.value, before.value)
    values = {
        "now": language.share(now.value, 2),
        "before": language.share(before.value, 2),
        "last": frozen.covered.said(language).last,
    }
    texts = {
        "up": t("The recovery rate rose from {before} to {now}", **values),
        "down": t("The recovery rate fell from {before} to {now}", **values),
        "even": t("The recovery rate stayed at {now} ({last} {before})", **values),
    }
    base = Decimal((now.denominator or 0) - (before.denominator or 1)) / (before.denominator or 1)
    moved = {"change": language.share(abs(base))}
    if abs(base) < UNSEEN:
        why = t("; the balance to collect from stayed the same.")
    elif base > 0:
        why = t("; the balance to collect from grew by {change}.", **moved)
    else:
        why = t("; the balance to collect from shrank by {change}.", **moved)
    text = texts.get(change.direction, texts["even"]) + why
    if change.direction in ("up", "down"):
        text += explained(frozen, language, "recovery_rate", "bucket")
    return [Finding(text, change.verdict)]


def explained(frozen: Frozen, language: Language, metric: str, dimension: str) -> str:
    """How much of the change came from the rates within the slices and how much from their mix."""
    found = reasons(frozen, metric, dimension)
    if found is None:
        return ""
    parts = {
        "rate": cells.points(language, found.rate),
        "mix": cells.points(language, found.mix),
    }
    if dimension == "bucket":
        return language.after(
            language.t(
                "What was recovered within the buckets accounts for {rate}, the age of the balance"
                " for {mix}.",
                **parts,
            )
        )
    return language.after(
        language.t(
            "How the teams did accounts for {rate}, whose promises fell due for {mix}.", **parts
        )
    )


def promises(frozen: Frozen, language: Language) -> list[Finding]:
    t = language.t
    now, before, _ = frozen.compared("promise_kept_rate")
    if not frozen.has("promise_kept_rate"):
        return []
    pending, said = frozen.figure("now", "promises_pending").value, frozen.covered.said(language)
    if now.value is None:
        return [Finding(t("No promise due {this} has run out of time yet.", this=said.at_this))]
    values = {
        "last": said.last,
        "kept": language.share(now.value),
        "due": language.count(now.denominator),
        "before": language.share(before.value),
    }
    told = language.change(METRICS["promise_kept_rate"], now.value, before.value)
    if before.value is None:
        text = t("{kept} of the promises whose time is over were kept (n = {due}).", **values)
    else:
        text = t(
            "{kept} of the promises whose time is over were kept (n = {due}, {last} {before}).",
            **values,
        )
    real = differs(now, before)
    if real:
        text += explained(frozen, language, "promise_kept_rate", "team")
    elif before.value is not None and told.direction in ("up", "down"):
        text += language.after(t("So small a difference can be chance."))
    if pending:
        text += ("" if language.chinese else " ") + language.n(
            "{count} due {this} is still pending.",
            "{count} due {this} are still pending.",
            int(pending),
            this=said.at_this,
        )
    tone: Tone = told.verdict if real else "none"
    return [Finding(text, tone), *_outlier(frozen, language)]


def _outlier(frozen: Frozen, language: Language) -> list[Finding]:
    """The team whose kept rate changed most, if the change is more than chance."""
    moves = []
    for team in frozen.keys("team_now"):
        now = frozen.figure("team_now", "promise_kept_rate", team)
        before = frozen.figure("team_before", "promise_kept_rate", team)
        if differs(now, before):
            moves.append(
                (abs(Decimal(now.value or 0) - Decimal(before.value or 0)), team, now, before)
            )
    if not moves:
        return []
    _, team, now, before = max(moves, key=lambda move: (move[0], str(move[1])))
    values = {
        "team": clipped(tables.label(frozen, language, "team", team), LONGEST),
        "before": language.share(before.value),
        "now": language.share(now.value),
        "n": language.count(now.n),
    }
    rose = Decimal(now.value or 0) > Decimal(before.value or 0)
    text = (
        language.t("{team} kept more promises: {now} after {before} (n = {n}).", **values)
        if rose
        else language.t("{team} kept fewer promises: {now} after {before} (n = {n}).", **values)
    )
    return [Finding(text, "better" if rose else "worse")]


def contacts(frozen: Frozen, language: Language) -> list[Finding]:
    t = language.t
    coverage, before, _ = frozen.compared("coverage")
    reached, reached_before, _ = frozen.compared("right_party_rate")
    if coverage.value is None or reached.value is None:
        return []
    values = {
        "last": frozen.covered.said(language).last,
        "coverage": language.share(coverage.value),
        "reached": language.share(reached.value),
        "before": language.share(before.value),
        "reached_before": language.share(reached_before.value),
        "cases": language.count(coverage.denominator),
        "attempts": language.count(reached.denominator),
    }
    if before.value is None or reached_before.value is None:
        text = t(
            "Of {cases} open cases {coverage} were attempted; of {attempts} attempts {reached}"
            " reached the customer.",
            **values,
        )
        return [Finding(text)]
    text = t(
        "Of {cases} open cases {coverage} were attempted ({last} {before}); of {attempts}"
        " attempts {reached} reached the customer ({last} {reached_before}).",
        **values,
    )
    tone = language.change(METRICS["coverage"], coverage.value, before.value).verdict
    return [Finding(text, tone)]


def untouched(frozen: Frozen, language: Language) -> list[Finding]:
    t = language.t
    now, before, _ = frozen.compared("untouched_7d")
    whole = frozen.figure("now", "open_cases").value
    if now.value is None or not whole:
        return []
    values = {
        "cases": language.count(now.value),
        "share": language.share(Decimal(now.value) / Decimal(whole)),
        "moved": language.count(abs(cells.moved(now, before))),
        "then": t(frozen.covered.kind.then),
    }
    text = t("Open cases without an attempt for seven days: {cases} ({share})", **values)
    change = language.change(METRICS["untouched_7d"], now.value, before.value)
    match change.direction:
        case "up":
            text += t(", {moved} more than {then}.", **values)
        case "down":
            text += t(", {moved} fewer than {then}.", **values)
        case "even":
            text += t(", much the same as {then}.", **values)
        case _:
            text += t(".")
    return [Finding(text, change.verdict)]


def stock(frozen: Frozen, language: Language) -> list[Finding]:
    now = frozen.figure("now", "open_cases").value
    opening = frozen.figure("now", "opening_cases").value
    if now is None or opening is None:
        return []
    values = {
        "placed": language.count(frozen.figure("now", "placed_cases").value or 0),
        "closed": language.count(frozen.figure("now", "closed_cases").value or 0),
        "now": language.count(now),
        "moved": language.count(abs(int(now) - int(opening))),
    }
    t = language.t
    if not now and not opening and values["placed"] == language.count(0):
        return [Finding(t("No case is open."))]
    if now > opening:
        text = t(
            "Cases placed: {placed}, closed: {closed}. At the end {now} were open, {moved} more"
            " than at the start.",
            **values,
        )
    elif now < opening:
        text = t(
            "Cases placed: {placed}, closed: {closed}. At the end {now} were open, {moved} fewer"
            " than at the start.",
            **values,
        )
    else:
        text = t("Cases placed: {placed}, closed: {closed}. {now} are open, as before.", **values)
    return [Finding(text)]


TELLERS: tuple[Teller, ...] = (
    collected, month, recovery, promises, contacts, untouched, stock,
)  # fmt: skip


def findings(
    frozen: Frozen, language: Language, tellers: Sequence[Teller] = TELLERS
) -> list[Finding]:
    """The sentences of page one, in the order in which a reader wants them."""
    told = [tell(frozen, language) for tell in tellers]
    return [finding for group in told for finding in group]


def differs(now: Figure, before: Figure) -> bool:
    """Whether two shares differ by more than chance, both standing on enough rows."""
    if now.value is None or before.value is None or cells.few(now) or cells.few(before):
        return False
    first, second = float(now.value), float(before.value)
    n_first, n_second = now.denominator or 0, before.denominator or 0
    pooled = (first * n_first + second * n_second) / (n_first + n_second)
    error = sqrt(pooled * (1 - pooled) * (1 / n_first + 1 / n_second))
    return error > 0 and abs(first - second) > DEVIATIONS * error
