"""What somebody wants to be told of: one class for each kind of rule, read from a plain mapping and
written to one, as a desk keeps it and a page sends it.

Whatever comes in may be anything. What is wrong is a RuleError: it says what was given, what was
expected and what to do, and its `fault` lets a page say so in the reader's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from queries.alerts.quiet import Quiet
from queries.definition import Metric
from queries.errors import UserError
from queries.metrics import METRICS

Kind = Literal["threshold", "pace", "signal", "stale", "job", "report"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Side = Literal["above", "below"]
Grain = Literal["day", "week", "month"]
PaceGrain = Literal["week", "month", "quarter"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
PACE_GRAINS: tuple[PaceGrain, ...] = get_args(PaceGrain)
Fault = Literal[
    "kind", "metric", "units", "grain", "side", "number", "clear", "periods", "share", "elapsed",
    "least", "jobs", "reports", "name", "recipients", "quiet", "taken", "outdated", "gone",
    "too_many", "acknowledged",
]  # fmt: skip

# The whole operation, beside keys of teams.
WHOLE = ""
MOST_UNITS, MOST_RECIPIENTS, MOST_PERIODS, LONGEST_NAME = 100, 50, 12, 120
# Fewer rows or cases behind a share say little (as on the pages).
FEWEST_ROWS = 30
_LONGEST_NUMBER = 30

# What rules can be made on. A level goes step by step from one period to the next, so that a
# control chart of it would find a signal in every slow change.
WATCHED: Mapping[str, Metric] = {n: m for n, m in METRICS.items() if m.kind != "curve"}
CHARTED: Mapping[str, Metric] = {n: m for n, m in WATCHED.items() if m.kind != "level"}
PACED: Mapping[str, Metric] = {
    n: m for n, m in WATCHED.items() if m.kind == "flow" and m.better == "higher"
} | {"attempts": METRICS["attempts"]}


class RuleError(UserError):
    """A rule that cannot be meant; `fault` names what is wrong with it."""

    def __init__(self, fault: Fault, given: str, expected: str = "", cure: str = "") -> None:
        super().__init__(given, expected, cure or ("correct the rule" if expected else ""))
        self.fault = fault


@dataclass(frozen=True)
class Threshold:
    """The newest `periods` whole periods are at `limit` or past it; over once the newest one is
    back past `clear`. Values are in the unit of the metric. A share of fewer than `least` rows or
    cases does not count."""

    metric: str
    units: tuple[str, ...]
    grain: Grain
    side: Side
    limit: Decimal
    clear: Decimal
    periods: int = 1
    least: int = FEWEST_ROWS


@dataclass(frozen=True)
class PaceMissed:
    """Less than `share` of what the target asks for by now has come; over at `clear`. Before the
    part `elapsed` of the target is due it says nothing."""

    metric: str
    units: tuple[str, ...]
    grain: PaceGrain
    share: Decimal = Decimal("0.95")
    clear: Decimal = Decimal("0.97")
    elapsed: Decimal = Decimal("0.2")


@dataclass(frozen=True)
class Unusual:
    """The newest whole period is out of the ordinary for the unit (`control`): on the worse side,
    or on either where `both` says so or where the metric has no worse side."""

    metric: str
    units: tuple[str, ...]
    grain: Grain
    both: bool = False
    least: int = FEWEST_ROWS

    @property
    def worse(self) -> Literal["above", "below", "either"]:
        better = METRICS[self.metric].better
        if self.both or better == "neither":
            return "either"
        return "below" if better == "higher" else "above"


@dataclass(frozen=True)
class Stale:
    """The figures are older than the configuration allows."""


@dataclass(frozen=True)
class JobFailed:
    """The newest run of a job failed; of any job where none is named."""

    jobs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportLate:
    """A report has not left whole by its deadline; any report where none is named."""

    reports: tuple[str, ...] = ()


Check = Threshold | PaceMissed | Unusual | Stale | JobFailed | ReportLate
_KIND_OF: Mapping[type, Kind] = {
    Threshold: "threshold", PaceMissed: "pace", Unusual: "signal", Stale: "stale", JobFailed: "job",
    ReportLate: "report",
}  # fmt: skip


def kind_of(check: Check) -> Kind:
    return _KIND_OF[type(check)]


def units_of(check: Check | None) -> tuple[str, ...]:
    """The units whose figures a rule is about; none where it is about the service itself."""
    return check.units if isinstance(check, (Threshold, PaceMissed, Unusual)) else ()


@dataclass(frozen=True)
class Draft:
    """A rule to be. `recipients` are "mail:address" and "chat:name"."""

    name: str
    check: Check
    recipients: tuple[str, ...] = ()
    quiet: Quiet | None = None
    working_days_only: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME or not self.name.isprintable():
            raise RuleError(
                "name",
                f"The name {self.name[:40]!r} cannot be used.",
                f"1 to {LONGEST_NAME} printable characters",
            )
        if len(self.recipients) > MOST_RECIPIENTS:
            raise RuleError(
                "too_many",
                f"The rule has {len(self.recipients)} recipients.",
                f"at most {MOST_RECIPIENTS}",
            )


@dataclass(frozen=True)
class Rule:
    """A rule as the desk keeps it. `draft` is None where this version of the program cannot read
    it, as `trouble` says. `number` counts its changes."""

    id: int
    name: str
    kind: Kind
    draft: Draft | None
    active: bool
    owner: str
    number: int
    made_at: datetime
    changed_at: datetime
    trouble: str = field(default="", compare=False)

    @property
    def check(self) -> Check | None:
        return self.draft.check if self.draft else None

    @property
    def units(self) -> tuple[str, ...]:
        return units_of(self.check)


def check_of(kind: str, settings: Mapping[str, Any]) -> Check:
    """The rule of a kind from its settings as JSON knows them. Raises RuleError."""
    match kind:
        case "threshold":
            return _threshold(settings)
        case "pace":
            return _pace(settings)
        case "signal":
            return _unusual(settings)
        case "stale":
            return Stale()
        case "job":
            return JobFailed(_texts("jobs", settings.get("jobs"), empty=True))
        case "report":
            return ReportLate(_texts("reports", settings.get("reports"), empty=True))
    raise RuleError("kind", f"The kind of the rule is {kind!r:.40}.", "one of " + ", ".join(KINDS))


def settings_of(check: Check) -> dict[str, Any]:
    """The same as JSON knows it; numbers are exact, as text."""
    return {
        name: str(value) if isinstance(value, Decimal)
        else list(value) if isinstance(value, tuple)
        else value
        for name, value in asdict(check).items()
    }  # fmt: skip


def _threshold(settings: Mapping[str, Any]) -> Threshold:
    metric, units = _metric(settings, WATCHED), _units(settings)
    side = _one_of("side", settings.get("side"), get_args(Side))
    limit = _number("number", settings.get("limit"))
    given = settings.get("clear")
    clear = limit if given in (None, "") else _number("clear", given)
    if (clear - limit) * (1 if side == "above" else -1) > 0:
        raise RuleError(
            "clear",
            f"The alert begins {side} {limit} and would be over at {clear}.",
            "a value on the good side of the limit, or the limit itself",
        )
    periods = _whole("periods", settings.get("periods", 1), 1, MOST_PERIODS)
    grain = _one_of("grain", settings.get("grain"), GRAINS)
    return Threshold(metric, units, grain, side, limit, clear, periods, _least(settings))


def _pace(settings: Mapping[str, Any]) -> PaceMissed:
    metric, units = _metric(settings, PACED), _units(settings)
    grain = _one_of("grain", settings.get("grain"), PACE_GRAINS)
    share = _part("share", settings.get("share", "0.95"), Decimal("0.01"), Decimal(1))
    given = settings.get("clear")
    clear = share if given in (None, "") else _part("clear", given, share, Decimal(2))
    elapsed = _part("elapsed", settings.get("elapsed", "0.2"), Decimal(0), Decimal("0.99"))
    return PaceMissed(metric, units, grain, share, clear, elapsed)


def _unusual(settings: Mapping[str, Any]) -> Unusual:
    metric, units = _metric(settings, CHARTED), _units(settings)
    grain = _one_of("grain", settings.get("grain"), GRAINS)
    return Unusual(metric, units, grain, settings.get("both") is True, _least(settings))


def _metric(settings: Mapping[str, Any], among: Mapping[str, Metric]) -> str:
    name = settings.get("metric")
    if not isinstance(name, str) or name not in among:
        raise RuleError(
            "metric",
            f"The figure of the rule is {name!r:.60}.",
            "a figure that this kind of rule knows: " + ", ".join(among),
        )
    return name


def _units(settings: Mapping[str, Any]) -> tuple[str, ...]:
    units = _texts("units", settings.get("units"))
    if len(units) > MOST_UNITS:
        raise RuleError("too_many", f"The rule has {len(units)} units.", f"at most {MOST_UNITS}")
    return units


def _texts(fault: Fault, value: object, *, empty: bool = False) -> tuple[str, ...]:
    known = (
        [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []
    )
    whole = isinstance(value, (list, tuple)) and len(known) == len(value)
    if not (whole and (known or empty)) and not (value is None and empty):
        raise RuleError(
            fault, f"The {fault} of the rule are {value!r:.60}.", "a list of texts, at least one"
        )
    return tuple(dict.fromkeys(one[:200] for one in known[: MOST_UNITS + 1]))


def _one_of(fault: Fault, value: object, among: Sequence[Any]) -> Any:
    if not isinstance(value, str) or value not in among:
        raise RuleError(
            fault, f"The {fault} of the rule is {value!r:.40}.", "one of " + ", ".join(among)
        )
    return value


def _number(fault: Fault, value: object) -> Decimal:
    wrong = RuleError(fault, f"The {fault} of the rule is {value!r:.40}.", "a number")
    if not isinstance(value, (str, int, Decimal)) or isinstance(value, bool):
        raise wrong
    if len(str(value)) > _LONGEST_NUMBER:
        raise wrong
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise wrong from None
    # NaN and infinity are decimals too, and so is 1e999999.
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        raise wrong
    return number


def _part(fault: Fault, value: object, low: Decimal, high: Decimal) -> Decimal:
    number = _number(fault, value)
    if not low <= number <= high:
        raise RuleError(fault, f"The {fault} of the rule is {number}.", f"from {low} to {high}")
    return number


def _whole(fault: Fault, value: object, low: int, high: int) -> int:
    number = _number(fault, value)
    if number != number.to_integral_value() or not low <= number <= high:
        raise RuleError(
            fault, f"The {fault} of the rule is {number}.", f"a whole number from {low} to {high}"
        )
    return int(number)


def _least(settings: Mapping[str, Any]) -> int:
    return _whole("least", settings.get("least", FEWEST_ROWS), 1, 1_000_000)
