"""Issue: who gets which report is sorted out, each distinct set of figures is frozen, written,
proven and kept once, and everybody who is to get it waits for it from the same moment on.

Nothing is sent here. What is kept in one transaction survives any end of the process, so a
delivery never needs to make a report again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from charts import Language
from queries import Answers, Period
from queries.desk import Desk
from queries.desk.deliveries import PATIENCE, Addressee, Channel
from queries.desk.editions import LETTER, Edition, EditionFile, Issue, Made, plain
from queries.rights import Scope
from reports import letters, pdf, proof, workbook
from reports.composing import Pack
from reports.failures import ProofError
from reports.frozen import About, Frozen, thaw
from reports.mail import Letter, write
from reports.parts import Branding, Report
from reports.restatement import EditionSource, restated
from reports.targets import TargetSource


@dataclass(frozen=True)
class Reader:
    """Somebody who is to get a report: by which way, in which language, and whose figures they may
    see. `withheld` says why they get nothing."""

    address: str
    channel: Channel
    locale: str
    scope: Scope
    withheld: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be issued, for whom. `now` is aware; nothing is tried longer than `patience` from
    now on. `number` above 1 corrects the editions of the period, for the `reason` given. `note`
    says that it leaves although something is missing. No message may have more than `most` bytes:
    who gets an edition into a folder today may want it by mail tomorrow. Without `editions` none
    are restated."""

    pack: Pack
    period: Period
    readers: Sequence[Reader]
    now: datetime
    branding: Branding = field(default_factory=Branding)
    targets: TargetSource | None = None
    configuration: str = ""
    by: str = "schedule"
    patience: timedelta = PATIENCE
    number: int = 1
    reason: str = ""
    note: str = ""
    most: int | None = None
    editions: EditionSource | None = None


@dataclass(frozen=True)
class Issued:
    """What came of it: the editions that are kept now, those that did not stand their proof, who
    gets nothing and why, and the names that a PDF made now shows with a box, for they hold a
    character that no font has."""

    editions: Sequence[Edition]
    refused: Mapping[str, ProofError]
    withheld: Mapping[str, str]
    boxed: Sequence[str] = ()


@dataclass
class Written:
    """One frozen report in one language with its proven files, made when first wanted. `most` is
    how many bytes its letter may have as a message, None where it is no matter."""

    report: Report
    most: int | None = None

    @cached_property
    def letter(self) -> Letter:
        """The letter with both files. Raises ProofError when they differ from their figures."""
        pages, book = pdf.render(self.report), workbook.render(self.report)
        proof.prove(self.report, pages, book)
        letter = write(self.report, pages, book)
        proof.prove_letter(self.report, letter, self.most)
        return letter

    @property
    def files(self) -> list[EditionFile]:
        """What is kept of it."""
        locale, letter = self.report.language.locale, self.letter
        kept = [
            EditionFile(locale, one.name, f"{one.kind}/{one.subtype}", one.content)
            for one in letter.attachments
        ]
        name = f"{self.report.slug}{letters.SUFFIX}"
        return [*kept, EditionFile(locale, name, LETTER, letters.packed(letter))]


def issue(answers: Answers, desk: Desk, order: Order) -> Issued:
    """Keeps every edition that the readers of an order need, and lets them wait for it.

    An edition that was made before is not made again: only who has not got it waits for it. One
    that does not stand its proof is not kept; the others are.
    """
    return _Issuing(answers, desk, order).all()


def numbered(desk: Desk, order: Order, again: str = "") -> Order:
    """The order with the number of the newest editions of its period, so that whoever has none yet
    gets what the others have. With a reason to make them `again`, the number after it: everybody
    gets those."""
    report, period = order.pack.name, order.period
    made = [one for one in desk.editions(report, before=period.end) if one.issue.period == period]
    newest = max(made, key=lambda one: one.issue.number, default=None)
    if newest is None:
        return order
    if again:
        return replace(order, number=newest.issue.number + 1, reason=again)
    if newest.issue.number == order.number:
        return order
    reason = thaw(desk.frozen_of(newest.id)).about.reason
    return replace(order, number=newest.issue.number, reason=reason)


@dataclass(frozen=True)
class Copy:
    """One distinct set of figures and who reads it."""

    issue: Issue
    readers: Sequence[Reader]

    @property
    def locales(self) -> list[str]:
        return list(dict.fromkeys(reader.locale for reader in self.readers))


def copies(answers: Answers, order: Order) -> Sequence[Copy]:
    """The distinct sets of figures that the readers of an order may see, in the order in which they
    are first wanted. A pack for teams is one for each team, whoever reads it; any other report is
    one for each scope."""
    found: dict[tuple[str, Scope], list[Reader]] = {}
    pack = order.pack
    for reader in order.readers:
        if reader.withheld:
            continue
        for part, scope in _parts(pack, answers, reader.scope):
            found.setdefault((part, scope), []).append(reader)
    return [
        Copy(Issue(pack.name, order.period, scope, part, order.number), readers)
        for (part, scope), readers in found.items()
    ]


