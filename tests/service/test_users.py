"""Accounts from the terminal, what was done with them, and those of the demo."""

import csv
import io
from contextlib import closing

import pytest
from click.testing import Result

from queries import UserError
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING, Scope
from service.users import DEMO_PASSWORD, DEMO_PEOPLE, add_demo_people, require_own_people, welcome
from service.wiring import make_answers
from tests.service.conftest import NOW, House, told
from tests.service.test_serving import settings_of

SENTENCE = "four kites over a harbour"


@pytest.fixture
def bare(house: House) -> House:
    """A house with a password in a file."""
    (house.folder / "word.txt").write_text(f"{SENTENCE}\n", encoding="utf-8")
    return house


def add(house: House, *arguments: str) -> Result:
    return house.run("users", "add", *arguments, "--password-file", "word.txt")


def desk_of(house: House) -> Desk:
    return open_desk(f"sqlite:///{house.folder}/var/desk.db")


def test_a_person_is_added_listed_changed_and_let_in_no_more(bare: House) -> None:
    assert told(add(bare, "lead.north", "--role", "lead", "--team", "T1", "--team", "T2")) == [
        "lead.north can sign in as lead."
    ]
    with closing(desk_of(bare)) as desk:
        word = desk.sign_in("lead.north", SENTENCE, NOW, "192.0.2.1")
        assert isinstance(word, str)
    assert any("lead.north" in line and "teams T1, T2" in line for line in told(
        bare.run("users", "list")
    ))  # fmt: skip
    told(bare.run("users", "change", "lead.north", "--role", "agent", "--agent", "A001"))
    with closing(desk_of(bare)) as desk:
        assert desk.account("lead.north").person.scope == Scope("agent", ("A001",))
    told(bare.run("users", "disable", "lead.north"))
    with closing(desk_of(bare)) as desk:
        assert desk.sign_in("lead.north", SENTENCE, NOW, "192.0.2.1") is None
    told(bare.run("users", "enable", "lead.north"))
    (bare.folder / "word.txt").write_text("another sentence\n", encoding="utf-8")
    told(bare.run("users", "password", "lead.north", "--password-file", "word.txt"))
    with closing(desk_of(bare)) as desk:
        assert isinstance(desk.sign_in("lead.north", "another sentence", NOW, "192.0.2.1"), str)


def test_a_person_has_a_mail_address_for_reports(bare: House) -> None:
    told(add(bare, "ann", "--role", "manager", "--mail", "ann@example.org"))
    told(add(bare, "bo", "--role", "manager"))
    assert "ann@example.org" in "\n".join(told(bare.run("users", "list")))
    assert told(bare.run("users", "change", "bo", "--mail", " bo@example.org ")) == [
        "bo gets reports at bo@example.org."
    ]
    lead = ("users", "change", "bo", "--role", "lead", "--team", "T1", "--mail", "")
    assert told(bare.run(*lead)) == ["bo is lead now.", "bo has no mail address any more."]
    for wrong, words in (
        (("--mail", "not one"), "no mail address"),
        (("--mail", "ANN@example.org"), "somebody else"),
        ((), "Give --role"), (("--team", "T1", "--mail", "x@y.z"), "Give --role"),
    ):  # fmt: skip
        refused = bare.run("users", "change", "bo", *wrong)
        assert refused.exit_code == 2
        assert words in refused.stderr
    with closing(desk_of(bare)) as desk:
        assert [one.mail for one in desk.accounts()] == ["ann@example.org", ""]


def test_before_anybody_has_an_account_the_list_says_how_to_begin(bare: House) -> None:
    (line,) = told(bare.run("users", "list"))
    assert "arrears users add" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a", "--role", "lead"), "The scope teams has 0 keys"),
        (("a", "--role", "agent", "--team", "T1"), "cannot have the scope 'teams'"),
        (("a", "--role", "manager", "--team", "T1", "--agent", "A1"), "not several of them"),
        (("a", "--role", "boss"), "boss"),
        ((" ", "--role", "administrator"), "cannot be used"),
        (("x" * 81, "--role", "administrator"), "cannot be used"),
    ],
)
def test_what_does_not_go_together_is_refused(
    bare: House, arguments: tuple[str, ...], words: str
) -> None:
    refused = add(bare, *arguments)
    assert refused.exit_code == 2
    assert words in refused.stderr
    with closing(desk_of(bare)) as desk:
        assert desk.accounts() == []


def test_a_short_password_and_an_unknown_name_are_refused(bare: House) -> None:
    (bare.folder / "word.txt").write_text("short", encoding="utf-8")
    assert "10 to 200 characters" in add(bare, "a", "--role", "administrator").stderr
    for command in ("disable", "enable", "password"):
        refused = bare.run("users", command, "nobody")
        assert refused.exit_code == 2
        assert "There is nobody with the name 'nobody'" in refused.stderr


