"""The link in a letter: it declines one report for one reader, and tells and does nothing else."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from queries.desk.deliveries import Addressee, Delivery
from queries.period import Period
from queries.rights import EVERYTHING
from tests.dashboard.personas import NOW, PASSWORD, Enter, House, token_of
from tests.support.editions import keep

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
ANN = "Ann <ann@example.org>"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def letters(house: House) -> dict[str, Delivery]:
    """Deliveries by their recipient: two letters and a folder."""
    keep(house.desk, WEEK, {ANN: "smtp", "bob@example.org": "smtp", "out": "folder"}, now=NOW)
    # Dash draws its layout once within the first request of all, whichever it is.
    house.app.server.test_client().get("/healthz")
    return {one.recipient: one for one in house.desk.deliveries()}


def link(house: House, delivery: Delivery) -> str:
    return f"/unsubscribe/{house.desk.seal().word(delivery.key)}"


def stranger(house: House) -> FlaskClient:
    return house.app.server.test_client()


def test_looking_changes_nothing_and_one_click_declines(
    house: House, letters: dict[str, Delivery]
) -> None:
    client, address = stranger(house), link(house, letters[ANN])
    for method in ("GET", "HEAD", "GET"):
        answer = client.open(address, method=method)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    page = client.get(address).get_data(as_text=True)
    assert "Weekly report" in page
    assert "ann@example.org" in page
    assert '<form method="post">' in page
    assert house.desk.declined("weekly") == {}
    # A mail program: no cookie, no token, no form of ours.
    for _ in range(2):
        done = client.post(address, data=ONE_CLICK)
        assert done.status_code == 200
        assert "gets no more of" in done.get_data(as_text=True)
    assert set(house.desk.declined("weekly")) == {"ann@example.org"}
    (deed,) = house.desk.deeds(containing="declined")
    assert (deed.who, deed.subject, deed.origin) == (
        "link in a letter", "ann@example.org", "127.0.0.1",
    )  # fmt: skip


def test_it_ends_the_subscription_of_who_has_the_address(
    house: House, letters: dict[str, Delivery]
) -> None:
    desk = house.desk
    desk.add_person(
        "Bob", "manager", EVERYTHING, password=PASSWORD, by="test", now=NOW, mail="Bob@example.org"
    )
    bob = desk.account("Bob").person
    for report in ("weekly", "monthly"):
        desk.subscribe(bob, report, "en", now=NOW)
    assert stranger(house).post(link(house, letters["bob@example.org"])).status_code == 200
    assert [one.report for one in desk.subscriptions(bob)] == ["monthly"]


def test_the_page_speaks_the_language_of_the_letter(house: House) -> None:
    delivery = _letter(house, "zh@example.org", "zh_Hans_CN")
    page = stranger(house).get(link(house, delivery)).get_data(as_text=True)
    assert '<html lang="zh-Hans">' in page
    assert "不再向 zh@example.org 发送：周报？" in page
    odd = _letter(house, "odd@example.org", "xx")
    assert stranger(house).get(link(house, odd)).status_code == 200


def _letter(house: House, address: str, locale: str) -> Delivery:
    (edition,) = house.desk.editions()
    house.desk.add_addressees(edition, [], [Addressee(address, "smtp", locale, NOW)], NOW)
    (delivery,) = house.desk.deliveries(recipient=address)
    return delivery


def test_words_that_open_nothing_are_answered_alike(
    house: House, letters: dict[str, Delivery]
) -> None:
    seal, client = house.desk.seal(), stranger(house)
    good = seal.word(letters[ANN].key)
    before = house.desk.deeds(), house.desk.declined("weekly")
    words = [
        "x", letters[ANN].key, good[:-2], good + "xx", "ann@example.org", "é" * 40,
        # Signed here, but of nobody, of a folder, of an address as such.
        seal.word("0" * 64), seal.word(letters["out"].key), seal.word("ann@example.org"),
        "x" * 5_000, "%00", "<script>alert(1)",
    ]  # fmt: skip
    pages = set()
    for word in words:
        for answer in (client.get(f"/unsubscribe/{word}"), client.post(f"/unsubscribe/{word}")):
            assert answer.status_code == 404
            pages.add(answer.get_data(as_text=True))
    (page,) = pages
    assert "example.org" not in page
    assert "<form" not in page
    assert (house.desk.deeds(), house.desk.declined("weekly")) == before


def test_only_this_address_goes_without_a_token(
    house: House, letters: dict[str, Delivery], enter: Enter
) -> None:
    client, address = enter("manager"), link(house, letters[ANN])
    assert client.post(address).status_code == 200
    # Who is signed in is neither used nor told.
    assert "manager" not in client.get(address).get_data(as_text=True)
    for other in ("/sign-out", "/act/view.keep", "/password"):
        assert client.post(other).status_code == 403
    assert client.post("/unsubscribe/").status_code in (403, 404, 405)
    assert token_of(client)


def test_a_name_cannot_become_markup(house: House) -> None:
    delivery = _letter(house, "<b>x</b>@example.org", "en")
    page = stranger(house).get(link(house, delivery)).get_data(as_text=True)
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page
    assert len(re.findall(r"<form", page)) == 1
