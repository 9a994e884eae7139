"""The definition of every figure that the report shows, in words."""

from datetime import date

from charts import Language
from queries import METRICS, Question
from reports import cells
from reports.frozen import Frozen
from reports.parts import Column, Section, Table
from reports.spans import Covered


def questions(_covered: Covered, _as_of: date) -> dict[str, Question]:
    return {}


def tell(frozen: Frozen, language: Language) -> Section:
    shown = dict.fromkeys(
        metric for answer in frozen.answers.values() for metric in answer.question.metrics
    )
    t = language.t
    columns = [
        Column(t("Figure"), "text"),
        Column(t("Meaning"), "text"),
        Column(t("Counted on"), "text"),
    ]
    rows = [
        [
            cells.name(language.words(words))
            for words in (metric.title, metric.explain, metric.counted_on)
        ]
        for metric in METRICS.values()
        if metric.name in shown
    ]
    table = Table("meanings", t("What the figures mean"), columns, rows)
    return Section("meanings", t("Definitions"), t("Definitions"), [table])
