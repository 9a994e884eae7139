"""`arrears report`: any pack, any period, as somebody, and again."""

from pathlib import Path

import pytest

from queries.rights import Scope
from service.door import WRONG
from tests.service.conftest import NOW, House, told
from tests.service.test_commands import desk_of


@pytest.mark.parametrize(
    ("name", "wanted", "stems"),
    [
        ("daily", "2026-11-21", {"arrears-daily-2026-11-22-en"}),
        ("monthly", "2026-09", {"arrears-monthly-2026-09-en"}),
    ],
)
def test_each_pack_is_previewed_for_any_of_its_periods(
    read_only_house: House, tmp_path: Path, name: str, wanted: str, stems: set[str]
) -> None:
    paths = told(
        read_only_house.run("report", "preview", name, "--for", wanted, "--to", str(tmp_path))
    )
    assert {Path(path).stem for path in paths} == stems


def test_a_preview_as_a_lead_is_of_their_team(house: House) -> None:
    desk = desk_of(house)
    desk.add_person(
        "ann", "lead", Scope("teams", ("T2",)), password="a long enough word", by="x", now=NOW
    )
    desk.close()
    paths = told(house.run("report", "preview", "team", "--as", "ann", "--for", "2026-W46"))
    assert {Path(path).name for path in paths} == {
        f"arrears-team-2026-W46-T2-en.{ending}" for ending in ("pdf", "xlsx", "html", "json")
    }


def test_an_agent_gets_no_pack_of_their_team(house: House) -> None:
    desk = desk_of(house)
    desk.add_person(
        "bob", "agent", Scope("agent", ("A1",)), password="a long enough word", by="x", now=NOW
    )
    desk.close()
    result = house.run("report", "preview", "team", "--as", "bob")
    assert result.exit_code == WRONG


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("2026-13", "is no period"), ("2026-10", "this report is of a week"), ("soon", "2026-W47")],
)
def test_what_is_no_period_is_refused(read_only_house: House, wanted: str, said: str) -> None:
    result = read_only_house.run("report", "preview", "weekly", "--for", wanted)
    assert result.exit_code == WRONG
    assert said in result.stderr


def test_a_corrected_edition_goes_to_everybody_once(house: House) -> None:
    assert told(house.run("report", "send", "daily"))[0].startswith("Sent to")
    again = told(house.run("report", "send", "daily", "--again", "late payments"))
    assert again[0].startswith("Sent to")
    assert "Everybody has it already" in told(house.run("report", "send", "daily"))[0]
    desk = desk_of(house)
    editions = desk.editions("daily")
    desk.close()
    assert [one.issue.number for one in editions] == [2, 1]
    names = {path.name for path in (house.folder / "var/outbox").glob("*.pdf")}
    assert names == {
        "arrears-daily-2026-11-22-en.pdf", "arrears-daily-2026-11-22-edition2-en.pdf",
    }  # fmt: skip


def test_all_packs_are_listed(read_only_house: House) -> None:
    lines = told(read_only_house.run("report", "list"))
    found = [line.split(":")[0] for line in lines if ":" in line and not line.startswith(" ")]
    assert {"weekly", "monthly", "team", "daily"} <= set(found)
