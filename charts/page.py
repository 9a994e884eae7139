"""What all drawings on the page share: a Plotly figure as a plain dict, without clutter."""

from collections.abc import Sequence
from html import escape
from typing import Any

from charts.axis import Axis
from charts.theme import PAGE_FONTS, Theme

# Given to every graph. plotly.js would otherwise offer to upload the chart to its maker's cloud.
PAGE_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["sendChartToCloud", "sendDataToCloud", "editInChartStudio"],
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}
TEXT_PX = 12


def safe(text: str) -> str:
    """Names may hold "<" or "&"; plotly reads its texts as HTML."""
    return escape(text, quote=False)


def width_px(text: str) -> int:
    """About how wide a text is; a Chinese character counts two."""
    return sum(TEXT_PX if ord(letter) > 0x2E80 else 7 for letter in text)


def unique(labels: Sequence[str]) -> list[str]:
    """Labels that differ, because equal ones would share a place (two teams of one name)."""
    seen: dict[str, int] = {}
    named = []
    for label in labels:
        text = safe(label)
        seen[text] = seen.get(text, 0) + 1
        named.append(text + "\u200b" * (seen[text] - 1))
    return named


def layout(colours: Theme, *, legend: bool = False) -> dict[str, Any]:
    """The common layout; transparent, so that the card shows through."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": PAGE_FONTS, "size": TEXT_PX, "color": colours.muted},
        "margin": {"l": 8, "r": 12, "t": 34 if legend else 10, "b": 8, "pad": 4},
        "autosize": True,
        "dragmode": False,
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": colours.text, "size": TEXT_PX},
            "itemclick": False,
            "itemdoubleclick": False,
            "bgcolor": "rgba(0,0,0,0)",
        },
        "hoverlabel": {
            "bgcolor": colours.surface,
            "bordercolor": colours.muted,
            "font": {"family": PAGE_FONTS, "size": TEXT_PX, "color": colours.text},
            "align": "left",
        },
    }


def category_axis(
    places: Sequence[str],
    labels: Sequence[tuple[int, str, str]],
    colours: Theme,
    slots: int = 0,
) -> dict[str, Any]:
    """An axis of named places that shows `labels`: (place, text, second line). With fewer places
    than `slots` there is room at both sides."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(places),
        "range": _reach(len(places), slots),
        "tickmode": "array",
        "tickvals": [places[at] for at, _, _ in labels],
        "ticktext": [
            safe(text) + (f"<br>{safe(news)}" if news else "") for _, text, news in labels
        ],
        # Names lean over on a narrow screen; dates are few enough to stay level.
        "tickangle": 0 if any(news for _, _, news in labels) else "auto",
        "autotickangles": [0, 45],
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": colours.line,
        "fixedrange": True,
        "automargin": True,
    }


def spike(colours: Theme) -> dict[str, Any]:
    """A line down the place that the pointer is at."""
    return {
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "hovered data",
        "spikecolor": colours.muted,
        "spikethickness": 1,
        "spikedash": "dot",
    }


def value_axis(axis: Axis, colours: Theme) -> dict[str, Any]:
    """A value axis with the round ticks of `axis`."""
    return {
        "range": [axis.low, axis.high],
        "tickmode": "array",
        "tickvals": list(axis.ticks),
        "ticktext": list(axis.texts),
        "gridcolor": colours.line,
        "gridwidth": 1,
        "showgrid": True,
        "zeroline": axis.low < 0,
        "zerolinecolor": colours.muted,
        "zerolinewidth": 1,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
    }


def nothing(colours: Theme, text: str) -> dict[str, Any]:
    """An empty frame that says so."""
    hidden = {"visible": False, "fixedrange": True}
    said = {
        "text": text,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"color": colours.muted, "size": 14},
    }
    body = {**layout(colours), "xaxis": hidden, "yaxis": hidden, "annotations": [said]}
    return {"data": [], "layout": body}


def hatched(colour: str, places: frozenset[int], count: int, colours: Theme) -> dict[str, Any]:
    """Bars of one colour, hatched at the incomplete `places`; thin seams part what is stacked."""
    marker: dict[str, Any] = {
        "color": colour,
        "line": {"color": colours.surface, "width": 1},
    }
    if places:
        marker["pattern"] = {
            "shape": ["/" if at in places else "" for at in range(count)],
            "fillmode": "replace",
            "fgcolor": colour,
            "bgcolor": "rgba(0,0,0,0)",
            "size": 6,
            "solidity": 0.45,
        }
        edges = [colour if at in places else colours.surface for at in range(count)]
        marker["line"] = {"color": edges, "width": 1}
    return marker


def hatched_key(
    places: Sequence[str], text: str, colours: Theme, upright: bool = True
) -> dict[str, Any]:
    """A bar without length that explains the hatching in the legend."""
    along, across = ("y", "x") if upright else ("x", "y")
    return {
        "type": "bar",
        "orientation": "v" if upright else "h",
        across: list(places[:1]),
        along: [None],
        "name": safe(text),
        "hoverinfo": "skip",
        "marker": hatched(colours.muted, frozenset({0}), 1, colours),
        "legendrank": 999,
    }


def _reach(count: int, slots: int) -> list[float]:
    middle, half = (count - 1) / 2, max(count, slots) / 2
    return [middle - half, middle + half]
