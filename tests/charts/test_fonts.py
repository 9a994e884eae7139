"""Chinese on paper: every character has a shape, in the SVG, the PDF and the PNG."""

import pymupdf
import typst
from matplotlib import font_manager

from charts import Language
from charts.catalogue import messages
from charts.members import MEMBERS
from charts.paper import font_file, text_width
from queries.metrics import METRICS
from tests.charts.fakes import TEAMS
from tests.charts.samples import samples

ZH = Language("zh_Hans_CN")


def test_the_font_has_every_character_of_the_product():
    known = font_manager.get_font(str(font_file())).get_charmap()
    texts = [*messages("zh_Hans_CN").values(), *TEAMS.values(), "喆堃−–…·¥"]
    texts += [words.zh for named in MEMBERS.values() for words in named.values()]
    texts += [metric.title.zh + metric.explain.zh for metric in METRICS.values()]
    missing = {letter for text in texts for letter in text if letter.isprintable()}
    assert {letter for letter in missing if ord(letter) not in known} == set()


def test_a_chart_in_a_pdf_keeps_its_words_and_embeds_the_font(tmp_path):
    chart = samples(ZH)["rows"]
    (tmp_path / "chart.svg").write_text(chart.on_paper(ZH), encoding="utf-8")
    source = '#set document(title: "t")\n#image("chart.svg", width: 100%, alt: "t")'
    (tmp_path / "page.typ").write_text(source, encoding="utf-8")
    pdf = typst.compile(
        str(tmp_path / "page.typ"), font_paths=[str(font_file().parent)],
        ignore_system_fonts=True, pdf_standards=["ua-1"],
    )  # fmt: skip
    page = pymupdf.open(stream=pdf)[0]
    words = page.get_text()
    assert "Mid-stage 喆" in words
    assert "Field visits 堃" in words
    assert all(font[3].endswith("NotoSansSC-Regular-Identity-H") for font in page.get_fonts())


def test_widths_are_measured_in_points():
    assert text_width("汉字", 10.0) == 2 * text_width("汉", 10.0)
    assert 19 < text_width("汉字", 10.0) < 21
