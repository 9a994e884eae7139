"""`arrears serve` as an operator runs it, on the disk that can fill: started, killed and started
again; and the commands that are given beside it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.disk import Disk, children, kill, until_gone

CALL = "from service.cli import main; main()"
WORKERS = 2


@dataclass
class Service:
    """The service on a port of 127.0.0.1. Its words go to `log`, which does not lie on its disk, as
    those of a journal do not."""

    port: int
    log: Path
    environ: Mapping[str, str] = field(default_factory=dict, init=False)
    disk: Disk | None = field(default=None, init=False)
    process: subprocess.Popen | None = field(default=None, init=False)

    def settle(self, environ: Mapping[str, str], disk: Disk) -> None:
        """With these settings, on this disk."""
        self.environ, self.disk = environ, disk

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Starts it; answers with the seconds until it is healthy."""
        started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command("serve", "--workers", str(WORKERS)),
                env=self.environ, cwd=self.log.parent, stdout=log, stderr=log,
            )  # fmt: skip
        while time.monotonic() < started + 60:
            assert self.process.poll() is None, "the service ended at once"
            if self.healthy():
                return time.monotonic() - started
            time.sleep(0.05)
        raise AssertionError("the service did not come up")

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            urllib.request.urlopen(f"{self.address}/healthz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def processes(self) -> list[int]:
        """The parent first, then those that serve."""
        return children(self.process.pid) if self.process else []

    def kill_all(self) -> None:
        """Every process of it at once, as a machine that loses its power."""
        assert self.process is not None
        lost = self.processes()
        kill(lost, signal.SIGKILL)
        self.process.wait(10)
        until_gone(lost)

    def stop(self) -> int:
        """As a supervisor does; answers with the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(150)

    def close(self) -> None:
        """Whatever is left of it ends."""
        if self.process is not None and self.process.poll() is None:
            self.kill_all()

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess:
        """A command beside it, to its end."""
        return subprocess.run(
            self._command(*arguments), env=self.environ, cwd=self.log.parent,
            capture_output=True, text=True, check=False, timeout=seconds,
        )  # fmt: skip

    def _command(self, *arguments: str) -> list[str]:
        entering = self.disk.entering if self.disk else ()
        return [*entering, sys.executable, "-c", CALL, *arguments]


def environ_of(settings: Mapping[str, str], temporary: Path) -> dict[str, str]:
    """The environment of the service: nothing of Arrears but these settings; its temporary files
    lie on its disk too, for a machine has mostly one."""
    others = {name: v for name, v in os.environ.items() if not name.startswith("ARREARS_")}
    here = str(Path(__file__).parents[2])
    return {**others, "PYTHONPATH": here, "TMPDIR": str(temporary), **settings}
