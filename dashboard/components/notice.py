"""Texts for what could not be used of an address or a choice: each names the value."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html

from charts import Language
from dashboard.components.filter_bar import inactive_reason
from dashboard.filters import MAX_VALUES, Problem
from queries.dimensions import DIMENSIONS

MAX_TOLD = 6


def notice(problems: Sequence[Problem], language: Language) -> dmc.Alert | None:
    """One box for all problems, or None."""
    if not problems:
        return None
    told = [html.Li(problem_text(problem, language)) for problem in problems[:MAX_TOLD]]
    more = len(problems) - MAX_TOLD
    if more > 0:
        told.append(html.Li(language.n("and {count} more", "and {count} more", more)))
    return dmc.Alert(
        html.Ul(told),
        title=language.t("Part of this view could not be used"),
        color="orange",
        variant="light",
        withCloseButton=True,
        closeButtonLabel=language.t("Close"),
        className="notice",
    )


def problem_text(problem: Problem, language: Language) -> str:
    """What is wrong with one value and what is shown instead."""
    value = problem.value
    match problem.fault:
        case "period":
            return language.t("“{value}” is no period; last week is shown.", value=value)
        case "day":
            return language.t("“{value}” is no usable day; last week is shown.", value=value or "…")
        case "span":
            return language.t(
                "{value} is no usable period: the last day must not lie before the first,"
                " nor more than five years after it. Last week is shown.",
                value=value,
            )
        case "future":
            return language.t(
                "There are no figures for {value} yet; last week is shown.", value=value
            )
        case "too_long":
            return language.t("The address is too long; the view opens without its filters.")
        case "too_many" | "slice" | "not_here":
            return _of_slice(problem, language)
        case "compare":
            return language.t(
                "“{value}” is no comparison; the previous period is used.", value=value
            )
        case "grain":
            return language.t("“{value}” is no span of time; the fitting one is used.", value=value)
    return language.t("“{value}” is no filter of this page and is left out.", value=value)


def _of_slice(problem: Problem, language: Language) -> str:
    value, name = problem.value, _field(problem, language)
    match problem.fault:
        case "too_many":
            return language.t(
                "{count} values for {field} are too many (at most {most}); all are shown.",
                count=value, field=name, most=MAX_VALUES,
            )  # fmt: skip
        case "not_here":
            return language.t(
                "{field} is not applied on this page: {reason} It stays chosen for the others.",
                field=name, reason=inactive_reason(problem.field, language),
            )  # fmt: skip
    return language.t("{field} “{value}” does not exist and is left out.", field=name, value=value)


def _field(problem: Problem, language: Language) -> str:
    words = DIMENSIONS.get(problem.field)
    return language.words(words) if words else problem.field
