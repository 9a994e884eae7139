"""What each kind does with its figures."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from charts import Category, Language, as_source, bars, heatmap, sparkline, split, stacked, trend
from charts.bars import clipped
from charts.theme import LIGHT
from queries.figures import Answer, Question
from queries.period import Period
from tests.charts.fakes import BUCKETS, TEAMS, WEEKS, answer, freshness
from tests.charts.samples import MEMBERS, attempts, collected, kept_by_team, stock, week

EN = Language("en")


def lines(figure: dict) -> list[dict]:
    return [trace for trace in figure["data"] if "line" in trace]


def test_the_incomplete_end_of_a_line_is_dotted_and_the_rest_is_not():
    figure = trend("t", collected(), "collected", EN).on_page(EN)
    whole, late, _ = lines(figure)
    assert (whole["line"]["dash"], late["line"]["dash"]) == ("solid", "dot")
    assert whole["y"][-1] is None
    # The dots start at the last complete week.
    assert late["y"][:-2] == [None] * 11
    assert late["y"][-2:] == [1_330_000.0, 1_360_000.0]


def test_a_missing_rate_is_a_gap_and_a_week_without_payments_is_zero():
    rate = answer(
        "promise_kept_rate", ("week",), {}, lambda day: None if week(day) == 4 else (1, 2)
    )
    money = answer("collected", ("week",), {}, lambda day: None if week(day) in (0, 4) else 100)
    assert trend("t", rate, "promise_kept_rate", EN).series[0].values[4] is None
    assert trend("t", money, "collected", EN).series[0].values[:6] == (None, 100, 100, 100, 0, 100)


def test_a_sum_over_part_of_a_week_counts_as_incomplete_and_a_rate_does_not():
    cut = Period(WEEKS.start + timedelta(days=2), WEEKS.end)
    money = trend("t", answer("collected", ("week",), {}, lambda d: 1, period=cut), "collected", EN)
    rate = answer("connect_rate", ("week",), {}, lambda d: (1, 2), period=cut)
    assert money.incomplete == {0}
    assert money.series[0].incomplete_from is None
    assert trend("t", rate, "connect_rate", EN).incomplete == set()


def test_what_is_compared_is_matched_span_by_span_and_never_incomplete():
    earlier = collected(WEEKS.year_ago())
    chart = trend("t", collected(), "collected", EN, compare=("Before", earlier), target=(5,) * 13)
    main, before, target = chart.series
    assert [series.role for series in chart.series] == ["main", "comparison", "target"]
    assert before.values[0] == earlier.figures[0].value
    assert not before.incomplete
    assert set(target.values) == {5}
    assert main.incomplete_from == 12


def test_several_metrics_make_several_lines():
    rates = [
        answer(name, ("week",), {}, lambda day: (1, 4)) for name in ("connect_rate", "contact_rate")
    ]
    both = Answer(
        Question(("connect_rate", "contact_rate"), WEEKS, ("week",)),
        [figure for rate in rates for figure in rate.figures],
        freshness(),
    )
    chart = trend("t", both, ("connect_rate", "contact_rate"), EN)
    assert [series.name for series in chart.series] == ["Connect rate", "Contact rate"]


def test_a_split_reads_keys_in_the_order_of_the_question():
    turned = answer(
        "attempts", ("team", "week"), {"team": ("T1", "T2")}, lambda team, day: int(team[1])
    )
    chart = split("t", turned, "attempts", EN, members=MEMBERS)
    assert [series.values[0] for series in chart.series] == [1, 2]
    assert chart.series[0].name == TEAMS["T1"]


def test_rows_follow_the_order_of_members_with_values_beyond_their_marks():
    chart = bars(
        "t", kept_by_team("T6"), "promise_kept_rate", EN,
        members={"team": dict(reversed(TEAMS.items()))}, compare=("Before", kept_by_team()),
    )  # fmt: skip
    assert [place.key for place in chart.categories] == ["T8", "T7", "T5", "T4", "T3", "T2", "T1"]
    figure = chart.on_page(EN)
    written = next(trace for trace in figure["data"] if trace.get("mode") == "text")
    assert written["x"][0] == 0.64
    assert figure["layout"]["yaxis"]["range"] == [6.5, -0.5]
    assert chart.height_px > 200
    assert "n = 1,000" in figure["data"][0]["hovertext"][0]


def test_columns_start_at_zero_and_hatch_what_is_incomplete():
    figure = bars("t", collected(), "collected", EN).on_page(EN)
    assert figure["layout"]["yaxis"]["range"][0] == 0
    assert figure["data"][0]["marker"]["pattern"]["shape"] == [""] * 12 + ["/"]


def test_columns_may_have_a_target_that_the_axis_reaches():
    chart = bars("t", collected(), "collected", EN)
    assert chart.against((), EN) is chart
    aimed = chart.against((None,) * 11 + (90_000_000, 95_000_000), EN)
    figure = aimed.on_page(EN)
    line = next(trace for trace in figure["data"] if trace["name"] == "Target")
    assert (line["line"]["dash"], line["line"]["shape"]) == ("dash", "hvh")
    assert line["y"][:11] == [None] * 11
    assert figure["layout"]["yaxis"]["range"][1] >= 950_000
    assert "Target: highest ¥950K" in aimed.alt(EN)
    assert aimed.table(EN)[0][-1] == "Target"
    assert "Target" in aimed.on_paper(EN)


def test_negative_sums_reach_below_zero():
    negative = answer("collected", ("week",), {}, lambda day: -5_000 if week(day) else 9_000)
    axis = bars("t", negative, "collected", EN).on_page(EN)["layout"]["yaxis"]
    assert axis["range"][0] <= -50
    assert axis["zeroline"]
    assert "¥0" in axis["ticktext"]


def test_two_teams_of_one_name_keep_two_rows():
    figure = bars(
        "t", kept_by_team(), "promise_kept_rate", EN, members={"team": dict.fromkeys(TEAMS, "Same")}
    ).on_page(EN)
    assert len(set(figure["data"][0]["y"])) == len(TEAMS)


def test_a_stack_adds_up_and_a_part_without_rows_is_none_of_it():
    parts = answer(
        "open_cases", ("week", "bucket"), {"bucket": BUCKETS},
        lambda day, bucket: None if week(day) > 10 or (bucket == "M3" and week(day) == 2) else 2,
    )  # fmt: skip
    chart = stacked("t", parts, "open_cases", EN, members=MEMBERS)
    assert chart.totals() == [16, 16, 14] + [16] * 8 + [None, None]
    assert chart.series[3].values[2] == 0
    header, rows = chart.table(EN)
    assert (header[-1], rows[2][-1], rows[-1][-1]) == ("Total", "14", "–")


def test_a_grid_of_attempts_has_all_weekdays_and_every_hour_between():
    chart = heatmap("t", attempts(), "attempts", EN)
    assert [series.name for series in chart.series][-1] == "Sun"
    assert [place.full for place in chart.categories][-3:] == ["12:00", "13:00", "14:00"]
    assert set(chart.series[-1].values) == {0}


def test_a_grid_of_rates_leaves_unknown_cells_open():
    rates = answer(
        "connect_rate", ("weekday", "hour"), {"weekday": (1, 2), "hour": (9,)}, lambda d, h: (d, 4)
    )
    chart = heatmap("t", rates, "connect_rate", EN)
    assert [series.values[0] for series in chart.series[:3]] == [
        Decimal("0.25"),
        Decimal("0.5"),
        None,
    ]
    cells, texts = chart.on_page(EN)["data"]
    assert texts["text"] == ["25.0%", "50.0%", "–", "–", "–", "–", "–"]
    assert set(texts["y"]) <= set(cells["y"])
    assert len(texts["x"]) == len(texts["textfont"]["color"]) == 7


def test_half_a_week_is_never_called_the_lowest():
    low_end = answer(
        "collected", ("week",), {}, lambda day: 100 if week(day) == 12 else 50_000,
        provisional=lambda day: day == date(2026, 11, 16),
    )  # fmt: skip
    assert "lowest ¥500 " in trend("t", low_end, "collected", EN).alt(EN)


def test_a_single_span_is_a_visible_point():
    one = answer(
        "collected", ("week",), {}, lambda day: 7, period=Period(WEEKS.start, date(2026, 8, 31))
    )
    line = lines(trend("t", one, "collected", EN).on_page(EN))[0]
    assert (line["mode"], line["marker"]["size"]) == ("lines+markers", [7])


def test_long_names_are_cut_by_their_width():
    assert clipped("Early calls") == "Early calls"
    assert clipped("晚期电催中心（上海浦东）第七小组") == "晚期电催中心（上海浦东…"


def test_a_sparkline_leaves_gaps_and_dots_what_is_incomplete():
    svg = sparkline([1, 2, None, 4, 5], incomplete_from=4)
    assert svg.count("M") == 3
    assert "stroke-dasharray" in svg
    assert "<path" not in sparkline([None, None])
    assert as_source(svg).startswith("data:image/svg+xml,")
    assert "#" not in as_source(svg)


def test_a_roomy_grid_names_every_column_and_writes_every_cell():
    some = heatmap("t", attempts(), "attempts", EN)
    places = tuple(Category(at, str(at), str(at)) for at in range(15))
    rows = tuple(replace(row, values=(1,) * 15) for row in some.series)
    chart = replace(some, categories=places, series=rows)
    few, every = (one.on_page(EN) for one in (chart, replace(chart, roomy=True)))
    assert len(few["layout"]["xaxis"]["tickvals"]) == 8
    assert len(every["layout"]["xaxis"]["tickvals"]) == 15
    assert len(few["data"]) == 1
    assert len(every["data"][1]["text"]) == 15 * 7
    assert replace(chart, roomy=True).least_px > 800
    assert chart.least_px == 0


def test_parts_can_name_their_colours_so_that_what_is_bad_looks_so():
    chart = stacked("t", stock(), "open_balance", EN)
    few = replace(chart, ranked=False, series=chart.series[:2], hues=(2, 0))
    colours = [trace["marker"]["color"] for trace in few.on_page(EN)["data"][:2]]
    assert colours == [LIGHT.named(2), LIGHT.named(0)]