def test_the_audit_tells_who_did_what_and_no_cell_is_a_formula(bare: House) -> None:
    told(add(bare, "=1+1[bold]", "--role", "administrator"))
    told(bare.run("users", "disable", "=1+1[bold]"))
    table = "\n".join(told(bare.run("audit")))
    assert "=1+1[bold]" in table
    assert table.index("person changed") < table.index("person added")
    text = bare.run("audit", "--containing", "added", "--format", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["who"], row["what"]) == ("operator", "person added")
    assert row["subject"] == "'=1+1[bold]"
    assert bare.run("audit", "--since", "2026-11-24", "--format", "csv").stdout == ""


def test_the_demo_has_one_person_for_each_role_and_makes_them_once(house: House) -> None:
    settings = settings_of(house)
    with closing(desk_of(house)) as desk, closing(make_answers(settings)) as answers:
        for _ in range(2):
            add_demo_people(desk, answers, NOW)
        people = {one.person.name: one.person for one in desk.accounts()}
        assert {(name, one.role) for name, one in people.items()} == set(DEMO_PEOPLE)
        assert people["admin"].scope == EVERYTHING
        (team,) = people["lead"].scope.values
        (agent,) = people["agent"].scope.values
        assert agent in answers.within(Scope("teams", (team,))).members("agent")
        for name, _ in DEMO_PEOPLE:
            assert isinstance(desk.sign_in(name, DEMO_PASSWORD, NOW, "192.0.2.1"), str)
        # On the data of the demo they may be there, and the form says how to get in.
        demo = settings.model_copy(
            update={"source": settings.source.model_copy(update={"url": DEMO_URL})}
        )
        require_own_people(demo, desk)
        assert DEMO_PASSWORD in welcome(demo, desk).en
        assert DEMO_PASSWORD in welcome(demo, desk).zh


DEMO_URL = "duckdb:///var/demo/cases.duckdb"


def test_accounts_of_the_demo_are_refused_on_other_data(house: House) -> None:
    settings = settings_of(house)
    own = settings.model_copy(
        update={"source": settings.source.model_copy(update={"url": "duckdb:///own.duckdb"})}
    )
    with closing(desk_of(house)) as desk, closing(make_answers(settings)) as answers:
        assert "arrears users add" in welcome(own, desk).en
        require_own_people(own, desk)
        add_demo_people(desk, answers, NOW)
        with pytest.raises(UserError, match="accounts of the demo") as refused:
            require_own_people(own, desk)
        assert "arrears users disable" in refused.value.cure
        assert welcome(own, desk).en == ""
        for name, _ in DEMO_PEOPLE:
            desk.change_person(name, by="operator", now=NOW, active=False)
        require_own_people(own, desk)


def test_figures_can_be_asked_for_as_a_person_sees_them(bare: House) -> None:
    told(add(bare, "lead.north", "--role", "lead", "--team", "T2"))
    asked = ("figures", "--metric", "collected", "--by", "team", "--format", "csv")
    every = bare.run(*asked).stdout.splitlines()
    own = bare.run(*asked, "--as", "lead.north").stdout.splitlines()
    assert len(every) == 4
    assert own == [every[0], *(line for line in every[1:] if "T2" in line)]
    other = bare.run(*asked, "--as", "lead.north", "--where", "team=T1")
    assert "T1" not in other.stdout
    refused = bare.run(*asked, "--as", "nobody")
    assert refused.exit_code == 2
    assert "There is nobody with the name" in refused.stderr


def test_the_word_of_the_demo_opens_nothing_of_ones_own(bare: House) -> None:
    (bare.folder / "word.txt").write_text(DEMO_PASSWORD, encoding="utf-8")
    refused = add(bare, "a", "--role", "administrator")
    assert "the demo, which everybody knows" in refused.stderr
    with closing(desk_of(bare)) as desk:
        desk.add_person(
            "admin", "administrator", EVERYTHING,
            password=DEMO_PASSWORD, by="demo", now=NOW, made_for_demo=True,
        )  # fmt: skip
    told(bare.run("users", "disable", "admin"))
    own = {"ARREARS_SOURCE__URL": "duckdb:///own.duckdb"}
    assert "account of the demo" in bare.run("users", "enable", "admin", environ=own).stderr
    told(bare.run("users", "enable", "admin"))


def test_pages_on_other_addresses_need_a_proxy(house: House) -> None:
    with pytest.raises(UserError, match="passwords would travel in the clear"):
        settings_of(house, ARREARS_SERVER__HOST="0.0.0.0")
    behind = settings_of(house, ARREARS_SERVER__HOST="0.0.0.0", ARREARS_SERVER__PROXIES="1")
    assert behind.server.proxies == 1
    for here in ("127.0.0.1", "127.8.9.1", "::1", "localhost"):
        assert settings_of(house, ARREARS_SERVER__HOST=here).server.host == here
