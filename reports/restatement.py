"""Restatement: what earlier editions said is compared with what is known now, and the difference is
explained to the cent.

An edition is compared by the figures of its whole period, which packs ask for as `now`.
"""

from collections.abc import Sequence
from typing import Protocol

from queries import Answers
from queries.desk.editions import Edition, Issue
from queries.restating import Reported, Restatement, restate
from reports.frozen import Frozen, thaw
from reports.restated import Restated
from reports.sections.headline import HEADLINE

# How many earlier periods a report looks back on: payments that come later than two months are few.
PERIODS = 8


class EditionSource(Protocol):
    """What of queries.desk is needed here."""

    def earlier_editions(self, issue: Issue, most: int) -> Sequence[tuple[Edition, bytes]]: ...


def restated(
    editions: EditionSource, issue: Issue, answers: Answers, metrics: Sequence[str] = HEADLINE
) -> tuple[Restated, ...]:
    """The earlier editions of the same report, scope and part, the newest period first, with those
    of their figures that differ now. `answers` must be within the scope of the issue.

    Editions in another currency are left out: their amounts compare with nothing.
    """
    known = [
        (edition, frozen)
        for edition, content in editions.earlier_editions(issue, PERIODS)
        if reported(frozen := thaw(content)).comparable(answers.definitions)
    ]
    found = restate(answers, [reported(frozen) for _, frozen in known], metrics)
    return tuple(
        Restated(
            frozen.code,
            frozen.period,
            edition.issue.number,
            tuple(one for one in figures if one.moved),
        )
        for (edition, frozen), figures in zip(known, found, strict=True)
    )


def side_by_side(
    frozen: Frozen, answers: Answers, metrics: Sequence[str] = HEADLINE
) -> list[Restatement]:
    """The figures of one edition as reported and as known now, moved or not, in the order of
    `metrics`; none where it is in another currency. `answers` must be within its scope.

    Raises UserError while there are no figures.
    """
    return restate(answers, [reported(frozen)], metrics)[0]


def reported(frozen: Frozen) -> Reported:
    """What an edition said of its whole period."""
    answer = frozen.answers.get("now")
    figures = {figure.metric: figure for figure in answer.figures} if answer else {}
    return Reported(frozen.period, figures, frozen.freshness, frozen.definitions, frozen.rules)
