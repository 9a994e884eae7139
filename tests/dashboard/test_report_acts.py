"""What is done and fetched on Reports, honestly and with forged input: nothing of what somebody may
not read leaves the server, and nothing breaks."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from charts import Language
from dashboard import create_app
from dashboard.editions.files import PDF
from dashboard.editions.told import MOST_BYTES
from dashboard.gate import Gate
from queries.desk.deliveries import Addressee
from queries.desk.editions import LETTER, EditionFile
from queries.rights import OPERATOR
from tests.dashboard.archives import LAST_WEEK, READS, do, editions_of, furnished, house
from tests.dashboard.personas import NOW, Enter, House, ask

__all__ = ["furnished", "house"]
STRANGE = '北 "<script>".html'
SHUT_IN = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")


def address(house: House, name: str) -> str:
    edition = editions_of(house.desk)[name]
    (file,) = house.desk.files_of(edition.id)
    return f"/report/{edition.code}/{file.name}"


@pytest.mark.parametrize("persona", READS)
def test_files_are_for_who_may_read_their_edition(house: House, enter: Enter, persona: str) -> None:
    client = enter(persona)
    nothing = client.get("/report/000000000000/x.pdf")
    assert nothing.status_code == 404
    for name in editions_of(house.desk):
        for take in ("", "?take=1"):
            answer = client.get(address(house, name) + take)
            if name in READS[persona]:
                assert answer.status_code == 200
                assert answer.data.startswith(b"pages of ")
            else:
                assert (answer.status_code, answer.data) == (404, nothing.data)


def test_a_file_is_looked_at_where_nothing_can_run_and_taken_along_by_its_name(
    house: House, enter: Enter
) -> None:
    client, where = enter("executive"), address(house, "whole")
    shown, taken = client.get(where), client.get(f"{where}?take=1")
    for answer in (shown, taken):
        policy = answer.headers["Content-Security-Policy"]
        assert all(rule in policy for rule in SHUT_IN)
        assert "script" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_type == PDF
    name = where.rsplit("/", 1)[1]
    assert shown.headers["Content-Disposition"] == f"inline; filename={name}"
    assert taken.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_the_letter_is_a_page_in_a_sandbox_and_anything_else_is_only_saved(
    house: House, enter: Enter
) -> None:
    edition = editions_of(house.desk)["whole"]
    house.desk.add_addressees(edition, [
        EditionFile("en", "a.letter", LETTER, b"{}"),
        EditionFile("en", STRANGE, "text/html", b"<script>alert(1)</script>"),
    ], [Addressee("x@example.org", "smtp", "en", NOW)], NOW)  # fmt: skip
    client = enter("executive")
    letter = client.get(f"/report/{edition.code}/a.letter")
    assert letter.status_code == 200
    assert letter.content_type == "text/html; charset=utf-8"
    assert letter.headers["Content-Security-Policy"].endswith("sandbox")
    strange = client.get(f"/report/{edition.code}/{quote(STRANGE)}")
    assert strange.status_code == 200
    assert strange.content_type == "application/octet-stream"
    assert strange.headers["Content-Disposition"].startswith("attachment")
    house.app.site.__dict__["reports"] = None
    assert client.get(f"/report/{edition.code}/a.letter").status_code == 404


@pytest.mark.parametrize(
    "forged",
    [
        "/report/%00/x.pdf", "/report/" + "a" * 5_000 + "/x.pdf", "/report/----/x.pdf",
        "/report/%27%20OR%201=1/x.pdf", "/report/../etc", "/report/{code}/..%2f..%2fetc",
        "/report/{code}/", "/report/{code}/1", "/report/{code}/%00", "/report/{code}/{other}",
        "/report/{code}/" + "x" * 5_000,
    ],
)  # fmt: skip
def test_a_forged_address_of_a_file_gives_nothing(house: House, enter: Enter, forged: str) -> None:
    mine, theirs = editions_of(house.desk)["first"], editions_of(house.desk)["second"]
    (foreign,) = house.desk.files_of(theirs.id)
    asked = forged.replace("{code}", mine.code).replace("{other}", foreign.name)
    answer = enter("lead of T1").get(asked)
    # An address that leads elsewhere is that of a page.
    assert answer.status_code in (302, 308, 404) or answer.mimetype == "text/html"
    assert b"pages of" not in answer.data


# ---- deliveries


def unsettled(house: House) -> dict[str, Any]:
    return {one.outcome: one for one in house.desk.deliveries(outcomes=("failed", "unknown"))}


def test_one_click_settles_a_delivery_once(house: House, enter: Enter) -> None:
    client, found = enter("administrator"), unsettled(house)
    arrived = {"delivery": str(found["unknown"].id), "verdict": "arrived"}
    again = {"delivery": found["failed"].id, "verdict": "send again"}
    assert do(client, "settle-delivery", arrived)[0] == 200
    assert do(client, "settle-delivery", again)[0] == 200
    assert unsettled(house) == {}
    assert [one.recipient for one in house.desk.due_deliveries(house.moment)] == [
        "waiting@example.org", "failed@example.org",
    ]  # fmt: skip
    status, told = do(client, "settle-delivery", arrived)
    assert (status, told["told"]) == (
        409, "This delivery is settled already, or there is none like it. Look again.",
    )  # fmt: skip
    events = [one.outcome for one in house.desk.delivery_events(found["unknown"].id)]
    assert events == ["unknown", "arrived"]


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"delivery": 1}, {"delivery": {"a": 1}, "verdict": "arrived"}, {"verdict": "arrived"},
        {"delivery": 10**30, "verdict": "arrived"}, {"delivery": -1, "verdict": "send again"},
        {"delivery": "1; DROP TABLE deliveries", "verdict": "arrived"},
        {"delivery": 1, "verdict": "sent"}, {"delivery": True, "verdict": ["arrived"]}, [], "x", 7,
    ],
)  # fmt: skip
def test_what_is_forged_settles_nothing(house: House, enter: Enter, fields: object) -> None:
    before = unsettled(house)
    assert do(enter("administrator"), "settle-delivery", fields)[0] in (400, 409)
    assert unsettled(house) == before


@pytest.mark.parametrize("persona", [name for name in READS if name != "administrator"])
def test_nobody_else_settles_anything(house: House, enter: Enter, persona: str) -> None:
    before = unsettled(house)
    fields = {"delivery": before["unknown"].id, "verdict": "arrived"}
    assert do(enter(persona), "settle-delivery", fields)[0] == 404
    assert unsettled(house) == before


# ---- subscriptions


@pytest.mark.parametrize(
    ("persona", "fields"),
    [
        ("lead of T1", {"report": "weekly", "locale": "en", "step": "subscribe"}),
        ("manager", {"report": "monthly", "locale": "en", "step": "subscribe"}),
        ("manager", {"report": "weekly", "locale": "de", "step": "subscribe"}),
        ("manager", {"report": "weekly", "locale": ["en"], "step": "subscribe"}),
        ("manager", {"report": "weekly", "locale": "en"}),
        ("manager", {"report": {"a": 1}, "locale": "en", "step": "subscribe"}),
        ("manager", {"report": "desk", "locale": "en", "step": "subscribe"}),
        ("manager", {"report": "weekly" * 1_000, "locale": "en", "step": "unsubscribe"}),
        ("executive", {"report": "weekly", "locale": "en", "step": "subscribe"}),
    ],
)  # fmt: skip
def test_what_is_forged_or_not_allowed_subscribes_nobody(
    house: House, enter: Enter, persona: str, fields: object
) -> None:
    assert do(enter(persona), "subscribe-report", fields)[0] == 400
    assert not [*house.desk.subscribers("weekly"), *house.desk.subscribers("monthly")]


def test_an_agent_has_no_act_of_reports(enter: Enter) -> None:
    client = enter("agent")
    for act in ("subscribe-report", "settle-delivery", "check-report"):
        assert do(client, act, {})[0] == 404


def test_who_is_only_named_by_the_configuration_can_decline(house: House, enter: Enter) -> None:
    house.app.site.reports.named = {"weekly": ("MIA@example.org",)}  # type: ignore[union-attr]
    manager = enter("manager")
    drawn = json.dumps(ask(manager, "/reports", "?part=mine"))
    assert "The configuration sends it to mia@example.org." in drawn
    assert "unsubscribe" in drawn
    assert do(manager, "subscribe-report", {"report": "weekly", "step": "unsubscribe"})[0] == 200
    assert set(house.desk.declined("weekly")) == {"mia@example.org"}


# ---- checking files


def packed(content: bytes) -> dict[str, Any]:
    return {"file": {"name": "x.pdf", "data": base64.b64encode(content).decode()}}


def test_a_file_is_genuine_for_who_may_read_it_and_unknown_to_others(
    house: House, enter: Enter
) -> None:
    edition = editions_of(house.desk)["third"]
    content = packed(f"pages of {edition.code}".encode())
    status, told = do(enter("administrator"), "check-report", content)
    assert (status, told["well"]) == (200, True)
    status, other = do(enter("lead of T1"), "check-report", content)
    assert (status, other["well"]) == (200, False)
    assert other == do(enter("lead of T1"), "check-report", packed(b"anything"))[1]


def test_what_differs_is_told(enter: Enter) -> None:
    _, told = do(enter("manager"), "check-report", packed(b"altered"))
    assert told["lines"] == ["Altered: 2 places differ.", "Made in November."]
    assert told["differing"] == [["Collected", "12,345.00", "92,345.00"], ["Page 3", "3", ""]]
    assert told["again"] is False


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"file": None}, {"file": "abc"}, {"file": []}, {"file": {"data": 7}},
        {"file": {"data": ""}}, {"file": {"data": "not base64!"}}, {"file": {"data": {"a": 1}}},
        {"file": [{"data": "eA=="}]}, [], 7,
    ],
)  # fmt: skip
def test_what_is_no_file_is_refused(enter: Enter, fields: object) -> None:
    status, told = do(enter("manager"), "check-report", fields)
    assert (status, bool(told["told"])) == (400, True)


def test_what_is_too_large_is_refused_before_it_is_read(enter: Enter) -> None:
    client = enter("manager")
    for size in (MOST_BYTES + 1, MOST_BYTES + 100_000):
        assert do(client, "check-report", packed(b"x" * size))[0] == 413
    # Other acts take no more than before.
    large = {"report": "weekly", "step": "x" * 4_000_000}
    assert do(client, "subscribe-report", large)[0] == 413


# ---- where little is known


def test_without_accounts_the_page_says_so(house: House) -> None:
    app = create_app(house.answers, gate=Gate(OPERATOR, lambda: NOW))
    client = app.server.test_client()
    drawn = json.dumps(ask(client, "/reports"))
    assert "Reports are not known here." in drawn
    assert client.get(address(house, "whole")).status_code == 404


def test_without_the_service_the_archive_works_all_the_same(house: House, enter: Enter) -> None:
    house.app.site.__dict__.update(reports=None, operations=None)
    client, edition = enter("executive"), editions_of(house.desk)["whole"]
    for search in ("", "?part=mine", "?part=schedule", "?part=check", f"?edition={edition.code}"):
        assert ask(client, "/reports", search)["drawn"]
    assert "another process runs the jobs" in json.dumps(ask(client, "/reports", "?part=schedule"))
    assert do(client, "check-report", packed(b"x"))[0] == 400
    assert do(client, "subscribe-report", {"report": "x"})[0] == 400


def test_both_languages_say_everything(house: House, enter: Enter) -> None:
    assert Language("zh_Hans_CN").t("Reports") == "报告"
    client = enter("administrator")
    client.set_cookie("arrears_language", "zh-Hans")
    whole = editions_of(house.desk)["whole"].code
    for search in ("", "?part=mine", "?part=check", "?part=deliveries", f"?edition={whole}"):
        drawn = json.dumps(ask(client, "/reports", search), ensure_ascii=False)
        for english in (
            "Archive",
            "Search",
            "Not subscribed",
            "Withheld",
            "As reported",
            "History",
        ):
            assert english not in drawn, search
    assert LAST_WEEK.days == 7
