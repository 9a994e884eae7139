"""The scheduled report over a real house: its period is that of its slot, and figures that have not
come are told in what leaves."""

from contextlib import closing
from datetime import date, timedelta

from openpyxl import load_workbook

from queries import Period
from queries.desk import open_desk
from service.jobs import Job, Turn
from service.scheduler import Runner
from service.schedules import plans
from service.wiring import job_table, make_house
from tests.service.conftest import NOW, House
from tests.service.test_serving import settings_of

NEXT = NOW + timedelta(days=7)
WEEK, COMING = (
    Period(date(2026, 11, day), date(2026, 11, day) + timedelta(days=7)) for day in (16, 23)
)


def test_a_source_that_is_late_does_not_bring_the_week_before_again(house: House) -> None:
    settings = settings_of(house)
    (plan,) = plans(settings)
    with closing(open_desk(settings.desk.url)) as desk:
        now = NOW
        table = job_table(settings, make_house(settings, desk, lambda: now))
        weekly: Job = next(job for job in table if job.plan is not None)
        assert weekly.hold is not None
        slots = [weekly.rule.latest(moment) for moment in (NOW, NEXT)]
        assert [plan.period(slot) for slot in slots] == [WEEK, COMING]
        assert weekly.hold.lacks(slots[0], NOW) == ""

        # A week later nothing new has come; the refresh that would be due is not in the table.
        now = NEXT + plan.wait
        Runner([Job(**{**vars(weekly), "after": None})], desk, lambda: now).fire("weekly_report")
        (edition,) = desk.editions()
        assert edition.issue.period == COMING
        assert (edition.made.provisional, "waited in vain" in edition.made.note) == (True, True)
        (run,) = [run for run in desk.last_runs() if run.job == "weekly_report"]
        assert run.outcome == "done"
        assert "Provisional: The figures reach to 2026-11-22" in run.detail
        assert run.result is not None
        assert run.result["period"] == ["2026-11-23", "2026-11-30"]

        # By hand it is the last whole week of the figures.
        done = weekly.body(Turn(now))
        assert done.result is not None
        assert done.result["period"] == ["2026-11-16", "2026-11-23"]
    (book,) = (house.folder / "var/outbox").glob("*W48*.xlsx")
    front = load_workbook(book).worksheets[0]
    texts = " ".join(str(cell.value) for row in front.iter_rows() for cell in row if cell.value)
    assert "waited in vain for newer figures" in texts
    assert "Provisional: the figures reach to" in texts
