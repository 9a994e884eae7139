"""Rules that hold for every kind of chart, in both languages."""

import json
import re
from html import unescape

import pytest

from charts import LOCALES, PAGE_CONFIG, Language, bars, curves, heatmap, stacked, trend
from tests.charts.fakes import BUCKETS, MONTHS, WEEKS, answer
from tests.charts.samples import MEMBERS, liquidation, samples

EN, ZH = Language("en"), Language("zh_Hans_CN")
KINDS = tuple(samples(EN))

every = pytest.mark.parametrize("kind", KINDS)
each_language = pytest.mark.parametrize("language", [EN, ZH], ids=LOCALES)


def paper_texts(svg: str) -> set[str]:
    return {unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)}


def page_texts(figure: dict) -> set[str]:
    """What the page shows without a pointer: ticks, legend, values beside marks."""
    texts: list[str] = []
    layout = figure["layout"]
    for name in ("xaxis", "yaxis"):
        if layout[name].get("visible", True):
            texts += layout[name].get("ticktext", [])
    for trace in figure["data"]:
        if layout["showlegend"] and trace.get("showlegend", True):
            texts.append(trace["name"])
        if trace.get("mode") == "text":
            texts += trace["text"]
        texts += trace.get("colorbar", {}).get("ticktext", [])
    texts += [note["text"] for note in layout.get("annotations", [])]
    return {unescape(part).strip() for text in texts for part in text.split("<br>")}


@every
@each_language
def test_page_and_paper_show_the_same_texts(kind, language):
    chart = samples(language)[kind]
    shown = page_texts(chart.on_page(language))
    assert shown
    assert shown - paper_texts(chart.on_paper(language)) == set()


@every
def test_a_page_chart_is_plain_light_and_sees_through(kind):
    figure = samples(ZH)[kind].on_page(ZH, dark=True)
    written = json.dumps(figure)
    assert len(written) < 30_000
    assert not re.search(r"\d\.\d{11}", written)
    assert figure["layout"]["paper_bgcolor"] == figure["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "title" not in figure["layout"]
    assert figure != samples(ZH)[kind].on_page(ZH, dark=False)


@every
def test_a_paper_chart_is_the_same_every_time_and_keeps_its_texts(kind):
    svg = samples(ZH)[kind].on_paper(ZH)
    assert svg == samples(ZH)[kind].on_paper(ZH)
    fonts = set(re.findall(r"font-family: ([^;\"]*)", svg)) | set(
        re.findall(r"font: [^;\"]*?px ([^;\"]*)", svg)
    )
    assert fonts == {"'Noto Sans SC'"}


@every
def test_a_mail_picture_has_twice_the_pixels_of_its_width(kind):
    picture = samples(EN)[kind].as_png(EN, 600)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) == 1_200


@every
@each_language
def test_the_table_is_whole_and_the_alternative_text_speaks_the_language(kind, language):
    chart = samples(language)[kind]
    header, rows = chart.table(language)
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    alt = chart.alt(language)
    assert chart.title in alt
    assert "{" not in alt
    assert ("highest" in alt or "reached" in alt) is not language.chinese


@every
def test_what_is_incomplete_is_named_in_legend_hover_table_and_words(kind):
    chart = samples(EN)[kind]
    if not chart.incomplete:
        assert "Not complete yet" not in page_texts(chart.on_page(EN))
        return
    figure = chart.on_page(EN)
    newest = chart.categories[-1].full
    assert "Not complete yet" in page_texts(figure)
    assert "Not complete yet" in paper_texts(chart.on_paper(EN))
    hovers = [text for trace in figure["data"] for text in trace.get("hovertext", [])]
    assert any(f"{newest} (not complete yet)" in text for text in hovers)
    assert chart.table(EN)[1][-1][0] == f"{newest} (not complete yet)"
    assert f"Not complete yet: {newest}." in chart.alt(EN)


def empties(language):
    def nothing(metric, by, **more):
        members = {"team": ("T1",), "bucket": BUCKETS, "weekday": (1,), "hour": (9,)}
        return answer(
            metric, by, {**members, "vintage": (), "months": ()}, lambda *keys: None, **more
        )

    return [
        trend("t", nothing("collected", ("week",)), "collected", language),
        bars("t", nothing("collected", ("team",)), "collected", language, members=MEMBERS),
        stacked("t", nothing("open_cases", ("week", "bucket")), "open_cases", language),
        heatmap("t", nothing("attempts", ("weekday", "hour")), "attempts", language),
        curves("t", nothing("liquidation", ("vintage", "months")), "liquidation", language),
        trend(
            "t",
            answer("recovery_rate", ("month",), {}, lambda month: (0, 0), period=MONTHS),
            "recovery_rate", language,
        ),
    ]  # fmt: skip


@each_language
def test_without_any_value_a_chart_says_so_everywhere(language):
    for chart in empties(language):
        assert [note["text"] for note in chart.on_page(language)["layout"]["annotations"]] == [
            language.no_data
        ]
        assert paper_texts(chart.on_paper(language)) == {language.no_data}
        assert chart.as_png(language)
        assert language.no_data in chart.alt(language)
        chart.table(language)


def test_the_page_never_offers_to_upload_a_chart():
    assert PAGE_CONFIG["showSendToCloud"] is False
    assert PAGE_CONFIG["plotlyServerURL"] == ""
    assert PAGE_CONFIG["displaylogo"] is False


def test_names_can_not_write_html_or_formulas():
    chart = samples(EN)["rows"]
    figure = chart.on_page(EN)
    assert "Digital &lt;self-service&gt;" in figure["layout"]["yaxis"]["ticktext"]
    assert "<self-service>" not in json.dumps(figure)
    assert "Digital <self-service>" in paper_texts(chart.on_paper(EN))


def test_vintage_curves_end_where_their_months_end():
    chart = curves("Liquidation", liquidation(), "liquidation", EN)
    header, rows = chart.table(EN)
    assert header[:2] == ["Vintage", "month 0"]
    assert rows[0][1:3] == ["2.0%", "4.0%"]
    assert rows[-1][1:3] == ["2.0%", "–"]


def test_a_recovery_rate_has_two_decimals_wherever_its_chart_is_read() -> None:
    rates = answer("recovery_rate", ("week",), {}, lambda day: (123, 10_000), period=WEEKS)
    chart = trend("Recovery rate", rates, "recovery_rate", EN)
    _, rows = chart.table(EN)
    assert {row[1] for row in rows} == {"1.23%"}
    assert "1.23%" in chart.alt(EN)
    kept = answer("promise_kept_rate", ("week",), {}, lambda day: (123, 1_000), period=WEEKS)
    _, rows = trend("Kept rate", kept, "promise_kept_rate", EN).table(EN)
    assert {row[1] for row in rows} == {"12.3%"}
