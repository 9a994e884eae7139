"""The process may be killed at any step of a delivery: nobody loses a report and nobody gets it
twice; what may have left is known as that."""

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from queries.desk import Desk, open_desk
from queries.desk.deliveries import LEASE
from queries.desk.editions import LETTER, EditionFile
from reports import Branding, issuing, letters
from reports.catalogue import named
from reports.issuing import tell
from reports.mail import Attachment, Letter
from reports.weekly import WEEKLY
from tests.reports.crashing import READERS, Job, files_of, perform, work
from tests.reports.fake import WEEK, FakeAnswers
from tests.reports.postmen import Postman, postman

Url = Callable[[], str]
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
AFTER = NOW + LEASE + timedelta(minutes=1)
MAILED = sorted(one.address for one in READERS if one.channel == "smtp" and not one.withheld)


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    started = multiprocessing.get_context("forkserver")
    started.set_forkserver_preload(["tests.reports.crashing"])
    return started


@pytest.fixture(scope="module")
def server() -> Iterator[Postman]:
    with postman() as running:
        yield running


@pytest.fixture(scope="module")
def job(server: Postman) -> Iterator[Job]:
    """A small report: what it says does not matter here, who gets it does."""
    frozen = WEEKLY.freeze(FakeAnswers(empty=True), WEEK, NOW)  # type: ignore[arg-type]
    files = {
        locale: _files(locale, tell(named("weekly"), frozen, locale, Branding()).slug)
        for locale in ("en", "zh_Hans_CN")
    }
    made = Job("", server.smtp(), Path(), WEEK, frozen, files, NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing, "frozen", lambda *_: made.frozen)
        patch.setattr(issuing.Written, "files", files_of(made))
        yield made


def _files(locale: str, stem: str) -> list[EditionFile]:
    pages = EditionFile(locale, f"{stem}.pdf", "application/pdf", b"%PDF " + b"pages " * 400)
    attached = Attachment(pages.name, pages.content, "application", "pdf")
    letter = Letter("The report", "text\n", "<p>text</p>", (), (attached,))
    kept = letters.packed(letter)
    return [pages, EditionFile(locale, f"{stem}{letters.SUFFIX}", LETTER, kept)]


def fresh(job: Job, folder: Path, url: str | None = None) -> Job:
    folder.mkdir(exist_ok=True)
    return replace(job, desk_url=url or f"sqlite:///{folder}/desk.db", folder=folder / "out")


def run(context: ForkServerContext, *jobs: Job) -> None:
    """Processes that work at the same time, each until its end; a killed one is killed."""
    workers = [context.Process(target=work, args=(job,)) for job in jobs]
    for worker in workers:
        worker.start()
    for worker, job in zip(workers, jobs, strict=True):
        worker.join()
        assert worker.exitcode in ((0, -signal.SIGKILL) if job.kill_at else (0,))


def steps_of(context: ForkServerContext, job: Job) -> list[str]:
    """The steps of a process that is left alone."""
    here, there = context.Pipe()
    worker = context.Process(target=work, args=(job, there))
    worker.start()
    told: list[str] = here.recv()
    worker.join()
    return told


def ends(desk: Desk) -> dict[str, str]:
    return {one.recipient: one.outcome for one in desk.deliveries()}


def check(server: Postman, job: Job) -> Counter[str]:
    """Nothing lost, nothing doubled; which ends there were."""
    with closing(open_desk(job.desk_url)) as desk:
        found = ends(desk)
        assert len(desk.editions()) == 1
        assert len(desk.deliveries()) == len(READERS)
    assert found.pop("nobody@example.org") == "withheld"
    assert found.pop("out") == "sent"
    assert sorted(path.suffix for path in job.folder.iterdir()) == [".html", ".json", ".pdf"]
    for address in MAILED:
        taken = server.taken[address]
        assert taken <= 1, f"{address} has it {taken} times"
        assert found[address] in ("sent", "unknown")
        assert taken == 1 or found[address] == "unknown"
    return Counter(found[address] for address in MAILED)


def killed_and_started_again(
    context: ForkServerContext, server: Postman, job: Job, kill_at: int
) -> Counter[str]:
    """One kill, then what a scheduler does afterwards: the owed run again, and later what waits."""
    server.taken.clear()
    run(context, replace(job, kill_at=kill_at))
    with closing(open_desk(job.desk_url)) as desk:
        perform(replace(job, now=NOW + timedelta(minutes=1)), desk)
        perform(replace(job, now=AFTER, again=True), desk)
    return check(server, job)


