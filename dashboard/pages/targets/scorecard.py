"""The part of Targets that scores units over several targets at once, never over money alone.

It ranks nobody: rows stand in the order of the page, and where a fact is missing there is no score.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dash import html

from charts import Language
from dashboard.pages.page import Answers, Column, Grid, Panel, Row, View
from dashboard.pages.targets.look import Look, Unit, name_of
from queries.figures import Question
from queries.metrics import METRICS
from queries.targets.progress import Progress, progress, questions
from queries.targets.scorecard import FEW, MOST, Score, score
from queries.targets.target import Aim, Version
from queries.targets.weighting import Weighting

# The other parts of the page ask the same levels and periods about other metrics.
_OWN = "scorecard "


def asked(view: View, look: Look, units: Sequence[Unit]) -> dict[str, Question]:
    """What has to be asked to score the units."""
    found = questions(_valid(view, look, units), view.choices.as_of)
    return {_OWN + name: question for name, question in found.items()}


def scorecard_panel(view: View, look: Look, units: Sequence[Unit], answers: Answers) -> Panel:
    """A row for each unit that has a target of any weighted metric."""
    language, weighting = view.language, view.source.rules.scorecard
    period = language.grain(look.grain, look.start)
    scores = _scores(view, look, units, answers)
    heading = language.t("Scorecard for {period}", period=period)
    if not scores:
        told = html.P(
            language.t(
                "No score for {period} yet: it needs targets for {metrics}.",
                period=period, metrics=_titles(language, weighting.metrics),
            ),
            className="nothing",
        )  # fmt: skip
        return Panel("scorecard", heading, told, note=_why(language, weighting), wide=True)
    rows = tuple(_row(unit, one, language) for unit, one in scores)
    note = _why(language, weighting) + _early([one for _, one in scores], language)
    grid = Grid(_columns(language, weighting), rows)
    return Panel("scorecard", heading, grid, weighting.metrics, note, wide=True)


def _valid(view: View, look: Look, units: Sequence[Unit]) -> list[Version]:
    """The targets in force of the weighted metrics that the source can give."""
    desk = view.source.desk
    if desk is None:
        return []
    known = desk.targets_in_force(look.grain, look.start, look.start)
    aims = [
        Aim(metric, unit.level, unit.key, look.grain, look.start)
        for unit in units
        for metric in view.known(*view.source.rules.scorecard.metrics)
    ]
    return [known[aim] for aim in aims if aim in known]


def _scores(
    view: View, look: Look, units: Sequence[Unit], answers: Answers
) -> list[tuple[Unit, Score]]:
    own = {
        name.removeprefix(_OWN): answer
        for name, answer in answers.items()
        if name.startswith(_OWN)
    }  # fmt: skip
    as_of, rules = view.choices.as_of, view.source.rules
    stood = progress(_valid(view, look, units), own, as_of, rules.calendar, view.source.profile)
    by_unit: dict[tuple[str, str], dict[str, Progress]] = {}
    for aim, one in stood.items():
        by_unit.setdefault((aim.level, aim.unit), {})[aim.metric] = one
    return [
        (unit, score(rules.scorecard, by_unit[unit.level, unit.key], as_of))
        for unit in units
        if (unit.level, unit.key) in by_unit
    ]


def _columns(language: Language, weighting: Weighting) -> tuple[Column, ...]:
    return (
        Column.text("unit", language.t("Unit"), pinned=True, width=190),
        Column("score", language.t("Score"), unit="share"),
        *(
            Column(
                metric,
                language.t(
                    "{metric}, weight {weight}",
                    metric=language.words(METRICS[metric].title), weight=f"{weight}%",
                ),
                unit="share",
            )
            for metric, weight in weighting.parts
        ),
        Column.text("remark", language.t("Remark"), width=280, wrap=True),
    )  # fmt: skip


def _row(unit: Unit, one: Score, language: Language) -> Row:
    values: dict[str, Any] = {
        "unit": name_of(unit, language),
        "score": _exact(one.value),
        "remark": _remark(one, language),
        **{part.metric: _exact(part.attained) for part in one.parts},
    }
    return Row(f"{unit.level} {unit.key}", values)


def _exact(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(part.numerator) / part.denominator


def _remark(one: Score, language: Language) -> str:
    """Why there is no score, or why it may be chance."""
    told = []
    if lacking := one.lacking("target"):
        told.append(language.t("No target: {metrics}.", metrics=_titles(language, lacking)))
    if lacking := one.lacking("value"):
        told.append(language.t("No value: {metrics}.", metrics=_titles(language, lacking)))
    few = [part.metric for part in one.parts if part.few and part.attained is not None]
    if few:
        told.append(
            language.t(
                "Uncertain, fewer than {count} behind it: {metrics}.",
                count=FEW, metrics=_titles(language, few),
            )
        )  # fmt: skip
    return _joined(language, told)


def _why(language: Language, weighting: Weighting) -> str:
    """What the score is made of, and why money alone is none."""
    weights = language.listed([
        f"{language.words(METRICS[metric].title)} {weight}%" for metric, weight in weighting.parts
    ])  # fmt: skip
    return _joined(language, [
        language.t("Weights: {weights}.", weights=weights),
        language.t(
            "A sum counts against what should be by now, a rate against its target, each at most"
            " {most}.",
            most=language.share(_exact(MOST), 0),
        ),
        language.t(
            "Money alone is no score: it rewards chasing the easy payer and pressing the others,"
            " and China's rules for credit cards forbid it (Art. 66). So conduct always has a part."
        ),
    ])  # fmt: skip


def _early(scores: Iterable[Score], language: Language) -> str:
    """Which metrics are still low because the period is not over."""
    early = dict.fromkeys(part.metric for one in scores for part in one.parts if part.early)
    if not early:
        return ""
    metrics = _titles(language, early)
    text = language.t("Still growing until the period is over: {metrics}.", metrics=metrics)
    return language.after(text)


def _titles(language: Language, metrics: Iterable[str]) -> str:
    return language.listed([language.words(METRICS[metric].title) for metric in metrics])


def _joined(language: Language, sentences: Sequence[str]) -> str:
    return ("" if language.chinese else " ").join(sentences)
