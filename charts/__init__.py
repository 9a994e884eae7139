"""Figures as charts: one description, drawn for the page, for paper, as a table and in words."""

from charts.bars import Bars, bars
from charts.curves import Curves, curves
from charts.heatmap import Heatmap, heatmap
from charts.language import LOCALES, Change, Language
from charts.model import Category, Chart, Series
from charts.page import PAGE_CONFIG
from charts.sparkline import as_source, sparkline
from charts.stacked import Stacked, stacked
from charts.theme import DARK, LIGHT, Theme, theme
from charts.trend import Trend, split, trend

__all__ = [
    "DARK",
    "LIGHT",
    "LOCALES",
    "PAGE_CONFIG",
    "Bars",
    "Category",
    "Change",
    "Chart",
    "Curves",
    "Heatmap",
    "Language",
    "Series",
    "Stacked",
    "Theme",
    "Trend",
    "as_source",
    "bars",
    "curves",
    "heatmap",
    "sparkline",
    "split",
    "stacked",
    "theme",
    "trend",
]
