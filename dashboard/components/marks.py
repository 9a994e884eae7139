"""How better and worse look everywhere: a sign and a word, never a colour alone."""

from charts import Change, Language, Series
from queries.definition import Metric

# Shape, not colour alone: each direction has a mark of its own and a word beside it.
ARROWS = {"up": "▲", "down": "▼", "even": "■", "none": ""}


def verdict_word(change: Change, language: Language) -> str:
    match change.verdict:
        case "better":
            return language.t("better")
        case "worse":
            return language.t("worse")
        case "even":
            return language.t("even")
    return ""


def moved(change: Change, language: Language) -> str:
    """A change in one line: "▲ +3.2% better"."""
    parts = (ARROWS[change.direction], change.text, verdict_word(change, language))
    return " ".join(part for part in parts if part)


def recent_alt(metric: Metric, recent: Series, language: Language) -> str:
    """A small line in words: from where to where it went."""
    known = [value for value in recent.values if value is not None]
    return language.t(
        "Trend: from {first} to {last}, lowest {low}, highest {high}",
        first=language.value(metric, known[0], compact=True),
        last=language.value(metric, known[-1], compact=True),
        low=language.value(metric, min(known), compact=True),
        high=language.value(metric, max(known), compact=True),
    )
