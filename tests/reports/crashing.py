"""A process that sends one report and is killed at a step of its own: before or after a statement
that writes, a commit, a line to or from the mail server, a file that gets its place."""

import os
import signal
import smtplib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from queries.desk import Channel, Desk, open_desk
from queries.desk.editions import EditionFile
from queries.period import Period
from queries.rights import EVERYTHING, NOTHING
from reports import (
    ByMail,
    Delivering,
    Folder,
    NotAllSentError,
    Order,
    Reader,
    Smtp,
    ToFolders,
    Way,
    issuing,
    named,
    send,
)
from reports.frozen import Frozen

# Steps that only read change nothing and need no kill of their own.
_WRITES = ("INSERT", "UPDATE", "DELETE")
READERS = (
    Reader("out", "folder", "en", EVERYTHING),
    Reader("a@example.org", "smtp", "en", EVERYTHING),
    Reader("b@example.org", "smtp", "zh_Hans_CN", EVERYTHING),
    Reader("nobody@example.org", "smtp", "en", NOTHING, "no scope"),
    Reader("c@example.org", "smtp", "en", EVERYTHING),
    Reader("d@example.org", "smtp", "en", EVERYTHING),
)


@dataclass(frozen=True)
class Job:
    """What is to be sent: figures and files that were made before, to a desk and a mail server.
    Killed at step `kill_at`, counted from 1; 0 lets it live. `again` only tries what waits."""

    desk_url: str
    smtp: Smtp
    folder: Path
    period: Period
    frozen: Frozen
    files: dict[str, list[EditionFile]]
    now: datetime
    kill_at: int = 0
    again: bool = False


class Steps:
    """Counts the steps and ends the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.count, self.kill_at = 0, kill_at
        self.told: list[str] = []

    def step(self, what: str) -> None:
        self.count += 1
        self.told.append(what)
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, wanted: Callable[..., bool] = lambda *_: True) -> None:
        """Makes a step before and one after each call of a function."""
        plain = getattr(owner, name)

        @wraps(plain)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if not wanted(*args):
                return plain(*args, **kwargs)
            self.step(f"before {name}")
            done = plain(*args, **kwargs)
            self.step(f"after {name}")
            return done

        setattr(owner, name, counted)

    def install(self) -> None:
        """To be called in a process that does nothing else."""
        self.around(DefaultDialect, "do_execute", lambda _d, _c, sql, *_: sql.startswith(_WRITES))
        self.around(DefaultDialect, "do_commit")
        self.around(smtplib.SMTP, "putcmd")
        self.around(smtplib.SMTP, "getreply")
        self.around(smtplib.SMTP, "send", lambda _s, text: len(text) > 1_000)
        self.around(os, "fsync")
        self.around(Path, "replace")


def work(job: Job, told: Any = None) -> None:
    """The whole life of a process that may be killed; `told` is a queue that hears of its steps."""
    steps = Steps(job.kill_at)
    issuing.frozen = lambda *_: job.frozen  # type: ignore[assignment]
    issuing.Written.files = files_of(job)  # type: ignore[assignment]
    with closing(open_desk(job.desk_url)) as desk:
        steps.install()
        perform(job, desk)
    if told is not None:
        told.send(steps.told)


def files_of(job: Job) -> property:
    """The files of the job in the place of those that a report would write."""
    return property(lambda written: job.files[written.report.language.locale])


def perform(job: Job, desk: Desk) -> None:
    """Sends, or tries what waits."""
    ways: dict[Channel, Way] = {
        "folder": ToFolders({"out": Folder(job.folder)}), "smtp": ByMail(job.smtp),
    }  # fmt: skip
    if job.again:
        Delivering(desk, ways, lambda: job.now).due()
        return
    order = Order(named("weekly"), job.period, READERS, job.now)
    with suppress(NotAllSentError):
        send(None, desk, order, ways, lambda: job.now)  # type: ignore[arg-type]
