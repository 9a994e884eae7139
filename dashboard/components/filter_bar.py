"""The controls that choose period and slices. Their values travel through the address."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import dash_mantine_components as dmc
from dash import html

from charts import Language
from dashboard.filters import EARLIEST, SLICES, Choices
from dashboard.periods import CUSTOM, ONE_DAY
from queries.definitions import Definitions
from queries.dimensions import DIMENSIONS

PERIOD, DAYS, RESET = "filter-period", "filter-days", "filter-reset"


def slice_id(name: str) -> str:
    return f"filter-{name}"


def preset_names(language: Language) -> dict[str, str]:
    """What the presets are called."""
    return {
        "this_week": language.t("This week"),
        "last_week": language.t("Last week"),
        "month_to_date": language.t("Month to date"),
        "last_month": language.t("Last month"),
        "last_13_weeks": language.t("Last 13 weeks"),
        "last_12_months": language.t("Last 12 months"),
        CUSTOM: language.t("Custom range"),
    }


def filter_bar(choices: Choices | None, language: Language, definitions: Definitions) -> html.Div:
    """All controls, empty until the first answer sets them; inert while there are no figures."""
    return html.Div(
        [
            html.Div(_period(choices, language), className="filter filter-narrow"),
            html.Div(_days(choices, language), className="filter filter-days"),
            *(
                html.Div(_slice(name, choices, language, definitions), className="filter")
                for name in SLICES
            ),
            dmc.Button(
                language.t("Reset"),
                id=RESET,
                variant="default",
                n_clicks=0,
                disabled=choices is None,
                className="filter-reset",
            ),
        ],
        className="filter-bar",
        role="group",
        **{"aria-label": language.t("Filters")},  # type: ignore[arg-type]
    )


def _period(choices: Choices | None, language: Language) -> dmc.Select:
    return dmc.Select(
        id=PERIOD,
        label=language.t("Period"),
        data=[{"value": k, "label": v} for k, v in preset_names(language).items()],
        allowDeselect=False,
        disabled=choices is None,
        comboboxProps={"width": "max-content"},
    )


def _days(choices: Choices | None, language: Language) -> dmc.DatePickerInput:
    latest = choices.as_of + ONE_DAY if choices else date.max
    return dmc.DatePickerInput(
        id=DAYS,
        type="range",
        label=language.t("Days"),
        valueFormat="YYYY年M月D日" if language.chinese else "D MMM YYYY",
        monthLabelFormat="YYYY年M月" if language.chinese else "MMMM YYYY",
        yearLabelFormat="YYYY年" if language.chinese else "YYYY",
        monthsListFormat="M月" if language.chinese else "MMM",
        labelSeparator="–",
        minDate=EARLIEST.isoformat(),
        maxDate=latest.isoformat(),
        allowSingleDateInRange=True,
        weekendDays=[],
        disabled=choices is None,
        ariaLabels={
            "previousMonth": language.t("Previous month"),
            "nextMonth": language.t("Next month"),
            "previousYear": language.t("Previous year"),
            "nextYear": language.t("Next year"),
            "monthLevelControl": language.t("Choose a month"),
            "yearLevelControl": language.t("Choose a year"),
        },
    )


def _slice(
    name: str, choices: Choices | None, language: Language, definitions: Definitions
) -> dmc.MultiSelect:
    members = choices.members[name] if choices else {}
    title = language.words(DIMENSIONS[name])
    return dmc.MultiSelect(
        id=slice_id(name),
        label=title,
        data=options(name, members, language, definitions),
        value=[],
        placeholder=language.t("All"),
        searchable=True,
        clearable=True,
        maxDropdownHeight=320,
        nothingFoundMessage=language.t("Nothing found"),
        clearButtonProps={"aria-label": language.t("Clear {field}", field=title)},
        comboboxProps={"width": "max-content", "position": "bottom-start"},
        disabled=choices is None,
    )


def options(
    name: str, members: Mapping[str, str], language: Language, definitions: Definitions
) -> list[dict[str, str]]:
    """Choices of one slice. Two teams of one name are told apart by their id."""
    labels = {
        value: language.bucket(value, definitions.bucket_edges)
        if name == "bucket"
        else language.member(name, value, label)
        for value, label in members.items()
    }
    uses = Counter(labels.values())
    return [
        {"value": value, "label": f"{label} ({value})" if uses[label] > 1 else label}
        for value, label in labels.items()
    ]
