"""The settings of a sign-in service: what is said becomes what its people may do, and what cannot
be meant is refused with everything else that is wrong."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.openid import Grant, Service
from queries import UserError
from queries.desk import open_desk
from queries.rights import EVERYTHING, Scope
from service import serving
from service.configuration import read_settings
from service.settings import Settings
from service.sign_in_settings import OpenIdConnect
from service.wiring import make_answers

OPENID = """
sign_in:
  idle_minutes: 30
  openid:
    name: Example ID
    issuer: https://id.example.org/realms/desk/
    client_id: arrears
    client_secret: hush
    scopes: [openid, profile, groups]
    groups_claim: roles
    groups:
      admins: {role: administrator}
      north: {role: executive, departments: [North, South]}
      all: {role: manager, everything: true}
      leads: {role: lead, teams: [T1, " T2 ", T1]}
      collectors: {role: agent, agent_claim: employee_number}
"""


def read(tmp_path: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environ or {})


def chosen(settings: Settings) -> OpenIdConnect:
    assert settings.sign_in.openid is not None
    return settings.sign_in.openid


def refusal(tmp_path: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text, environ)
    return str(caught.value)


def test_what_is_said_becomes_a_service(tmp_path: Path) -> None:
    settings = read(tmp_path, OPENID)
    assert settings.sign_in.idle_minutes == 30
    service = serving.sign_in_service(chosen(settings))
    assert service == Service(
        name="Example ID",
        issuer="https://id.example.org/realms/desk/",
        client_id="arrears",
        client_secret="hush",
        groups={
            "admins": Grant("administrator", EVERYTHING),
            "north": Grant("executive", Scope("departments", ("North", "South"))),
            "all": Grant("manager", EVERYTHING),
            "leads": Grant("lead", Scope("teams", ("T1", "T2"))),
            "collectors": Grant("agent", Scope(), "employee_number"),
        },
        groups_claim="roles",
        scopes=("openid", "profile", "groups"),
    )
    # Their order decides.
    assert list(service.groups) == ["admins", "north", "all", "leads", "collectors"]
    assert "hush" not in repr(service) + repr(settings)


@pytest.mark.parametrize("empty", ["", "sign_in:\n", "sign_in:\n  openid:\n"])
def test_all_of_it_can_come_from_the_environment(tmp_path: Path, empty: str) -> None:
    assert read(tmp_path, empty).sign_in.openid is None
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    environ = {
        "ARREARS_SIGN_IN__OPENID__ISSUER": "http://127.0.0.1:9000",
        "ARREARS_SIGN_IN__OPENID__CLIENT_ID": "arrears",
        "ARREARS_SIGN_IN__OPENID__CLIENT_SECRET_FILE": str(secret),
        "ARREARS_SIGN_IN__OPENID__GROUPS": "{leads: {role: lead, teams: [T1]}}",
    }
    service = serving.sign_in_service(chosen(read(tmp_path, empty, environ)))
    assert (service.name, service.client_secret) == ("OpenID Connect", "hush")
    assert service.groups == {"leads": Grant("lead", Scope("teams", ("T1",)))}
    assert (service.groups_claim, service.name_claim) == ("groups", "preferred_username")
    assert service.scopes == ("openid", "profile")


def openid(**changed: str) -> str:
    """An honest one but for what is changed; what is changed to nothing is left out."""
    said = {
        "issuer": "https://id.example.org", "client_id": "arrears", "client_secret": "hush",
        "groups": "{leads: {role: lead, teams: [T1]}}", **changed,
    }  # fmt: skip
    lines = [f"    {name}: {value}" for name, value in said.items() if value]
    return "\n".join(["sign_in:", "  openid:", *lines])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"issuer": ""}, "sign_in.openid.issuer: missing"),
        ({"client_secret": ""}, "sign_in.openid.client_secret: missing"),
        ({"groups": ""}, "sign_in.openid.groups: missing"),
        ({"groups": "{}"}, "sign_in.openid.groups: expected"),
        ({"scope": "[openid]"}, "openid.scope: no such setting; did you mean 'scopes'?"),
        ({"scopes": "[profile]"}, "expected a list that holds openid"),
        ({"issuer": "http://id.example.org"}, "expected the https address"),
        ({"issuer": "id.example.org"}, "expected the https address"),
        ({"issuer": "https://"}, "expected the https address"),
        ({"issuer": "https://me:hush@id.example.org"}, "expected the https address"),
        ({"issuer": "https://id.example.org?x=1"}, "expected the https address"),
        ({"issuer": '"https://[x"'}, "expected the https address"),
        ({"issuer": "https://id.example.org/.well-known/openid-configuration"}, "without /.well-"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_place(
    tmp_path: Path, changed: dict[str, str], expected: str
) -> None:
    told = refusal(tmp_path, openid(**changed))
    assert expected in told
    assert "hush" not in told


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("{role: boss}", "groups.g.role: given 'boss', expected 'administrator', 'executive'"),
        ("{teams: [T1]}", "groups.g.role: missing"),
        ("{role: lead}", "expected one of teams (The role lead cannot have the scope 'everything'"),
        ("{role: lead, teams: []}", "expected one key or more (The scope teams has 0 keys)"),
        ("{role: manager, teams: []}", "expected one key or more (The scope teams has 0 keys)"),
        ("{role: manager, teams: }", "groups.g.teams: given None"),
        ("{role: manager, teams: [1]}", "groups.g.teams.0: given 1, expected a valid string"),
        ("{role: manager, everything: false}", "not everything: false alone"),
        ("{role: manager, everything: true, teams: [T1]}", "not everything and teams"),
        ("{role: manager, teams: [T1], departments: [N]}", "not teams and departments"),
        ("{role: administrator, teams: [T1]}", "expected one of everything (The role"),
        ("{role: executive, teams: [T1]}", "expected one of everything, departments (The role"),
        ("{role: agent}", "expected one of agent_claim (The role agent"),
        ("{role: agent, agent_claim: ''}", "groups.g.agent_claim: given ''"),
        ("{role: lead, agent_claim: number}", "expected one of teams (The role lead"),
        ("{role: lead, team: [T1]}", "groups.g.team: no such setting; did you mean 'teams'?"),
    ],
)
def test_a_role_and_a_scope_that_do_not_fit_are_refused(
    tmp_path: Path, group: str, expected: str
) -> None:
    assert expected in refusal(tmp_path, openid(groups=f"{{g: {group}}}"))


def test_it_is_told_with_everything_else_that_is_wrong(tmp_path: Path) -> None:
    text = openid(groups="{a: {role: lead}, b: {role: boss}}", issuer="x") + "\nserver: {port: 0}"
    told = refusal(tmp_path, text, {"ARREARS_SIGN_IN__OPENID__CLIENT_SECRET": ""})
    assert "5 problems" in told
    assert (
        "openid.client_secret (from ARREARS_SIGN_IN__OPENID__CLIENT_SECRET): given a value" in told
    )


def test_a_secret_of_a_wrong_form_is_not_repeated(tmp_path: Path) -> None:
    assert "hush" not in refusal(tmp_path, openid(client_secret="[hush]"))


def test_the_pages_offer_the_service(tmp_path: Path) -> None:
    settings = read(tmp_path, OPENID, {"ARREARS_STORE__FOLDER": str(tmp_path)})
    with (
        closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk,
        closing(make_answers(settings)) as answers,
    ):
        clock = lambda: datetime(2026, 11, 23, tzinfo=UTC)  # noqa: E731
        pages = serving.make_pages(settings, answers, clock, desk, ())
        form = pages.test_client().get("/sign-in").get_data(as_text=True)
    assert "Sign in with Example ID" in form
