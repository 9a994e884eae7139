from collections.abc import Callable

import pytest

from charts import Language
from reports import Branding, Report, pdf, workbook
from reports.weekly import WEEKLY
from tests.reports.fake import AWKWARD, WEEK, FakeAnswers

Make = Callable[..., Report]


@pytest.fixture(scope="session")
def make() -> Make:
    """A composed weekly report of fake answers: make("zh_Hans_CN", without=("promises",))."""

    def made(locale: str = "en", **differences: object) -> Report:
        answers = FakeAnswers(**differences)  # type: ignore[arg-type]
        frozen = WEEKLY.freeze(answers, WEEK)  # type: ignore[arg-type]
        return WEEKLY.tell(frozen, Language(locale), Branding("Harbour & Sons"))

    return made


@pytest.fixture(scope="session", params=["en", "zh_Hans_CN"])
def awkward(request: pytest.FixtureRequest, make: Make) -> Report:
    """A report whose teams have names that break careless programs, in each language."""
    return make(request.param, teams=dict(AWKWARD))


@pytest.fixture(scope="session")
def files(awkward: Report) -> tuple[bytes, bytes]:
    """The finished PDF and workbook of the awkward report, written once for all tests."""
    return pdf.render(awkward), workbook.render(awkward)
