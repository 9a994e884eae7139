"""An empty database for a desk, of each kind it can live in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.desk import Desk, open_desk


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing yet; a test that asks for it runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    url: str = request.getfixturevalue("postgres_url")()
    return url


@pytest.fixture
def desk(desk_url: str) -> Iterator[Desk]:
    """An empty desk; a test that asks for it runs on both."""
    desk = open_desk(desk_url)
    yield desk
    desk.close()
