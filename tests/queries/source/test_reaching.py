"""Whether the case database answers, asked without reading it."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from queries.errors import UserError
from queries.source import SourceSpec, reach


@pytest.mark.parametrize(
    "address", ["duckdb:///{}/cases", "sqlite:///{}/cases", "folder:///{}", "{}"]
)
def test_a_file_or_folder_that_is_there_is_reached(tmp_path: Path, address: str) -> None:
    (tmp_path / "cases").write_bytes(b"")
    reach(SourceSpec(address.format(tmp_path), {}))


@pytest.mark.parametrize(
    "address", ["duckdb:///{}/no", "sqlite:///{}/no", "folder:///{}/no", "{}/no"]
)
def test_one_that_is_not_there_is_told_with_its_path(tmp_path: Path, address: str) -> None:
    with pytest.raises(UserError, match=f"{tmp_path}/no is not there"):
        reach(SourceSpec(address.format(tmp_path), {}))


@pytest.mark.postgres
def test_a_server_that_answers_is_reached(postgres_url: Callable[[], str]) -> None:
    reach(SourceSpec(postgres_url(), {}))


@pytest.mark.parametrize("scheme", ["postgresql", "mysql+pymysql"])
def test_a_server_that_is_not_there_is_told_without_its_password(scheme: str) -> None:
    with pytest.raises(UserError, match=r"127\.0\.0\.1") as told:
        reach(SourceSpec(f"{scheme}://ann:secret@127.0.0.1:1/cases", {}))
    assert "secret" not in str(told.value)


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("queries.source.reaching._SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UserError, match="does not open"):
            reach(SourceSpec(f"postgresql://ann@127.0.0.1:{port}/cases", {}))
