"""From a rule to a letter: fired once, sent once to each; whatever goes wrong is written down."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from charts import Language
from queries import Answers
from queries.alerts import Draft, Quiet, Stale, Threshold, Ways
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING
from queries.targets import RULES, WorkingDays
from reports.smtp import Smtp
from service.alert_sending import PAUSES, Post, send_due
from service.alerting import evaluate
from service.chat import Chats
from tests.dashboard.personas import NOW, PASSWORD
from tests.reports.test_sending import Sink, sink  # noqa: F401 (a fixture)
from tests.service.alerts.gateway import Gateway, gateway
from tests.service.conftest import House

ZONE = "Asia/Shanghai"
LATER = NOW + timedelta(minutes=5)
MAIL, CHAT = "mail:ann@example.org", "chat:ops"
# Collected is always less than this.
LOW = Threshold("collected", ("", "T1"), "week", "below", 10**12, 10**12)  # type: ignore[arg-type]


@pytest.fixture
def hook() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


@pytest.fixture
def owned(desk: Desk) -> Desk:
    desk.add_person("may", "manager", EVERYTHING, password=PASSWORD, by="test", now=NOW)
    return desk


def rule(desk: Desk, *recipients: str, **more: object) -> int:
    draft = replace(Draft("Too little", LOW, recipients), **more)  # type: ignore[arg-type]
    return desk.add_rule(draft, by="may", now=NOW)


def evaluated(desk: Desk, figures: Answers, now: datetime = NOW) -> tuple[int, int]:
    looked = evaluate(desk, figures, RULES, ZONE, now)
    return looked.fired, looked.cleared


def post(smtp: Smtp | None = None, hook: Gateway | None = None, **more: object) -> Post:
    chats = Chats({"ops": hook.address} if hook else {})
    ways = Ways(("ops",), ("example.org",), mail=True)
    made = Post(
        smtp, chats, ways, Language("en"), ZONE, "North & South", WorkingDays("CN"),
        "https://desk.example.org/arrears", {"T1": "Early calls 一组"},
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def outcomes(desk: Desk) -> Counter[tuple[str, str]]:
    letters = desk.alert_letters(range(1, 50))
    return Counter((one.recipient, one.outcome) for one in letters)


def test_each_firing_reaches_each_recipient_once(
    owned: Desk,
    figures: Answers,
    sink: tuple[Sink, Smtp],  # noqa: F811
    hook: Gateway,
) -> None:
    rule(owned, MAIL, CHAT, MAIL)
    assert evaluated(owned, figures) == (2, 0)
    assert send_due(owned, post(sink[1], hook), NOW) == {"sent": 4}
    for minutes in (5, 10):
        later = NOW + timedelta(minutes=minutes)
        assert evaluated(owned, figures, later) == (0, 0)
        assert send_due(owned, post(sink[1], hook), later) == {}
    assert len(sink[0].kept) == len(hook.heard) == 2
    assert outcomes(owned) == {("ann@example.org", "sent"): 2, ("ops", "sent"): 2}
    told = "\n".join(one["message"] for one in hook.heard)
    assert "Collected · Early calls 一组" in told
    assert "Collected · Whole operation" in told
    assert "https://desk.example.org/arrears/alerts" in told
    mail = bytes(sink[0].kept[0].content or b"")
    assert b"multipart/alternative" in mail
    assert b"Message-ID: <arrears." in mail
    assert "North & South: Collected" in hook.heard[0]["title"]


def test_the_letter_is_in_the_language_of_the_house(
    owned: Desk, figures: Answers, hook: Gateway
) -> None:
    rule(owned, CHAT)
    evaluated(owned, figures)
    send_due(owned, post(None, hook, language=Language("zh_Hans_CN")), NOW)
    assert "回款金额 · Early calls 一组" in json.dumps(hook.heard, ensure_ascii=False)
    assert "Figures up to" not in json.dumps(hook.heard)


def test_a_name_of_two_lines_is_one_line_of_a_header(
    owned: Desk,
    figures: Answers,
    sink: tuple[Sink, Smtp],  # noqa: F811
) -> None:
    rule(owned, MAIL, check=replace(LOW, units=("T1",)))
    evaluated(owned, figures)
    forged = {"T1": "Early\r\nBcc: eve@example.org"}
    assert send_due(owned, post(sink[1], names=forged), NOW) == {"sent": 1}
    (letter,) = sink[0].kept
    assert letter.rcpt_tos == ["ann@example.org"]
    assert b"\r\nBcc:" not in bytes(letter.content or b"").split(b"\r\n\r\n")[0]


def test_two_lookers_at_once_fire_once(owned: Desk, figures: Answers, hook: Gateway) -> None:
    rule(owned, CHAT)
    with ThreadPoolExecutor(4) as pool:
        fired = [*pool.map(lambda _: evaluated(owned, figures)[0], range(4))]
        sent = [*pool.map(lambda _: send_due(owned, post(None, hook), NOW)["sent"], range(4))]
    assert sum(fired) == 2
    assert sum(sent) == 2
    assert len(hook.heard) == 2


def test_a_letter_waits_for_the_end_of_the_night_and_is_spared_if_all_is_well_by_then(
    owned: Desk, figures: Answers, hook: Gateway
) -> None:
    night = datetime(2026, 11, 22, 23, 30, tzinfo=ZoneInfo(ZONE))  # a Sunday
    number = rule(owned, CHAT, quiet=Quiet(time(22), time(7)), working_days_only=True)
    assert evaluated(owned, figures, night) == (2, 0)
    assert send_due(owned, post(None, hook), night) == {}
    morning = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo(ZONE))
    assert {one.next_at for one in owned.alert_letters([1, 2])} == {morning.astimezone(UTC)}
    first, *_ = owned.open_firings()
    owned.clear_firing(first.id, night + timedelta(hours=1))
    assert send_due(owned, post(None, hook), morning) == {"sent": 1}
    assert outcomes(owned) == {("ops", "withdrawn"): 1, ("ops", "sent"): 1}
    assert number


def test_what_failed_for_now_is_tried_again_after_pauses_and_then_no_more(
    owned: Desk, figures: Answers, hook: Gateway
) -> None:
    rule(owned, CHAT, check=replace(LOW, units=("T1",)))
    evaluated(owned, figures)
    hook.answers = [500] * 10
    now, ends = NOW, []
    for pause in (0, *PAUSES, 9_999, 9_999):
        if pause:
            assert (
                send_due(owned, post(None, hook), now + timedelta(minutes=min(pause, 5) - 1)) == {}
            )
        now += timedelta(minutes=pause)
        ends += list(send_due(owned, post(None, hook), now))
    assert ends == ["waiting"] * len(PAUSES) + ["failed"]
    assert len(hook.heard) == len(PAUSES) + 1
    (letter,) = owned.alert_letters([1])
    assert (letter.outcome, letter.detail) == ("failed", "The service answered 500")


def test_another_attempt_respects_the_night_too(
    owned: Desk, figures: Answers, hook: Gateway
) -> None:
    rule(owned, CHAT, check=replace(LOW, units=("T1",)), quiet=Quiet(time(9, 2), time(11)))
    evaluated(owned, figures)
    hook.answers = [503]
    assert send_due(owned, post(None, hook), NOW) == {"waiting": 1}
    (letter,) = owned.alert_letters([1])
    assert letter.next_at == NOW.replace(hour=11)


def test_what_cannot_get_better_ends_at_once(
    owned: Desk,
    figures: Answers,
    sink: tuple[Sink, Smtp],  # noqa: F811
    hook: Gateway,
) -> None:
    rule(owned, "mail:nobody@example.org", "mail:later@example.org", "mail:cut@example.org", CHAT,
         "mail:eve@elsewhere.example", "chat:gone", check=replace(LOW, units=("T1",)))  # fmt: skip
    evaluated(owned, figures)
    hook.answers = [404]
    send_due(owned, post(sink[1], hook), NOW)
    assert outcomes(owned) == dict.fromkeys([
        ("nobody@example.org", "failed"), ("later@example.org", "waiting"),
        ("cut@example.org", "unknown"), ("ops", "failed"), ("eve@elsewhere.example", "failed"),
        ("gone", "failed"),
    ], 1)  # fmt: skip
    assert sink[0].kept == []


def test_a_process_that_dies_while_sending_leaves_a_letter_that_may_have_left(
    owned: Desk, figures: Answers, hook: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(owned, CHAT, check=replace(LOW, units=("T1",)))
    evaluated(owned, figures)
    (letter,) = owned.due_letters(NOW)
    assert owned.claim_letter(letter.id, NOW)
    # The process is gone here; the next one that owns the schedule finds it.
    assert owned.abandon_letters() == 1
    assert send_due(owned, post(None, hook), LATER) == {}
    assert outcomes(owned) == {("ops", "unknown"): 1}
    assert hook.heard == []


def test_a_bug_on_the_way_is_loud_and_the_letter_is_not_sent_again(
    owned: Desk, figures: Answers, hook: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(owned, CHAT, check=replace(LOW, units=("T1",)))
    evaluated(owned, figures)
    monkeypatch.setattr(Chats, "deliver", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send_due(owned, post(None, hook), NOW)
    monkeypatch.undo()
    assert send_due(owned, post(None, hook), LATER) == {}
    assert outcomes(owned) == {("ops", "unknown"): 1}


def test_an_alert_that_is_over_can_fire_again(owned: Desk, figures: Answers) -> None:
    number = owned.add_rule(Draft("Old figures", Stale()), by="may", now=NOW)
    much_later = NOW + timedelta(days=3)
    assert evaluated(owned, figures, much_later) == (1, 0)
    assert evaluated(owned, figures) == (0, 1)
    assert evaluated(owned, figures, much_later) == (1, 0)
    assert [one.rule.id for one in owned.past_firings()] == [number]


CONFIG = """
alerts:
  destinations: {{ops: "{address}"}}
  mail_domains: [example.org]