def _parts(pack: Pack, answers: Answers, scope: Scope) -> Sequence[tuple[str, Scope]]:
    if not pack.by_team:
        return [("", scope)]
    if scope.kind == "agent":
        # Whoever sees but their own figures sees no team's.
        return []
    teams = answers.within(scope).members("team")
    return [(team, Scope("teams", (team,))) for team in teams]


class _Issuing:
    """One run of one order."""

    def __init__(self, answers: Answers, desk: Desk, order: Order) -> None:
        self.answers, self.desk, self.order = answers, desk, order
        self.boxed: set[str] = set()

    def all(self) -> Issued:
        kept: list[Edition] = []
        refused: dict[str, ProofError] = {}
        for copy in copies(self.answers, self.order):
            try:
                kept.append(self._kept(copy))
            except ProofError as error:
                refused[self._told(copy.issue)] = error
        return Issued(kept, refused, self._withhold(), sorted(self.boxed))

    def _kept(self, copy: Copy) -> Edition:
        """The edition of a copy, made now or before."""
        made = self.desk.edition_of(copy.issue)
        if made is None:
            return self._make(copy)
        there = {one.locale for one in self.desk.files_of(made.id)}
        lacking = [locale for locale in copy.locales if locale not in there]
        figures = thaw(self.desk.frozen_of(made.id)) if lacking else None
        files = [one for locale in lacking if figures for one in self._files(figures, locale)]
        self.desk.add_addressees(made, files, self._addressees(copy.readers), self.order.now)
        return made

    def _make(self, copy: Copy) -> Edition:
        figures = frozen(self.answers, self.order, copy.issue)
        files = [one for locale in copy.locales for one in self._files(figures, locale)]
        return self.desk.keep_edition(
            copy.issue, plain(figures.code), self._made(figures), figures.to_json(),
            files, self._addressees(copy.readers),
        )  # fmt: skip

    def _files(self, figures: Frozen, locale: str) -> list[EditionFile]:
        told = tell(self.order.pack, figures, locale, self.order.branding)
        self.boxed.update(proof.boxed(told))
        return Written(told, self.order.most).files

    def _made(self, figures: Frozen) -> Made:
        order, fresh = self.order, figures.freshness
        watermark = fresh.watermark
        if watermark is not None:
            # The source tells its time without a zone.
            watermark = watermark.replace(tzinfo=ZoneInfo(figures.definitions.source_zone))
        return Made(
            order.now, order.by, figures.digest(), figures.definitions.fingerprint(),
            order.configuration, watermark, fresh.as_of, fresh.generation,
            provisional=figures.incomplete or bool(order.note), note=order.note,
        )  # fmt: skip

    def _addressees(self, readers: Sequence[Reader]) -> list[Addressee]:
        until = self.order.now + self.order.patience
        return [Addressee(one.address, one.channel, one.locale, until) for one in readers]

    def _withhold(self) -> Mapping[str, str]:
        """Writes down who gets nothing, and why."""
        order = self.order
        nothing = [one for one in order.readers if one.withheld]
        rows = [
            Addressee(one.address, one.channel, one.locale, order.now, one.withheld)
            for one in nothing
        ]
        if rows:
            place = (order.pack.name, order.period, "", order.number)
            self.desk.withhold(place, rows, order.now)
        return {one.address: one.withheld for one in nothing}

    def _told(self, issue: Issue) -> str:
        about = issue.part or " ".join((issue.scope.kind, *issue.scope.values))
        return f"{issue.report} of {about}"


def frozen(answers: Answers, order: Order, issue: Issue) -> Frozen:
    """The figures of an edition, asked within its scope and from one generation, beside targets of
    nobody else."""
    inside = answers.within(issue.scope).held()
    dimension = issue.scope.dimension
    known = inside.members(dimension) if dimension else {}
    names = tuple(known.get(key, key) for key in issue.scope.keys)
    about = About(issue.scope, names, issue.part, issue.number, order.reason, order.note)
    targets = order.targets.within(issue.scope) if order.targets else None
    figures = order.pack.freeze(inside, issue.period, order.now, targets)
    earlier = restated(order.editions, issue, inside, order.pack.shown) if order.editions else ()
    return replace(figures, about=about, restated=earlier)


def tell(pack: Pack, frozen: Frozen, locale: str, branding: Branding) -> Report:
    """The report in one language, from its frozen figures alone."""
    money = frozen.definitions
    return pack.tell(frozen, Language(locale, money.currency, money.minor_digits), branding)
