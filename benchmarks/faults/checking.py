"""Whether what was shown is right: each generation against the naive twin of the rows that it saw,
and each answer against the same view of that generation, made again where nothing else happens."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.faults.keeping import Kept
from benchmarks.faults.shop import Known, Tables, Write
from benchmarks.faults.twin import QuickTwin
from benchmarks.faults.viewers import Answer
from benchmarks.faults.views import View, ask
from benchmarks.signing import VIEWER
from dashboard import create_app
from dashboard.gate import Gate
from queries import Answer as Given
from queries import Answers, Definitions, Question
from tests.queries.agreement import differences

MOST_TOLD = 20


@dataclass
class Checked:
    """What the check found: answers and figures compared, and every difference in words with the
    generation that it belongs to."""

    answers: int = 0
    figures: int = 0
    questions: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Checked") -> None:
        self.answers += other.answers
        self.figures += other.figures
        self.questions += other.questions
        self.wrong += other.wrong


@dataclass(frozen=True)
class Showing:
    """What was shown of one generation: digests of each view, with how often each came, for figures
    that were said to be stale and for those that were not."""

    digests: Mapping[tuple[View, bool], Mapping[str, int]]


def shown_of(answers: Iterable[Answer], seen: list[View]) -> dict[int, Showing]:
    """By generation. Files do not say whether they are stale, and look the same."""
    found: dict[int, dict[tuple[View, bool], Counter[str]]] = {}
    for answer in answers:
        if answer.good and answer.view is not None:
            assert answer.generation is not None
            views = found.setdefault(answer.generation, {})
            place = (seen[answer.view], bool(answer.stale))
            views.setdefault(place, Counter())[answer.digest] += 1
    return {number: Showing(views) for number, views in found.items()}


def check(
    kept: list[Kept],
    showings: Mapping[int, Showing],
    begin: Tables,
    writes: list[Write],
    definitions: Definitions,
) -> Checked:
    """Check all generations, in their order, and what was shown of each."""
    known, found = Known(begin, writes), Checked()
    stamps = {write.stamp for write in writes} | {_newest_of(begin)}
    for number in sorted(set(showings) - {one.number for one in kept}):
        found.wrong.append((number, "it was shown, but was never published"))
    for one in sorted(kept, key=lambda one: one.number):
        tables = known.at(one.newest, compared=one.compared)
        if one.newest not in stamps:
            found.wrong.append((one.number, f"its newest change {one.newest} is nobody's"))
        showing = showings.get(one.number, Showing({}))
        found.add(check_one(one, showing, tables, definitions))
    return found


def _newest_of(tables: Tables) -> datetime:
    stamps = [row.get("updated_at") for rows in tables.values() for row in rows]
    return max(stamp for stamp in stamps if stamp is not None)


def check_one(one: Kept, showing: Showing, tables: Tables, definitions: Definitions) -> Checked:
    """One generation: its state and all figures of the views that were shown of it."""
    found = Checked()
    answers = Answers(one.folder, definitions)
    asked: dict[Question, Given] = {}
    _note(answers, asked)
    again = Again(answers)
    for (view, stale), digests in showing.digests.items():
        digest = again.digest(view, moment_of(one, definitions, stale=stale))
        found.answers += sum(digests.values())
        for other in sorted(set(digests) - {digest}):
            told = f"{digests[other]} of {sum(digests.values())} answers differ: {view}"
            found.wrong.append((one.number, told))
    twin = QuickTwin(tables, definitions, one.today, _as_of(one, definitions))
    found.wrong += [(one.number, line) for line in _state(answers, twin)]
    for answer in asked.values():
        found.questions += 1
        found.figures += len(answer.figures)
        found.wrong += [(one.number, line) for line in differences(answer, twin)[:MOST_TOLD]]
    answers.close()
    return found


def _note(answers: Answers, asked: dict[Question, Given]) -> None:
    """Remember every question that is put, with its answer."""
    ask_all = answers.ask

    def noting(*questions: Question) -> list[Given]:
        given = ask_all(*questions)
        asked.update({one.question: one for one in given})
        return given

    answers.ask = noting  # type: ignore[method-assign]


def _state(answers: Answers, twin: QuickTwin) -> list[str]:
    fresh = answers.freshness()
    found = []
    if fresh.as_of != twin.as_of:
        found.append(f"its day is {fresh.as_of}, not {twin.as_of}")
    aside = Counter({(table, reason): rows for table, reason, rows, _ in answers.aside()})
    if aside != twin.aside:
        found.append(f"rows set aside: product {aside}, twin {twin.aside}")
    return found


def _as_of(one: Kept, definitions: Definitions) -> date:
    """Yesterday, or the day of the newest change where the source is older than allowed."""
    yesterday = one.today - timedelta(days=1)
    age = one.refreshed_at.replace(tzinfo=UTC) - _in_zone(one.newest, definitions)
    old = age > timedelta(hours=definitions.stale_after_hours)
    return min(yesterday, one.newest.date()) if old else yesterday


def _in_zone(moment: datetime, definitions: Definitions) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(definitions.source_zone))


def stale_at(newest: datetime, seconds: float, definitions: Definitions) -> bool:
    """Whether figures up to `newest` (source time) are older than allowed at a moment, which is in
    seconds since the epoch."""
    now = datetime.fromtimestamp(seconds, UTC)
    return now - _in_zone(newest, definitions) > timedelta(hours=definitions.stale_after_hours)


def moment_of(one: Kept, definitions: Definitions, *, stale: bool) -> datetime:
    """A moment at which the generation is stale, or one at which it is not yet."""
    allowed = timedelta(hours=definitions.stale_after_hours)
    return _in_zone(one.newest, definitions) + allowed + timedelta(seconds=1 if stale else -1)


class Again:
    """The pages over the same figures, made in this process."""

    def __init__(self, answers: Answers) -> None:
        self._now = datetime.min.replace(tzinfo=UTC)
        gate = Gate(VIEWER, lambda: self._now)
        self._client = create_app(answers, gate=gate).server.test_client()

    def digest(self, view: View, now: datetime) -> str:
        """Of a view as it must look at a moment."""
        self._now = now
        self._client.set_cookie("arrears_language", view.language)
        status, seen = ask(view, self._send)
        assert status == 200, f"{view} cannot be made again: {status}"
        assert seen is not None
        return seen.digest

    def _send(
        self, method: str, address: str, content: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        # The client keeps cookies by itself.
        sent = {name: value for name, value in headers.items() if name != "Cookie"}
        answer = self._client.open(address, method=method, data=content, headers=sent)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status_code, told, answer.data
