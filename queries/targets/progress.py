"""Where targets stand: the questions to the figures that they need, and what follows from the
answers. A page asks them with its own, so that all that it shows is of one generation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from queries.answers import Answers
from queries.definition import Metric
from queries.figures import Answer, Figure, Question
from queries.metrics import METRICS
from queries.period import Period, floor, whole_before
from queries.rights import EVERYTHING
from queries.targets.calendar import WorkingDays
from queries.targets.pace import FLAT, Better, Pace, Profile, Standing, learn, paced, standing
from queries.targets.rules import TargetRules
from queries.targets.target import Aim, Version
from queries.targets.targetable import MONEY as MONEY
from queries.targets.targetable import TARGETABLE as TARGETABLE
from queries.targets.targetable import grows

ProfileOf = Callable[[str, date], Profile]


@dataclass(frozen=True)
class Progress:
    """A target on a day of its period, or after it.

    `pace` is None for what does not add up over days (a rate, a level): there `figure` stands
    against the whole target from the first day on. `standing` is None while there is nothing to
    judge: also of a rate that grows with its period, until that is over or the target is reached.
    `begun` says that the period has a whole day behind it.
    """

    version: Version
    metric: Metric
    figure: Figure
    pace: Pace | None
    standing: Standing | None
    begun: bool

    @property
    def aim(self) -> Aim:
        return self.version.aim

    @property
    def target(self) -> Decimal:
        """What is to be reached by the end of the period."""
        return self.version.marks.target or Decimal(0)

    @property
    def value(self) -> int | Decimal | None:
        """What was reached so far: of a sum nothing is zero, of a rate it is unknown."""
        if self.pace is not None:
            return self.pace.actual if self.begun else None
        return self.figure.value

    @property
    def attained(self) -> Fraction | None:
        """The part of the whole target that was reached; None where that cannot be said."""
        if self.value is None or not self.target:
            return None
        return Fraction(self.value) / Fraction(self.target)

    @property
    def ahead(self) -> Fraction | None:
        """How much more is there than should be by now: of a rate and a level the difference from
        the target. None while there is nothing to judge."""
        if self.value is None or self.standing is None:
            return None
        wanted = Fraction(self.pace.expected_today) if self.pace else Fraction(self.target)
        return Fraction(self.value) - wanted


def better_of(metric: Metric) -> Better:
    """Which way a target of the metric is meant."""
    return "lower" if metric.better == "lower" else "higher"


def questions(versions: Iterable[Version], as_of: date) -> dict[str, Question]:
    """What has to be asked, by name: one question for each level, period and kind of metric."""
    groups: dict[tuple[str, Period, bool], set[tuple[str, str]]] = {}
    for version in versions:
        aim = version.aim
        if aim.starts_on <= as_of:
            group = (aim.level, aim.period, _paced(METRICS[aim.metric]))
            groups.setdefault(group, set()).add((aim.metric, aim.unit))
    return {
        _name(level, period, by_day=by_day): _question(level, period, as_of, found, by_day=by_day)
        for (level, period, by_day), found in groups.items()
    }


def _question(
    level: str, period: Period, as_of: date, found: set[tuple[str, str]], *, by_day: bool
) -> Question:
    metrics = tuple(name for name in METRICS if name in {metric for metric, _ in found})
    units = tuple(sorted({unit for _, unit in found}))
    so_far = Period(period.start, min(period.end, as_of + timedelta(days=1)))
    by = ("day",) if by_day else ()
    if level == "operation":
        return Question(metrics, so_far, by)
    return Question(metrics, so_far, (*by, level), {level: units})


def _name(level: str, period: Period, *, by_day: bool) -> str:
    return f"targets {level} {period.start} {period.end} {'by day' if by_day else 'whole'}"


def _paced(metric: Metric) -> bool:
    return metric.kind == "flow"


def progress(
    versions: Iterable[Version],
    answers: Mapping[str, Answer],
    as_of: date,
    calendar: WorkingDays,
    profile_of: ProfileOf,
) -> dict[Aim, Progress]:
    """Where each target stands at the end of `as_of`, from the answers to `questions`.
    `profile_of` gives the rhythm of a metric as it was known when a period began."""
    daily = {name: _by_unit(answer) for name, answer in answers.items() if "by day" in name}
    found = {}
    for version in versions:
        aim, metric = version.aim, METRICS[version.aim.metric]
        name = _name(aim.level, aim.period, by_day=_paced(metric))
        if _paced(metric):
            actual = daily.get(name, {}).get((aim.metric, aim.unit), {})
            found[aim] = _with_pace(version, actual, as_of, calendar, profile_of)
        else:
            keys = () if aim.level == "operation" else (aim.unit,)
            known = answers.get(name)
            figure = known.one(aim.metric, *keys) if known else _nothing(aim.metric)
            found[aim] = _against(version, figure, as_of)
    return found


def _by_unit(answer: Answer) -> dict[tuple[str, str], dict[date, int]]:
    """(metric, unit) → day → what came on it."""
    found: dict[tuple[str, str], dict[date, int]] = {}
    for figure in answer.figures:
        day = figure.keys[0]
        assert isinstance(day, date)
        unit = str(figure.keys[1] or "") if len(figure.keys) > 1 else ""
        found.setdefault((figure.metric, unit), {})[day] = figure.numerator or 0
    return found


def _nothing(metric: str) -> Figure:
    return Figure(metric, (), None, None, None, provisional=False)


def _with_pace(
    version: Version,
    actual: Mapping[date, int],
    as_of: date,
    calendar: WorkingDays,
    profile_of: ProfileOf,
) -> Progress:
    aim, marks = version.aim, version.marks
    metric, begun = METRICS[aim.metric], aim.starts_on <= as_of
    profile = profile_of(aim.metric, aim.starts_on)
    target = int(marks.target or 0)
    pace = paced(target, aim.period, as_of, actual, calendar, profile)
    share = pace.share_elapsed
    judged: Standing | None = None
    if begun and share:
        floor_, stretch = (None if m is None else Fraction(m) * share
                           for m in (marks.floor, marks.stretch))  # fmt: skip
        judged = standing(pace.actual, floor_, target * share, stretch, better_of(metric))
    figure = Figure(aim.metric, (), pace.actual, None, None, provisional=as_of < aim.period.last)
    return Progress(version, metric, figure, pace, judged, begun)


def _against(version: Version, figure: Figure, as_of: date) -> Progress:
    aim, marks = version.aim, version.marks
    metric = METRICS[aim.metric]
    judged, begun = None, aim.starts_on <= as_of
    if begun and figure.value is None and metric.kind != "quotient":
        # Only rows that exist are counted by unit: no case is none, while no rate is unknown.
        figure = replace(figure, numerator=0)
    if figure.value is not None and marks.target is not None:
        judged = standing(figure.value, marks.floor, marks.target, marks.stretch, better_of(metric))
    if as_of < aim.period.last and grows(metric) and judged not in ("on_target", "stretch"):
        # What half a month has covered or recovered says little of the whole month.
        judged = None
    return Progress(version, metric, figure, None, judged, begun)


def profile_of(answers: Answers, rules: TargetRules) -> ProfileOf:
    """The rhythm of the whole operation in the months before a day, whoever asks: a target must be
    as far on its way for a lead as for an executive. All that it tells is which part of a month's
    whole falls on which working day."""
    everybody = answers.within(EVERYTHING)
    known: dict[tuple[str, date], Profile] = {}

    def profile(metric: str, before: date) -> Profile:
        key = (metric, floor(before, "month"))
        if key not in known:
            known[key] = _learnt(everybody, metric, key[1], rules)
        return known[key]

    return profile


def _learnt(answers: Answers, metric: str, end: date, rules: TargetRules) -> Profile:
    past = whole_before(end, "month", rules.profile_months, answers.begins(metric))
    if past is None:
        return FLAT
    (answer,) = answers.ask(Question((metric,), past, ("day",)))
    return learn(_by_unit(answer).get((metric, ""), {}), rules.calendar)