server: {{address: https://desk.example.org/}}
smtp: {{host: 127.0.0.1, port: {port}, security: none}}
"""


def test_the_job_does_all_of_it_and_tells(
    house: House,
    sink: tuple[Sink, Smtp],  # noqa: F811
    hook: Gateway,
) -> None:
    text = CONFIG.format(address=hook.address, port=sink[1].port)
    (house.folder / "config.yaml").write_text(text, encoding="utf-8")
    with closing(open_desk(f"sqlite:///{house.folder}/var/desk.db")) as desk:
        desk.add_person("may", "manager", EVERYTHING, password=PASSWORD, by="test", now=NOW)
        number = rule(desk, MAIL, CHAT, check=replace(LOW, units=("", "T1", "T9")))
        first = house.run("jobs", "run", "alerts")
        assert first.stdout.strip() == "Rules: 1, fired: 2, over: 0. Letters: 4 sent."
        assert house.run("jobs", "run", "alerts").stdout.strip() == "Rules: 1, fired: 0, over: 0."
        run = desk.last_run("alerts")
        assert run is not None
        assert run.result is not None
        assert run.result["silent"] == {str(number): {"T9": "scope"}}
    assert len(sink[0].kept) == len(hook.heard) == 2
    assert "alerts" in house.run("jobs").stdout


def test_a_house_without_alerts_has_no_such_job(house: House) -> None:
    text = "alerts: {enabled: false}"
    (house.folder / "config.yaml").write_text(text, encoding="utf-8")
    assert "alerts" not in house.run("jobs").stdout


def test_before_the_first_refresh_there_is_nothing_to_tell(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.run("jobs", "run", "alerts").stdout.strip() == "Rules: 0, fired: 0, over: 0."
