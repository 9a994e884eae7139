"""Who gets which report, with whose figures, and who gets nothing and why."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from queries import Answers, Period, UserError
from queries.desk import Delivery, Desk
from queries.desk.deliveries import Addressee
from queries.desk.editions import Issue
from queries.rights import EVERYTHING, RIGHTS, ROLES, Person, Role, Scope, right_to
from reports import REPORTS, Reader
from service.recipient_settings import Locale
from service.recipients import StillAllowed, make_readers, wishes
from service.report_settings import Report
from service.settings import Settings
from tests.dashboard.personas import NOW, PASSWORD
from tests.support.editions import keep

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
LATER = NOW + timedelta(hours=1)
T1, T1_T2 = Scope("teams", ("T1",)), Scope("teams", ("T1", "T2"))
ANN = "ann@example.org"
DISABLED = "their account is disabled"


def settings(*recipients: object, **weekly: object) -> Settings:
    return Settings.model_validate({
        "smtp": {"host": "127.0.0.1"},
        "reports": {"weekly": {"folder": "out", "recipients": list(recipients), **weekly}},
    })  # fmt: skip


def chosen(*recipients: object) -> Report:
    return settings(*recipients).reports.weekly


def add(
    desk: Desk, name: str, role: Role = "manager", scope: Scope = EVERYTHING, mail: str = ""
) -> Person:
    desk.add_person(name, role, scope, password=PASSWORD, by="test", now=NOW, mail=mail)
    return desk.account(name).person


def subscribed(desk: Desk, name: str, scope: Scope = EVERYTHING, locale: str = "en") -> Person:
    """A manager who has subscribed, at name@example.org."""
    person = add(desk, name, "manager", scope, f"{name}@example.org")
    desk.subscribe(person, "weekly", locale, now=NOW)
    return person


def readers(desk: Desk, figures: Answers, made: Settings, name: str = "weekly") -> list[Reader]:
    return make_readers(made, desk, name, made.reports.weekly, figures)


def mailed(desk: Desk, figures: Answers, *recipients: object) -> dict[str, tuple[Scope, str]]:
    """Scope and reason against it by address."""
    found = readers(desk, figures, settings(*recipients))
    return {one.address: (one.scope, one.withheld) for one in found if one.channel == "smtp"}


def test_every_report_is_a_right_and_every_locale_is_one_of_the_settings() -> None:
    assert {right_to(name) for name in REPORTS} <= set(RIGHTS)
    assert get_args(Locale) == ("en", "zh_Hans_CN")


def test_folders_drops_addresses_and_subscribers_get_it_each_in_their_way(
    desk: Desk, figures: Answers
) -> None:
    subscribed(desk, "ann", T1_T2, "zh_Hans_CN")
    limited = {"address": "Bo <bo@example.org>", "scope": {"teams": ["T2"]}}
    drop = {"host": "drop", "path": "/in", "username": "u", "password": "p",
            "host_key": "SHA256:" + "x" * 43}  # fmt: skip
    made = settings("cy@example.org", limited, locales=["zh_Hans_CN", "en"], sftp=drop)
    assert readers(desk, figures, made) == [
        Reader("out (zh-Hans)", "folder", "zh_Hans_CN", EVERYTHING),
        Reader("sftp://u@drop:22//in (zh-Hans)", "sftp", "zh_Hans_CN", EVERYTHING),
        Reader("out (en)", "folder", "en", EVERYTHING),
        Reader("sftp://u@drop:22//in (en)", "sftp", "en", EVERYTHING),
        Reader("ann@example.org", "smtp", "zh_Hans_CN", T1_T2),
        Reader("cy@example.org", "smtp", "zh_Hans_CN", EVERYTHING),
        Reader("Bo <bo@example.org>", "smtp", "zh_Hans_CN", Scope("teams", ("T2",))),
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"active": False}, DISABLED),
        ({"standing": ("lead", T1)}, "the role lead may not receive it"),
        ({"standing": ("agent", Scope("agent", ("A001",)))}, "the role agent may not receive it"),
        ({"standing": ("manager", Scope("teams", ("T9",)))}, "the figures know none of the teams"),
        ({"standing": ("manager", Scope("departments", ("x",)))}, "none of the departments x"),
        ({"active": False, "mail": ""}, DISABLED),
    ],
)
def test_a_subscriber_who_may_not_have_it_gets_nothing_and_is_told_why(
    desk: Desk, figures: Answers, change: dict[str, Any], told: str
) -> None:
    subscribed(desk, "ann")
    desk.change_person("ann", by="test", now=LATER, **change)
    # Not even where the configuration would give them everything.
    ((_, (_, reason)),) = mailed(desk, figures, *[] if "mail" in change else [ANN]).items()
    assert told in reason


def test_who_has_no_address_is_told_by_name(desk: Desk, figures: Answers) -> None:
    subscribed(desk, "ann")
    desk.change_person("ann", by="test", now=LATER, mail="")
    # A name that looks like an address of the configuration is none.
    desk.subscribe(add(desk, "Bo <cy@example.org>"), "weekly", "en", now=NOW)
    nothing = (EVERYTHING, "they have no mail address here")
    assert mailed(desk, figures, "cy@example.org") == {
        "ann": nothing, "Bo <cy at example.org>": nothing, "cy@example.org": (EVERYTHING, ""),
    }  # fmt: skip


def test_an_address_that_is_configured_and_subscribed_gets_its_own_figures_once(
    desk: Desk, figures: Answers
) -> None:
    ann = subscribed(desk, "ann", T1)
    twice = [f"Ann <{ANN.upper()}>", ANN, "cy@example.org", "CY@example.org"]
    assert mailed(desk, figures, *twice) == {
        ANN: (T1, ""), "cy@example.org": (EVERYTHING, ""),
    }  # fmt: skip
    # To unsubscribe does not bring the wider one.
    desk.unsubscribe(ann, "weekly", now=LATER)
    assert mailed(desk, figures, ANN) == {ANN: (EVERYTHING, "they have unsubscribed")}
    desk.want_again("weekly", ANN, now=LATER, by="test")
    assert mailed(desk, figures, ANN) == {ANN: (EVERYTHING, "")}


def test_an_address_that_has_declined_gets_nothing_of_that_report(
    desk: Desk, figures: Answers
) -> None:
    desk.decline("weekly", ANN, now=NOW)
    desk.decline("daily", "cy@example.org", now=NOW)
    found = mailed(desk, figures, ANN, "cy@example.org")
    assert [reason for _, reason in found.values()] == ["they have unsubscribed", ""]


def test_a_scope_of_the_configuration_that_nobody_knows_gives_nothing(
    desk: Desk, figures: Answers
) -> None:
    gone = {"address": ANN, "scope": {"teams": ["T9"]}}
    partly = {"address": "cy@example.org", "scope": {"teams": ["T9", "T1"]}}
    found = mailed(desk, figures, gone, partly)
    assert [bool(reason) for _, reason in found.values()] == [True, False]


def test_without_a_mail_server_subscribers_are_told_and_folders_are_written(
    desk: Desk, figures: Answers
) -> None:
    subscribed(desk, "ann")
    bare = Settings.model_validate({"reports": {"weekly": {"folder": "out"}}})
    folder, ann = readers(desk, figures, bare)
    assert (folder.channel, folder.withheld) == ("folder", "")
    assert "no mail server" in ann.withheld
    with pytest.raises(UserError, match="no mail server"):
        readers(desk, figures, settings(ANN).model_copy(update={"smtp": bare.smtp}))


def test_a_language_that_no_report_has_is_that_of_the_report(desk: Desk) -> None:
    ann = subscribed(desk, "ann")
    desk.subscribe(ann, "weekly", "xx", now=NOW)
    (wish,) = wishes(desk, "weekly", chosen())
    assert wish.locale == "en"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_by_mail_what_it_may_not_read(
    desk: Desk, figures: Answers, role: Role
) -> None:
    scopes = {"lead": T1, "agent": Scope("agent", ("A001",))}
    for report in ("weekly", "monthly", "team", "daily"):
        person = subscribed(desk, report)
        desk.change_person(report, by="test", now=NOW, standing=("administrator", EVERYTHING))
        desk.subscribe(desk.account(report).person, report, "en", now=NOW)
        standing = (role, scopes.get(role, EVERYTHING))
        desk.change_person(report, by="test", now=LATER, standing=standing)
        (wish,) = [one for one in wishes(desk, report, chosen()) if report in one.address]
        now = desk.account(report).person
        assert now.id == person.id
        assert bool(wish.against) is not now.may(right_to(report))
        assert wish.scope == now.scope


def waiting(desk: Desk, address: str, scope: Scope, report: str = "weekly") -> Delivery:
    keep(desk, WEEK, {address: "smtp"}, now=NOW, scope=scope, report=report)
    (delivery,) = desk.deliveries(recipient=address)
    return delivery


def objection(desk: Desk, figures: Answers, delivery: Delivery, *recipients: object) -> str:
    return StillAllowed(desk, figures, {"weekly": chosen(*recipients)})(delivery)


def test_what_waits_is_asked_for_again_before_it_leaves(desk: Desk, figures: Answers) -> None:
    subscribed(desk, "ann", T1_T2)
    delivery = waiting(desk, ANN, T1_T2)
    assert objection(desk, figures, delivery) == ""

    def after(**change: Any) -> str:
        desk.change_person("ann", by="test", now=LATER, **change)
        return objection(desk, figures, delivery)

    not_theirs = "they may not see these figures any more"
    assert after(standing=("manager", T1)) == not_theirs
    assert after(standing=("manager", Scope("teams", ("T2", "T1", "T3")))) == ""
    assert after(standing=("manager", EVERYTHING)) == ""
    assert after(standing=("lead", T1_T2)) == "the role lead may not receive it"
    assert after(standing=("manager", T1_T2), active=False) == DISABLED
    assert after(active=True) == ""
    assert after(mail="other@example.org") == "they are no recipient of this report any more"
    assert after(mail=ANN) == ""
    desk.decline("weekly", ANN, now=LATER)
    assert objection(desk, figures, delivery) == "they are no recipient of this report any more"
    assert objection(desk, figures, delivery, ANN) == "they have unsubscribed"


def test_a_department_holds_its_teams_of_today(desk: Desk, figures: Answers) -> None:
    (department,) = figures.within(T1).members("department")
    subscribed(desk, "ann", Scope("departments", (department,)))
    assert objection(desk, figures, waiting(desk, ANN, T1)) == ""
    subscribed(desk, "bo", T1)
    whole = waiting(desk, "bo@example.org", Scope("departments", (department,)))
    assert objection(desk, figures, whole) == "they may not see these figures any more"


def test_a_line_of_the_configuration_that_was_narrowed_counts_too(
    desk: Desk, figures: Answers
) -> None:
    delivery = waiting(desk, ANN, EVERYTHING)
    assert objection(desk, figures, delivery, f"Ann <{ANN}>") == ""
    narrow = {"address": ANN, "scope": {"teams": ["T1"]}}
    assert objection(desk, figures, delivery, narrow)
    assert objection(desk, figures, delivery)


def test_before_there_are_figures_the_same_teams_are_held(
    desk: Desk, figures: Answers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    subscribed(desk, "ann", T1_T2)
    empty = Answers(tmp_path_factory.mktemp("none"), figures.definitions)
    assert objection(desk, empty, waiting(desk, ANN, T1)) == ""
    empty.close()


def test_folders_are_nobody_and_reports_that_are_gone_have_no_recipients(
    desk: Desk, figures: Answers
) -> None:
    edition = keep(desk, WEEK, {"out (en)": "folder", ANN: "smtp"}, now=NOW, report="gone")
    assert edition.issue == Issue("gone", WEEK, EVERYTHING)
    folder, letter = sorted(desk.deliveries(), key=lambda one: one.channel)
    assert objection(desk, figures, folder) == ""
    assert objection(desk, figures, letter, ANN) == "they are no recipient of this report any more"


def test_the_reason_for_nothing_is_kept_and_kept_up_to_date(desk: Desk) -> None:
    place = ("weekly", WEEK, "", 1)
    for reason in ("one", "another"):
        desk.withhold(place, [Addressee(ANN, "smtp", "en", NOW, reason)], NOW)
    (row,) = desk.deliveries()
    assert (row.outcome, row.detail) == ("withheld", "another")
    waiting(desk, "cy@example.org", EVERYTHING)
    desk.withhold(place, [Addressee("cy@example.org", "smtp", "en", NOW, "no")], NOW)
    (row,) = desk.deliveries(recipient="cy@example.org")
    assert (row.outcome, row.detail) == ("waiting", "")
