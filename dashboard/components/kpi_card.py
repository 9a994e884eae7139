"""A key figure: value, change against the comparison, line of the last spans, and n. The whole card
leads to the page that explains the figure, with the same filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from charts import Change, Language, Series, as_source, sparkline, trend
from dashboard.components.marks import ARROWS, recent_alt, verdict_word
from dashboard.components.pace import pace_line
from dashboard.components.panel import info
from dashboard.view import View
from queries.definition import Metric
from queries.figures import Answer, Figure
from queries.metrics import METRICS
from queries.period import Period
from queries.targets.progress import Progress


@dataclass(frozen=True)
class Kpi:
    """What a card shows. `before` is None without a comparison; `recent` is the small line,
    `target` where the target of the metric stands; `more` are lines below the change."""

    metric: Metric
    now: Figure
    before: Figure | None
    recent: Series | None = None
    target: Progress | None = None
    more: Sequence[Any] = ()


def kpi_cards(
    view: View,
    metrics: Sequence[str],
    now: Answer,
    before: Answer | None,
    recent: Answer | None,
    targets: Mapping[str, Progress] | None = None,
) -> list[html.Article]:
    """Cards of those metrics that the source can give, from answers without a split; `recent` is
    an answer by grain over the trend period, `targets` says by metric where they stand."""
    stood = targets or {}
    cards = []
    for name in view.known(*metrics):
        line = trend("", recent, name, view.language).series[0] if recent else None
        earlier = before.one(name) if before else None
        kpi = Kpi(METRICS[name], now.one(name), earlier, line, stood.get(name))
        cards.append(kpi_card(kpi, view))
    return cards


def kpi_card(kpi: Kpi, view: View) -> html.Article:
    metric, language = kpi.metric, view.language
    heading = f"kpi-{metric.name}-title"
    return html.Article(
        [
            html.Header(
                [
                    html.H2(_title(metric, view), id=heading),
                    info(language.words(metric.explain), language.words(metric.title), language),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    html.Span(
                        language.value(metric, kpi.now.value, compact=True),
                        className="kpi-value" if kpi.now.value is not None
                        else "kpi-value kpi-nothing",
                        title=language.value(metric, kpi.now.value),
                    ),
                    *_line(kpi, view),
                ],
                className="kpi-line",
            ),
            _change(kpi, view),
            *kpi.more,
            pace_line(kpi.target, language, dark=view.dark),
            html.Footer(_footer(kpi.now, language), className="kpi-foot"),
        ],
        id=f"kpi-{metric.name}",
        className="panel kpi",
        **{"aria-labelledby": heading},  # type: ignore[arg-type]
    )  # fmt: skip


def _title(metric: Metric, view: View) -> Any:
    """The link of the card; the style sheet spreads it over the whole of it."""
    title, path = view.language.words(metric.title), view.page_of(metric.name)
    if path is None:
        return title
    return dcc.Link(title, href=view.href(path), refresh=False, className="kpi-link")


def _change(kpi: Kpi, view: View) -> html.P:
    against = view.comparison
    if kpi.before is None or against is None:
        return html.P(className="change")
    return change_since(kpi.metric, (kpi.now, kpi.before), against, view)


def change_since(
    metric: Metric, pair: tuple[Figure, Figure], against: Period, view: View
) -> html.P:
    """How a figure moved since `against`, `pair` being it now and then; or why nobody can say."""
    language, begins = view.language, view.begins(metric.name)
    if begins is not None and against.start < begins:
        return html.P(
            language.t("no comparison: data begins on {day}", day=language.date(begins)),
            className="change",
        )
    change = language.change(metric, pair[0].value, pair[1].value)
    return change_line(change, language.span(against), language)


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


def _line(kpi: Kpi, view: View) -> list[html.Img]:
    """The small line; none where fewer than two spans are known."""
    recent = kpi.recent
    if recent is None or len(recent.known) < 2:
        return []
    svg = sparkline(recent.values, incomplete_from=recent.incomplete_from, dark=view.dark)
    alt = recent_alt(kpi.metric, recent, view.language)
    return [html.Img(src=as_source(svg), alt=alt, className="sparkline")]


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
