import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from queries import UserError
from queries.desk import open_desk
from service import serving
from service.configuration import read_settings
from service.settings import Settings
from tests.service.conftest import NOW, House


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settings_of(house: House, **environ: str) -> Settings:
    var = house.folder / "var"
    return read_settings(
        None,
        {
            "ARREARS_SOURCE__URL": f"duckdb:///{var}/demo/cases.duckdb",
            "ARREARS_STORE__FOLDER": f"{var}/figures",
            "ARREARS_DESK__URL": f"sqlite:///{var}/desk.db",
            "ARREARS_REPORTS__WEEKLY__FOLDER": f"{var}/outbox",
            "ARREARS_SERVER__PORT": str(free_port()),
            **environ,
        },
    )


def clock() -> datetime:
    return NOW


def while_served(settings: Settings, seen: Callable[[str], None], *, with_jobs: bool) -> None:
    """Serves in this thread; `seen` looks at it from another one, then SIGTERM ends the serving."""
    failed: list[BaseException] = []

    def look(address: str) -> None:
        try:
            seen(address)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def ready(address: str) -> None:
        threading.Thread(target=look, args=(address,)).start()

    serving.serve(settings, clock, with_jobs=with_jobs, ready=ready)
    assert failed == []


def test_pages_and_health_are_served_until_the_process_is_told_to_stop(
    read_only_house: House,
) -> None:
    answers = {}

    def seen(address: str) -> None:
        for path in ("/", "/healthz"):
            with urllib.request.urlopen(address + path, timeout=20) as response:
                answers[path] = response.status, response.read().decode(), response.headers

    before = signal.getsignal(signal.SIGTERM)
    while_served(settings_of(read_only_house), seen, with_jobs=False)
    assert answers["/"][0] == 200
    assert '"status":"ok"' in answers["/healthz"][1]
    assert "Server" not in answers["/"][2]
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(("proxies", "origin"), [("0", "127.0.0.1"), ("1", "192.0.2.77")])
def test_a_visitor_behind_known_proxies_is_told_apart(
    read_only_house: House, tmp_path: Path, proxies: str, origin: str
) -> None:
    desk_url = f"sqlite:///{tmp_path}/desk.db"
    settings = settings_of(
        read_only_house, ARREARS_SERVER__PROXIES=proxies, ARREARS_DESK__URL=desk_url
    )

    def seen(address: str) -> None:
        forwarded = {
            "X-Forwarded-For": "192.0.2.77", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "desk.example",
        }  # fmt: skip
        asked = urllib.request.Request(f"{address}/sign-in", headers=forwarded)
        with urllib.request.urlopen(asked, timeout=20) as form:
            (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form.read().decode())
            cookie = form.headers["Set-Cookie"].split(";")[0]
        filled = {"csrf_token": token, "name": "nobody", "password": "a guess"}
        asked = urllib.request.Request(
            f"{address}/sign-in",
            urllib.parse.urlencode(filled).encode(),
            {**forwarded, "Cookie": cookie},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=20)
        refused.value.close()

    while_served(settings, seen, with_jobs=False)
    desk = open_desk(desk_url)
    assert [deed.origin for deed in desk.deeds()] == [origin]
    desk.close()


def test_the_jobs_run_in_the_same_process(house: House) -> None:
    settings = settings_of(house, ARREARS_REPORTS__WEEKLY__AT="08:00")

    def seen(address: str) -> None:
        for _ in range(600):
            if list((house.folder / "var/outbox").glob("*.pdf")):
                return
            threading.Event().wait(0.05)
        raise AssertionError("the report that was due never left")

    while_served(settings, seen, with_jobs=True)
    desk = open_desk(settings.desk.url)
    outcomes = {run.job: run.outcome for run in desk.last_runs()}
    desk.close()
    # Stopping waits for what runs, so nothing is left without an end.
    assert outcomes["weekly_report"] == "done"
    assert "running" not in outcomes.values()


# Whatever plotly looks for among the modules that are imported (plotly/io/_json.py).
LOOKED_INTO = ("numpy", "pandas", "PIL.Image", "sage.all")
IMPORTED_LATE = f"""
import sys
from pathlib import Path
from queries import Answers
from queries.desk import open_desk
from service import clock, serving
from service.configuration import read_settings
from service.wiring import job_table, make_house

settings = read_settings(None, {{}})
desk = open_desk("sqlite:///desk.db")
jobs = job_table(settings, make_house(settings, desk, lambda: clock.now("UTC")))
answers = Answers(Path("figures"), settings.definitions())
serving.make_pages(settings, answers, lambda: clock.now("UTC"), desk, jobs)
served = set(sys.modules)
import queries.source.postgres, reports, service.mailing
import matplotlib.pyplot, pyarrow
print(*(set({LOOKED_INTO}) & set(sys.modules) - served))
"""


def test_no_job_imports_what_pages_look_into_while_they_are_served(tmp_path: Path) -> None:
    """A page would fail on a module that is half imported."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_LATE],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.split() == []


def test_a_port_that_is_taken_is_refused_by_name(read_only_house: House, tmp_path: Path) -> None:
    settings = settings_of(read_only_house)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.server.port))
        taken.listen()
        with pytest.raises(UserError, match=f"listen on 127.0.0.1:{settings.server.port}"):
            serving.serve(settings, clock, with_jobs=False, ready=lambda address: None)
