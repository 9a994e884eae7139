"""The mail address that a sign-in service tells: where reports go, and never who somebody is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.providers import NOW, House, Stranger, desk_of, empty_desk, stranger

# Of the stranger's provider.
pytestmark = pytest.mark.filterwarnings(
    "ignore::authlib.deprecate.AuthlibDeprecationWarning",
    "ignore:get_jwt_config:DeprecationWarning",
)
KIM = {"email": "kim@example.org", "email_verified": True}


@pytest.fixture(scope="module")
def provider() -> Iterator[Stranger]:
    with stranger() as running:
        yield running


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return empty_desk(tmp_path_factory.mktemp("empty") / "desk.db")


@pytest.fixture
def house(empty: bytes, tmp_path: Path, provider: Stranger) -> Iterator[House]:
    with desk_of(empty, tmp_path / "desk.db") as opened:
        yield House(opened, provider.issuer, scopes=("openid", "profile", "email"))


def arrive(house: House, provider: Stranger, subject: str, name: str, **claims: object) -> str:
    """Signs somebody in and tells the address that is known of them then."""
    provider.knows(subject, preferred_username=name, groups=["managers"], **claims)
    client = house.browser()
    assert provider.sign_in(client, subject).status_code == 302
    person = house.person(client)
    assert person is not None
    return house.desk.account(person.name).mail


def test_a_verified_address_is_taken_over_and_follows(house: House, provider: Stranger) -> None:
    assert arrive(house, provider, "s-kim", "Kim", **KIM) == "kim@example.org"
    moved = {"email": "kim.lee@example.org", "email_verified": True}
    assert arrive(house, provider, "s-kim", "Kim", **moved) == "kim.lee@example.org"
    assert house.names() == ["Kim"]


def test_an_address_makes_nobody_somebody_else(house: House, provider: Stranger) -> None:
    arrive(house, provider, "s-kim", "Kim", **KIM)
    assert arrive(house, provider, "s-eve", "Eve", **KIM) == ""
    assert house.desk.account("Kim").mail == "kim@example.org"
    assert house.names() == ["Eve", "Kim"]


def test_who_is_disabled_is_not_let_in_by_an_address(house: House, provider: Stranger) -> None:
    arrive(house, provider, "s-kim", "Kim", **KIM)
    house.desk.change_person("Kim", by="test", now=NOW, active=False)
    provider.knows("s-kim", preferred_username="Kim", groups=["managers"], **KIM)
    assert provider.sign_in(house.browser(), "s-kim").status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {"email_verified": None}, {"email_verified": "true"},
        {"email_verified": 1}, {"email": ["lin@example.org"], "email_verified": True},
        {"email": "lin@example.org, eve@example.org", "email_verified": True},
        {"email": "lin@example.org\nBcc: eve@example.org", "email_verified": True},
    ],
)  # fmt: skip
def test_an_address_that_is_not_verified_or_none_is_not_taken_over(
    house: House, provider: Stranger, claims: dict[str, object]
) -> None:
    told = {"email": "lin@example.org", **claims}
    assert arrive(house, provider, "s-lin", "Lin", **told) == ""
    house.desk.change_person("Lin", by="test", now=NOW, mail="known@example.org")
    assert arrive(house, provider, "s-lin", "Lin", **told) == "known@example.org"