@pytest.mark.slow
def test_a_kill_at_every_step_loses_nothing_and_doubles_nothing(
    context: ForkServerContext, server: Postman, job: Job, tmp_path: Path
) -> None:
    first = fresh(job, tmp_path / "whole")
    open_desk(first.desk_url).close()
    empty = (tmp_path / "whole" / "desk.db").read_bytes()
    steps = steps_of(context, first)
    assert check(server, first) == {"sent": len(MAILED)}
    assert len(steps) >= 200
    uncertain = 0
    for kill_at in range(1, len(steps) + 1):
        folder = tmp_path / f"{kill_at}"
        one = fresh(job, folder)
        (folder / "desk.db").write_bytes(empty)
        ended = killed_and_started_again(context, server, one, kill_at)
        # At most the letter that was in hand is not certain.
        assert ended["unknown"] <= 1
        uncertain += ended["unknown"]
    # From the word that it leaves until its end is written down, and not before.
    assert 0 < uncertain < len(steps) / 2


@pytest.mark.postgres
def test_a_kill_on_the_other_database_ends_the_same(
    context: ForkServerContext, server: Postman, job: Job, tmp_path: Path, postgres_url: Url
) -> None:
    """Every ninth step: the databases differ in what they lock, not in what is asked of them."""
    first = fresh(job, tmp_path / "whole", postgres_url())
    open_desk(first.desk_url).close()
    server.taken.clear()
    steps = steps_of(context, first)
    assert check(server, first) == {"sent": len(MAILED)}
    for kill_at in range(5, len(steps), 9):
        one = fresh(job, tmp_path / f"{kill_at}", postgres_url())
        open_desk(one.desk_url).close()
        killed_and_started_again(context, server, one, kill_at)


@pytest.mark.parametrize("at", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_schedulers_at_once_send_each_letter_once(
    context: ForkServerContext, server: Postman, job: Job, tmp_path: Path,
    request: pytest.FixtureRequest, at: str,
) -> None:  # fmt: skip
    for race in range(8):
        url = request.getfixturevalue("postgres_url")() if at == "postgres" else None
        one = fresh(job, tmp_path / f"{race}", url)
        open_desk(one.desk_url).close()
        server.taken.clear()
        run(context, one, one, one)
        assert check(server, one) == {"sent": len(MAILED)}


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"connect": "421 too busy"}, "waiting"),
        ({"connect": "stall"}, "waiting"),
        ({"connect": "drop"}, "waiting"),
        ({"ehlo": "drop"}, "waiting"),
        ({"ehlo": "stall"}, "waiting"),
        ({"mail": "451 later"}, "waiting"),
        ({"mail": "550 not from you"}, "failed"),
        ({"rcpt": "450 mailbox busy"}, "waiting"),
        ({"rcpt": "550 no such user"}, "failed"),
        ({"rcpt": "stall"}, "waiting"),
        ({"data": "451 disk full"}, "waiting"),
        ({"data": "554 no"}, "failed"),
        ({"data": "drop"}, "unknown"),
        ({"body": "452 disk full"}, "waiting"),
        ({"body": "552 too big"}, "failed"),
        ({"body": "drop"}, "unknown"),
        ({"body": "stall"}, "unknown"),
        ({"body": "take and drop"}, "unknown"),
        ({"body": "take and stall"}, "unknown"),
        ({"quit": "drop"}, "sent"),
        ({"quit": "500 never"}, "sent"),
    ],
    ids=lambda value: (
        " ".join("=".join(one) for one in value.items()) if isinstance(value, dict) else value
    ),
)
def test_a_mail_server_that_misbehaves_gets_each_letter_once_at_most(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: dict[str, str], outcome: str
) -> None:
    with postman() as server:
        one = replace(fresh(job, tmp_path), smtp=server.smtp(timeout=0.3))
        server.faults = fault
        with closing(open_desk(one.desk_url)) as desk:
            perform(one, desk)
            assert {ends(desk)[address] for address in MAILED} == {outcome}
            # The server comes to its senses; time passes.
            server.faults = {}
            perform(replace(one, now=AFTER, again=True), desk)
            found = ends(desk)
    for address in MAILED:
        assert server.taken[address] <= 1
        if outcome == "waiting":
            assert (found[address], server.taken[address]) == ("sent", 1)
        if found[address] == "failed":
            assert server.taken[address] == 0


def test_a_letter_has_the_same_name_however_often_it_is_tried(job: Job, tmp_path: Path) -> None:
    """A mail server that is handed a letter twice can tell by its Message-ID."""
    with postman() as server:
        one = replace(fresh(job, tmp_path), smtp=server.smtp())
        for url in ("one", "other"):
            named_so = replace(one, desk_url=f"sqlite:///{tmp_path}/{url}.db")
            with closing(open_desk(named_so.desk_url)) as desk:
                perform(named_so, desk)
        ids = Counter(
            line for letter in server.letters for line in letter.splitlines()
            if line.startswith(b"Message-ID")
        )  # fmt: skip
    assert len(ids) == len(MAILED)
    assert set(ids.values()) == {2}
