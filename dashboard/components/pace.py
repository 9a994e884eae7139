"""How far a target is on its way: a small bar with a mark where it should be, and words."""

from decimal import Decimal
from fractions import Fraction

from dash import html

from charts import Language, as_source
from charts.pace_bar import pace_bar
from queries.targets.progress import Progress
from queries.targets.words import landing, needed, verdict


def standing_text(one: Progress, language: Language) -> str:
    """The verdict with its sign, or that it is too early for one."""
    words = verdict(one)
    if words is not None:
        return language.words(words)
    return language.t("no verdict yet") if one.begun else language.t("not begun")


def percent(part: Fraction | None, language: Language) -> str:
    """A part of a whole in whole percent."""
    if part is None:
        return language.no_data
    return language.share(Decimal(part.numerator) / part.denominator, 0)


def told(one: Progress, language: Language) -> str:
    """All of it in sentences: for the pointer, for screen readers and for mail."""
    metric, period = one.metric, language.grain(one.aim.grain, one.aim.starts_on)
    target = language.value(metric, one.version.marks.target)
    sentences = [language.t("Target for {period}: {value}.", period=period, value=target)]
    if one.pace is not None and one.begun:
        expected = language.value(metric, one.pace.expected_today)
        sentences.append(
            language.t(
                "By {day} it should be {value}.",
                day=language.day(min(one.pace.as_of, one.aim.period.last)), value=expected,
            )
        )  # fmt: skip
    wanted, lands = needed(one), landing(one)
    if wanted is not None and one.pace is not None:
        sentences.append(
            language.n(
                "Needed on the one working day left: {value}.",
                "Needed on each of the {count} working days left: {value}.",
                one.pace.working_days_left,
                value=language.value(metric, wanted),
            )
        )
    if lands is not None and one.pace is not None and one.pace.working_days_left:
        sentences.append(
            language.t("If it goes on like this: {value}.", value=language.value(metric, lands))
        )
    return ("" if language.chinese else " ").join(sentences)


def pace_line(one: Progress | None, language: Language, *, dark: bool) -> html.Div:
    """The line of a card; empty where there is no target."""
    if one is None:
        return html.Div(className="pace")
    period = language.grain(one.aim.grain, one.aim.starts_on)
    if one.pace is None:
        target = language.value(one.metric, one.version.marks.target, compact=True)
        text = language.t("target {value}", value=target)
    else:
        text = language.t("{share} of target", share=percent(one.attained, language))
    return html.Div(
        [
            *_bar(one, dark=dark),
            html.P(
                [
                    html.Span(period, className="pace-period"),
                    html.Span(text),
                    html.Span(
                        standing_text(one, language), className=f"standing standing-{one.standing}"
                    ),
                ],
                className="pace-words",
            ),
        ],
        className="pace",
        title=told(one, language),
    )


def _bar(one: Progress, *, dark: bool) -> list[html.Img]:
    if one.pace is None:
        return []
    svg = pace_bar(one.attained or Fraction(0), one.pace.share_elapsed, dark=dark)
    return [html.Img(src=as_source(svg), alt="", className="pace-bar")]
