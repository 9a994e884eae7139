"""How current the figures are: one line on every page, red when they are older than allowed."""

from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from charts import Language
from queries.definitions import Definitions
from queries.figures import Freshness


def freshness_line(now: Freshness, definitions: Definitions, language: Language) -> html.P:
    """As-of day, refresh, watermark of the source, rows set aside."""
    zone = ZoneInfo(definitions.business_zone)
    facts = [
        language.t("Figures up to {day}", day=language.date(now.as_of)),
        language.t("refreshed {moment}", moment=language.moment(now.refreshed_at.astimezone(zone))),
    ]
    if now.watermark:
        facts.append(
            language.t(
                "newest change in the source {moment}", moment=_in_zone(now, definitions, language)
            )
        )
    facts.append(_rows(now, language))
    parts: list[Any] = [html.Span(fact, className="fact") for fact in facts]
    if now.stale:
        parts.insert(0, html.Strong(language.t("Out of date"), className="stale-mark"))
    return html.P(
        parts,
        className="freshness freshness-stale" if now.stale else "freshness",
        role="status",
    )


def _in_zone(now: Freshness, definitions: Definitions, language: Language) -> str:
    """The watermark, which the source writes in its own zone, in business time."""
    assert now.watermark is not None
    moment = now.watermark
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(definitions.source_zone))
    return language.moment(moment.astimezone(ZoneInfo(definitions.business_zone)))


def _rows(now: Freshness, language: Language) -> str:
    if not now.set_aside:
        return language.t("no rows set aside")
    return language.t(
        "{aside} of {rows} rows set aside",
        aside=language.count(now.set_aside),
        rows=language.count(now.counted + now.set_aside),
    )
