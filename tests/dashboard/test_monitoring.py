"""/readyz, /metrics and the id of each request, with a monitor that is handed in."""

import logging
import re
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.gate import Gate
from dashboard.monitoring import Check
from dashboard.requests import current_id, watch_requests
from queries.rights import OPERATOR
from tests.dashboard.figures import NOW, Given

GOOD = Check("source", True, "answers")


@dataclass
class Told:
    """A monitor that says what it is told."""

    given: list[Check] = field(default_factory=lambda: [GOOD])
    noted: list[tuple[str, int]] = field(default_factory=list)

    def checks(self) -> list[Check]:
        return self.given

    def answered(self, route: str, status: int, seconds: float) -> None:
        assert 0 <= seconds < 60
        self.noted.append((route, status))

    def metrics(self, accept: str) -> tuple[bytes, str]:
        return f"asked for {accept}".encode(), "text/plain; version=0.0.4; charset=utf-8"


@pytest.fixture
def monitor() -> Told:
    return Told()


@pytest.fixture
def client(monitor: Told) -> FlaskClient:
    app = create_app(Given(), gate=Gate(OPERATOR, lambda: NOW), monitor=monitor)  # type: ignore[arg-type]
    return app.server.test_client()


def test_a_service_that_is_ready_says_so_check_by_check(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ready", "checks": {"source": {"status": "ok", "words": "answers"}},
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_failed_check_makes_it_not_ready(
    client: FlaskClient, monitor: Told, caplog: pytest.LogCaptureFixture
) -> None:
    monitor.given = [GOOD, Check("desk", False, "does not answer")]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not ready"
    assert answer.get_json()["checks"]["desk"]["status"] == "failed"
    # Whoever asks every few seconds knows already.
    assert caplog.text == ""


def test_metrics_are_given_as_they_are_asked_for(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.data == b"asked for application/openmetrics-text"
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"


def test_without_a_monitor_neither_answers_as_if_there_were_one() -> None:
    app = create_app(Given(), gate=Gate(OPERATOR, lambda: NOW))  # type: ignore[arg-type]
    answer = app.server.test_client().get("/readyz")
    assert "text/html" in answer.content_type


def test_requests_are_counted_by_route_and_never_by_address(
    client: FlaskClient, monitor: Told
) -> None:
    client.get("/teams?agent=A1")
    client.get("/export/teams/ann-lee.csv")
    client.get("/export/teams/ann-lee")
    client.get("/healthz")
    client.delete("/whatever/ann")
    assert monitor.noted == [
        ("/<path:path>", 200),
        ("/export/<page>/<file>", 404),
        ("/export/<page>/<file>", 404),
        ("/healthz", 200),
        ("none", 405),
    ]


@pytest.mark.parametrize("given", ["abc", "0af7651916cd43dd8448eb211c80319c", "a.b_c-1"])
def test_a_sane_id_of_the_proxy_is_taken_over(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "ann@example.org", "x" * 65, '"},{"level":"error'])
def test_any_other_is_replaced(client: FlaskClient, given: str) -> None:
    made = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", made)
    assert made != client.get("/healthz").headers["X-Request-ID"]


def test_outside_of_requests_there_is_no_id() -> None:
    assert current_id() is None


def test_a_request_that_failed_is_a_line_by_its_route(
    client: FlaskClient, monitor: Told, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(accept: str) -> tuple[bytes, str]:
        raise ZeroDivisionError

    monitor.metrics = fail  # type: ignore[method-assign]
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR, "arrears.requests"):
        answer = client.get("/metrics?name=ann")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"]
    assert (
        "arrears.requests",
        logging.ERROR,
        "GET /metrics failed with 500",
    ) in caplog.record_tuples
    assert monitor.noted == [("/metrics", 500)]


def test_an_answer_comes_out_where_something_failed_before_the_id_was_given() -> None:
    server = Flask("t")

    @server.before_request
    def refuse() -> str:
        return "closed"

    watch_requests(server, None)
    answer = server.test_client().get("/")
    assert answer.data == b"closed"
    assert "X-Request-ID" not in answer.headers
