"""The controls that choose period and slices. Their values travel through the address."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import dash_mantine_components as dmc
from dash import html

from charts import Language
from dashboard.filters import EARLIEST, SLICES, Choices, token
from dashboard.periods import CUSTOM, ONE_DAY
from queries.definitions import Definitions
from queries.dimensions import DIMENSIONS, GRAIN_TITLES

PERIOD, DAYS, RESET = "filter-period", "filter-days", "filter-reset"
COMPARE, GRAIN, FOLD = "filter-compare", "filter-grain", "filter-fold"

# A list of 2 000 agents is searched, not scrolled.
MOST_LISTED = 60


def slice_id(name: str) -> str:
    return f"filter-{name}"


def preset_names(language: Language) -> dict[str, str]:
    """What the presets are called."""
    return {
        "today": language.t("Today"),
        "this_week": language.t("This week"),
        "last_week": language.t("Last week"),
        "month_to_date": language.t("Month to date"),
        "last_month": language.t("Last month"),
        "last_13_weeks": language.t("Last 13 weeks"),
        "last_12_months": language.t("Last 12 months"),
        CUSTOM: language.t("Custom range"),
    }


def comparison_names(language: Language) -> dict[str, str]:
    return {
        "previous": language.t("Previous period"),
        "year": language.t("Same period last year"),
        "none": language.t("No comparison"),
    }


def grain_names(language: Language) -> dict[str, str]:
    return {
        "auto": language.t("Automatic"),
        **{name: language.words(GRAIN_TITLES[name]) for name in ("day", "week", "month")},
    }


def filter_bar(choices: Choices | None, language: Language, definitions: Definitions) -> html.Div:
    """All controls, empty until the first answer sets them; inert while there are no figures. On a
    small screen they fold behind a button that tells how many filters are on."""
    off = choices is None
    controls = [
        html.Div(_period(choices, language), className="filter"),
        html.Div(_days(choices, language), className="filter filter-days"),
        html.Div(
            _select(COMPARE, language.t("Compared with"), comparison_names(language), off=off),
            className="filter filter-wide",
        ),
        html.Div(
            _select(GRAIN, language.t("Trends by"), grain_names(language), off=off),
            className="filter",
        ),
        *(
            html.Div(
                _slice(name, choices, language, definitions),
                id=f"{slice_id(name)}-box",
                className="filter",
            )
            for name in SLICES
        ),
        dmc.Button(
            language.t("Reset"), id=RESET, variant="default", size="xs", n_clicks=0, disabled=off,
            className="filter-reset",
        ),
    ]  # fmt: skip
    return html.Div(
        [
            html.Button(
                language.t("Filters"),
                id=FOLD,
                className="filter-fold",
                type="button",
                n_clicks=0,
                **{"aria-expanded": "false", "aria-controls": "filter-controls"},  # type: ignore[arg-type]
            ),
            html.Div(controls, id="filter-controls", className="filter-bar"),
        ],
        role="group",
        **{"aria-label": language.t("Filters")},  # type: ignore[arg-type]
    )


def fold_text(active: int, language: Language) -> str:
    """What the button says that the bar folds behind."""
    if not active:
        return language.t("Filters")
    return language.t("Filters ({count})", count=language.count(active))


def placeholder(honoured: bool, language: Language) -> str:
    return language.t("All") if honoured else language.t("Not here")


def inactive_reason(name: str, language: Language) -> str:
    """Why a page cannot be limited to a slice."""
    if name == "channel":
        return language.t("Only figures of contacts know the channel.")
    return language.t("The figures of this page do not know this filter.")


def _select(name: str, label: str, names: Mapping[str, str], *, off: bool) -> dmc.Select:
    return dmc.Select(
        id=name,
        label=label,
        data=[{"value": value, "label": text} for value, text in names.items()],
        allowDeselect=False,
        disabled=off,
        size="xs",
        comboboxProps={"width": "max-content"},
    )


def _period(choices: Choices | None, language: Language) -> dmc.Select:
    return _select(PERIOD, language.t("Period"), preset_names(language), off=choices is None)


def _days(choices: Choices | None, language: Language) -> dmc.DatePickerInput:
    latest = choices.as_of + ONE_DAY if choices else date.max
    return dmc.DatePickerInput(
        id=DAYS,
        type="range",
        size="xs",
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
        size="xs",
        limit=MOST_LISTED,
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
        {"value": token(value), "label": f"{label} ({value})" if uses[label] > 1 else label}
        for value, label in labels.items()
    ]
