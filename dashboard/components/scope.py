"""What a page shows, in one line: period, comparison with its rule, and who is in it."""

from dash import html

from dashboard import periods
from dashboard.view import View
from queries.dimensions import DIMENSIONS
from queries.rights import Scope


def scope_line(view: View) -> html.P:
    language, period, against = view.language, view.period, view.comparison
    if against is None:
        return html.P(language.span(period), id="period", className="shown")
    text = language.t(
        "{period}, compared with {comparison}",
        period=language.span(period), comparison=language.span(against),
    )  # fmt: skip
    return html.P([text, html.Span(_rule(view), className="rule")], id="period", className="shown")


def whose(scope: Scope, view: View) -> str:
    """Whose figures a scope shows, such as "Team · Early calls"."""
    language = view.language
    if scope.dimension is None:
        return language.t("everything")
    labels = view.choices.members.get(scope.dimension, {})
    named = [labels.get(value, value) for value in scope.values]
    return f"{language.words(DIMENSIONS[scope.dimension])} · {language.listed(named)}"


def _rule(view: View) -> str:
    """By which rule a year before is taken."""
    if view.comparison_kind != "year":
        return ""
    if periods.by_calendar(view.filters.preset, view.period):
        return view.language.t("the same calendar days a year earlier")
    return view.language.t("52 weeks earlier, so that the weekdays are the same")
