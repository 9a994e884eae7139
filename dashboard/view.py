"""One look at one page: everything a page may know about what was chosen and by whom it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from charts import Language
from dashboard import periods
from dashboard.editions.told import Reports
from dashboard.filters import SLICES, Choices, Comparison, Filters, to_query
from dashboard.operations import Operations
from dashboard.periods import Grain
from queries.alerts import NO_WAYS, Ways
from queries.definitions import Definitions
from queries.desk import Desk
from queries.figures import Freshness, Question
from queries.metrics import METRICS
from queries.period import Period
from queries.rights import NOBODY, Person
from queries.staff import Staff
from queries.targets import RULES, TargetRules
from queries.targets.progress import ProfileOf

# Where a figure of an area is explained in full.
AREAS: Mapping[str, str] = {
    "recovery": "/recovery",
    "promises": "/promises",
    "contacts": "/contacts",
    "aging": "/aging",
}

Aside = Sequence[tuple[str, str, int, tuple[str, ...]]]


@dataclass(frozen=True)
class Source:
    """What the figures say of themselves. `begins` gives the first day that the source holds
    anything for a metric; `aside` the rows left out: (table, reason, rows, example keys); `staff`
    who works where, `profile` the rhythm of a metric; `desk` holds what people have made, for all
    of them: a page picks out what its reader may see, as from what `reports` tell."""

    freshness: Freshness
    available: frozenset[str]
    begins: Callable[[str], date | None]
    aside: Callable[[], Aside]
    staff: Callable[[], Staff]
    profile: ProfileOf
    operations: Operations | None = None
    desk: Desk | None = None
    rules: TargetRules = RULES
    ways: Ways = NO_WAYS
    reports: Reports | None = None


@dataclass(frozen=True)
class View:
    """`slices` are the dimensions that the page honours, `paths` the pages that there are; `dark`
    is the colour scheme."""

    filters: Filters
    choices: Choices
    language: Language
    dark: bool
    definitions: Definitions
    source: Source
    slices: tuple[str, ...] = SLICES
    paths: frozenset[str] = frozenset()
    person: Person = NOBODY

    @property
    def period(self) -> Period:
        return self.filters.period(self.choices.as_of)

    @property
    def comparison(self) -> Period | None:
        """What the period is measured against; None where nobody wants a comparison."""
        return self.filters.comparison(self.choices.as_of)

    @property
    def comparison_kind(self) -> Comparison:
        """previous, year or none."""
        return self.filters.compare

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """The chosen slices that this page honours."""
        return {name: values for name, values in self.filters.slices.items() if name in self.slices}

    @property
    def grain(self) -> Grain:
        """day, week or month: the chosen one, or the one that fits the period."""
        return periods.grain_of(self.period, self.filters.grain)

    @property
    def trend_period(self) -> Period:
        """Whole spans of `grain` for trends: those of the period, at least 13 up to its end. The
        newest one may not be over; its figures come as provisional and are drawn so."""
        return periods.spans_up_to(self.period, self.grain)

    @property
    def available(self) -> frozenset[str]:
        """The metrics whose tables the source has."""
        return self.source.available

    @property
    def freshness(self) -> Freshness:
        return self.source.freshness

    @property
    def operations(self) -> Operations | None:
        """The jobs of the service; None where they are not wired."""
        return self.source.operations

    @property
    def aside(self) -> Aside:
        """Rows left out of the figures: (table, reason, rows, example keys)."""
        return self.source.aside()

    def begins(self, metric: str) -> date | None:
        """The first day that the source holds anything for a metric."""
        return self.source.begins(metric)

    def known(self, *metrics: str) -> tuple[str, ...]:
        """Those of `metrics` that the source can give."""
        return tuple(name for name in metrics if name in self.available)

    def members(self, *dimensions: str) -> dict[str, dict[str, str]]:
        """Value → label of dimensions of the filter bar, as charts take them."""
        return {name: dict(self.choices.members[name]) for name in dimensions}

    # ---- questions that every page asks

    def now(self, metrics: Sequence[str], *by: str) -> Question:
        """The metrics over the period."""
        return Question(tuple(metrics), self.period, by, self.where)

    def before(self, metrics: Sequence[str], *by: str) -> dict[str, Question]:
        """{"before": the metrics over the comparison}, or nothing without a comparison."""
        if self.comparison is None:
            return {}
        return {"before": Question(tuple(metrics), self.comparison, by, self.where)}

    def trend(self, metrics: Sequence[str], *by: str) -> Question:
        """The metrics by grain over the trend period."""
        return Question(tuple(metrics), self.trend_period, (self.grain, *by), self.where)

    # ---- ways to other pages

    def href(self, path: str, **slices: tuple[str, ...]) -> str:
        """A page with the same filters; `slices` (dimension → values) replace chosen ones."""
        chosen = {**self.filters.slices, **slices}
        return path + to_query(self.filters.with_slices(chosen))

    def page_of(self, metric: str) -> str | None:
        """The path of the page that explains a metric; None while there is none."""
        path = AREAS[METRICS[metric].area]
        return path if path in self.paths else None
