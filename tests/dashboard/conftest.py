from collections.abc import Callable

import pytest

from dashboard import create_app
from dashboard.gate import Gate
from queries.rights import OPERATOR
from tests.dashboard.browserless import Browserless
from tests.dashboard.figures import NOW, Given


@pytest.fixture
def answers() -> Given:
    return Given()


@pytest.fixture
def opened() -> Callable[..., Browserless]:
    """Opens the pages over the given answers."""

    def make(answers: Given, *, default_locale: str = "en") -> Browserless:
        app = create_app(
            answers,  # type: ignore[arg-type]
            branding_name="North & South",
            default_locale=default_locale,
            gate=Gate(OPERATOR, lambda: NOW),
        )
        return Browserless(app, app.server.test_client())

    return make


@pytest.fixture
def browser(answers: Given, opened: Callable[..., Browserless]) -> Browserless:
    return opened(answers)
