"""The contract check lists everything at once, with the cure."""

import pytest
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source import Difference, SourceSpec, TableMapping, differences
from tests.queries.source.conftest import KINDS, MARIADB, TODAY, MakeDatabase
from tests.support.case_database import (
    a_case,
    a_contact,
    a_payment,
    an_assignment,
)


def found(spec: SourceSpec, *severities: str) -> list[Difference]:
    return [d for d in differences(spec, Definitions(), TODAY) if d.severity in severities]


def named(listed: list[Difference]) -> set[tuple[str, str | None]]:
    return {(difference.table, difference.column) for difference in listed}


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_by_the_contract_has_no_errors(make_database: MakeDatabase, kind: str) -> None:
    tables = {"cases": [a_case()], "payments": [a_payment()], "contacts": [a_contact()]}
    listed = differences(SourceSpec(make_database(kind, tables)), Definitions(), TODAY)
    assert [d for d in listed if d.severity != "info"] == []
    hidden = next(d for d in listed if d.table == "snapshots")
    assert "optional table" in hidden.expected
    (zone,) = (d for d in listed if "Asia/Shanghai" in d.problem)
    assert zone.table == ""
    for column in ("payments.paid_at", "contacts.contacted_at"):
        assert column in zone.problem


@pytest.mark.parametrize("kind", KINDS)
def test_everything_wrong_is_listed_with_values_keys_and_cures(
    make_database: MakeDatabase, kind: str
) -> None:
    good = [a_contact(f"G{n}") for n in range(30)]
    tables = {
        "cases": [a_case()],
        "payments": [a_payment("P1", amount="¥5"), a_payment("P2"), a_payment("P2")],
        "contacts": [*good, a_contact("N1", channel="fax"), a_contact("N2", channel="fax")],
        "assignments": [an_assignment(from_at="gestern")],
    }
    mappings = {
        "promises": TableMapping(table="pledges"),
        "agents": TableMapping(columns={"level": "grade", "nme": "x"}),
        "contacts": TableMapping(codes={"outcome": {"9": "yodelled"}}),
        "plans": TableMapping(select="SELECT nothing FROM nowhere"),
        "invoices": TableMapping(),
    }
    listed = differences(SourceSpec(make_database(kind, tables), mappings), Definitions(), TODAY)
    assert [d.severity for d in listed] == sorted(
        (d.severity for d in listed), key=["error", "warning", "info"].index
    )
    errors = [d for d in listed if d.severity == "error"]
    assert named(errors) == {
        ("promises", None),
        ("agents", "nme"),
        ("contacts", "outcome"),
        ("plans", None),
        ("invoices", None),
        ("payments", "amount"),
        ("payments", None),
        ("assignments", "from_at"),
        ("assignments", None),
    }
    text = "\n".join(f"{d.problem} {d.expected} {d.cure}" for d in listed)
    for part in (
        "There is no table pledges",
        "yodelled",
        "1 values cannot be read as money: '¥5' (1)",
        "1 of 3 rows are set aside as no_number, for example P1",
        "1 of 3 rows are set aside as repeated_key, for example P2",
        "gestern",
    ):
        assert part in text
    warnings = [d for d in listed if d.severity == "warning"]
    assert named(warnings) == {("contacts", "channel"), ("contacts", None)}
    assert "'fax' (2)" in warnings[0].problem + warnings[1].problem
    assert "source.tables.contacts.codes.channel" in text
    assert ("agents", "level") in named([d for d in listed if d.severity == "info"])


def test_mixed_zones_in_a_column_are_told(make_database: MakeDatabase) -> None:
    payments = [a_payment("P1"), a_payment("P2", paid_at="2024-03-05T10:00:00Z ")]
    payments[1]["paid_at"] = "2024-03-05T10:00:00Z"
    spec = SourceSpec(make_database("csv", {"cases": [a_case()], "payments": payments}))
    zones = [d.problem for d in found(spec, "info") if "Asia/Shanghai" in d.problem]
    assert zones == [
        "1 of 2 moments in payments.paid_at name a zone; the others are read as Asia/Shanghai."
    ]


def test_change_stamps_that_say_nothing_are_told_and_cost_no_rows(
    make_database: MakeDatabase,
) -> None:
    stamps = ("soon", "1970-01-01", "2024-03-05 10:00", "")
    payments = [a_payment(f"P{n}", updated_at=stamp) for n, stamp in enumerate(stamps)]
    spec = SourceSpec(make_database("csv", {"cases": [a_case()], "payments": payments}))
    assert found(spec, "error", "warning") == []
    (told,) = (d for d in found(spec, "info") if d.column == "updated_at" and "count" in d.problem)
    assert told.problem.startswith("2 stamps count as empty: '1970-01-01 00:00:00' (1), 'soon'")
    assert "every refresh reads" in told.cure


@pytest.mark.parametrize("kind", ["sqlite", "postgres", MARIADB])
def test_missing_indexes_are_advised(make_database: MakeDatabase, kind: str) -> None:
    url = make_database(kind, {"cases": [a_case()]})
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX a ON payments (updated_at)")
    engine.dispose()
    advised = {(d.table, d.column) for d in found(SourceSpec(url), "info") if "index" in d.problem}
    assert ("payments", "case_id") in advised
    assert ("payments", "updated_at") not in advised
    assert ("contacts", "updated_at") in advised
    # Whether a changed row has a twin is asked by its key.
    assert ("payments", "payment_id") in advised


def test_columns_without_which_a_refresh_reads_everything_are_named(
    make_database: MakeDatabase,
) -> None:
    mapping = TableMapping(select="SELECT * EXCLUDE (updated_at) FROM contacts")
    spec = SourceSpec(make_database("duckdb", {"cases": [a_case()]}), {"contacts": mapping})
    told = next(d for d in found(spec, "info") if (d.table, d.column) == ("contacts", "updated_at"))
    assert "every refresh reads the whole table" in told.problem


def test_a_database_that_does_not_open_is_no_list() -> None:
    with pytest.raises(UserError):
        differences(SourceSpec("duckdb:///nowhere.duckdb"), Definitions(), TODAY)
