"""A key figure: value, change against the comparison period, line of the last weeks, and n."""

from dataclasses import dataclass

from dash import html

from charts import Change, Language, Series, as_source, sparkline
from dashboard.components.panel import info
from queries.definition import Metric
from queries.figures import Figure

# Shape, not colour alone: each verdict has a mark of its own and a word beside it.
ARROWS = {"up": "▲", "down": "▼", "even": "■", "none": ""}


@dataclass(frozen=True)
class Kpi:
    """What a card shows. `recent` is the line of the last weeks."""

    metric: Metric
    now: Figure
    before: Figure
    recent: Series


def kpi_card(kpi: Kpi, against: str, language: Language, *, dark: bool) -> html.Article:
    """`against` names the comparison period."""
    metric, now = kpi.metric, kpi.now
    title = language.words(metric.title)
    return html.Article(
        [
            html.Header(
                [
                    html.H2(title, id=f"kpi-{metric.name}-title"),
                    info(language.words(metric.explain), title, language),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    html.Span(
                        language.value(metric, now.value, compact=True),
                        className="kpi-value" if now.value is not None else "kpi-value kpi-nothing",
                        title=language.value(metric, now.value),
                    ),
                    *line(kpi, language, dark=dark),
                ],
                className="kpi-line",
            ),
            change_line(language.change(metric, now.value, kpi.before.value), against, language),
            html.Footer(_footer(now, language), className="kpi-foot"),
        ],
        id=f"kpi-{metric.name}",
        className="panel kpi",
        **{"aria-labelledby": f"kpi-{metric.name}-title"},  # type: ignore[arg-type]
    )


def change_line(change: Change, against: str, language: Language) -> html.P:
    """The move with arrow, amount and verdict in words."""
    if change.direction == "none":
        return html.P(change.text, className="change")
    verdict = verdict_word(change, language)
    return html.P(
        [
            html.Span(
                [
                    html.Span(ARROWS[change.direction], **{"aria-hidden": "true"}),  # type: ignore[arg-type]
                    f" {change.text}",
                    *([html.Span(f" {verdict}", className="verdict")] if verdict else []),
                ],
                className=f"move move-{change.verdict}",
            ),
            html.Span(language.t("vs {period}", period=against), className="against"),
        ],
        className="change",
    )


def verdict_word(change: Change, language: Language) -> str:
    match change.verdict:
        case "better":
            return language.t("better")
        case "worse":
            return language.t("worse")
        case "even":
            return language.t("even")
    return ""


def line(kpi: Kpi, language: Language, *, dark: bool) -> list[html.Img]:
    """The small line; none where fewer than two weeks are known."""
    if len(kpi.recent.known) < 2:
        return []
    svg = sparkline(kpi.recent.values, incomplete_from=kpi.recent.incomplete_from, dark=dark)
    return [html.Img(src=as_source(svg), alt=recent_alt(kpi, language), className="sparkline")]


def recent_alt(kpi: Kpi, language: Language) -> str:
    """The line in words: from where to where it went."""
    known = [value for value in kpi.recent.values if value is not None]
    return language.t(
        "Last weeks: from {first} to {last}, lowest {low}, highest {high}",
        first=language.value(kpi.metric, known[0], compact=True),
        last=language.value(kpi.metric, known[-1], compact=True),
        low=language.value(kpi.metric, min(known), compact=True),
        high=language.value(kpi.metric, max(known), compact=True),
    )


def _footer(now: Figure, language: Language) -> list[html.Span]:
    parts = []
    if now.n is not None:
        parts.append(html.Span(language.t("n = {count}", count=language.count(now.n))))
    if now.provisional:
        parts.append(provisional_mark(language))
    return parts


def provisional_mark(language: Language) -> html.Span:
    return html.Span(
        language.t("provisional"),
        className="mark",
        title=language.t("The source has not delivered the whole period yet."),
    )
