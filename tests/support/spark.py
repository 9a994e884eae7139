"""A Spark cluster of the tests' own: a master, two workers and Spark Connect, all on 127.0.0.1.

It runs from the package that `make spark` unpacks into .venv-spark, and writes to nothing but a
folder of its own, which is thrown away afterwards.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.postgres import dying_with_the_tests

HOME = Path(__file__).parents[2] / ".venv-spark" / "cluster" / "pyspark"
WORKERS = 2
# What starts fast counts here, not what runs fast for hours.
_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"
_OPTIONS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "900m",
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.memory": "600m",
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    "spark.ui.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # Its zone is nobody's, as with the other servers.
    "spark.sql.session.timeZone": "Pacific/Marquesas",
    # Hundreds of statements over a handful of rows: Java made for each of them would cost most.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@dataclass
class Cluster:
    """A running cluster; `kill_worker` may be called once before `mend`."""

    folder: Path
    master: str = ""
    port: int = 0
    started: list[subprocess.Popen] = field(default_factory=list)
    workers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"sc://127.0.0.1:{self.port}"

    def new_database(self) -> str:
        """The URL of a schema of its own, not yet there."""
        return f"{self.address}/t_{secrets.token_hex(6)}"

    def start(self) -> None:
        port = self._run("Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0",
                         found=r"Starting Spark master at spark://127.0.0.1:(\d+)")  # fmt: skip
        self.master = f"spark://127.0.0.1:{port}"
        for _ in range(WORKERS):
            self.start_worker()
        warehouse = {"spark.sql.warehouse.dir": str(self.folder / "warehouse")}
        options = [f"--conf={k}={v}" for k, v in {**_OPTIONS, **warehouse}.items()]
        self.port = int(
            self._spawn(
                "connect",
                [str(HOME / "bin" / "spark-submit"), f"--master={self.master}", *options,
                 "--class=org.apache.spark.sql.connect.service.SparkConnectServer",
                 "spark-internal"],
                found=r"Spark Connect server started at: .*?:(\d+)",
            )
        )  # fmt: skip

    def start_worker(self) -> None:
        self._run("Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "700m",
                  "--webui-port", "0", self.master, found="(Successfully registered)")  # fmt: skip
        self.workers.append(self.started[-1])

    def kill_worker(self) -> None:
        """As a machine that loses its power: the worker, and with it its executor."""
        worker = self.workers.pop(0)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(30)

    def mend(self) -> None:
        while len(self.workers) < WORKERS:
            self.start_worker()

    def stop(self) -> None:
        for process in reversed(self.started):
            with contextlib.suppress(ProcessLookupError):  # killed before
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.started:
            process.wait(30)

    def _run(self, part: str, *options: str, found: str) -> str:
        program = f"org.apache.spark.deploy.{part.lower()}.{part}"
        return self._spawn(part, [str(HOME / "bin" / "spark-class"), program, *options], found)

    def _spawn(self, name: str, command: Sequence[str], found: str) -> str:
        """Start it and wait until its log says that it is up; gives what was found there."""
        log = self.folder / f"{name}-{len(self.started)}.log"
        kept = {name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*dying_with_the_tests("KILL"), *command], cwd=self.folder, stdout=output,
                stderr=output, start_new_session=True,
                env={**kept, "HOME": str(self.folder), "SPARK_HOME": str(HOME),
                     "SPARK_CONF_DIR": str(self.folder), "SPARK_LOCAL_IP": "127.0.0.1",
                     "SPARK_LOCAL_DIRS": str(self.folder / "local"),
                     "SPARK_WORKER_DIR": str(self.folder / "work"),
                     **_DAEMON.get(name, {})},
            )  # fmt: skip
        self.started.append(process)
        deadline = time.monotonic() + 180
        while process.poll() is None and time.monotonic() < deadline:
            if match := re.search(found, log.read_text(errors="replace")):
                return match[1]
            time.sleep(0.1)
        raise AssertionError(f"{name} of Spark did not come up: {log.read_text()[-3000:]}")


_SMALL = {
    "SPARK_DAEMON_MEMORY": "256m",
    "SPARK_DAEMON_JAVA_OPTS": f"{_JAVA} -Dspark.master.rest.enabled=false",
}
_DAEMON = {"Master": _SMALL, "Worker": _SMALL}


def session_of(url: str) -> Any:
    """A session of the tests' own, which may also write."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.remote("/".join(url.split("/")[:3])).create()


def run(url: str, *statements: str) -> None:
    """Run statements one after the other; plain names are those of the schema of the URL."""
    session, schema = session_of(url), url.rpartition("/")[2]
    try:
        session.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        session.catalog.setCurrentDatabase(schema)
        for statement in statements:
            session.sql(statement)
    finally:
        # One that is left open is let go at the end, for ten minutes where the server is gone.
        session.stop()


def make_tables(url: str, tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Make these tables of the schema of the URL, of files in `folder`."""
    run(url, *(_made(name, rows, folder) for name, rows in tables.items()))


def drop_schema(url: str) -> None:
    run(url, f"DROP SCHEMA {url.rpartition('/')[2]} CASCADE")


def _made(name: str, rows: pa.Table, folder: Path) -> str:
    columns = {quoted(field.name): _spark_type(field.type) for field in rows.schema}
    if not rows.num_rows:
        # Spark answers without asking a worker, a tenth of a second for each statement.
        listed = ", ".join(f"CAST(NULL AS {type_}) AS {c}" for c, type_ in columns.items())
        return f"CREATE VIEW {quoted(name)} AS SELECT {listed} WHERE FALSE"
    # Never the path of before: Spark remembers what lay there.
    place = folder / f"{name}-{secrets.token_hex(6)}"
    place.mkdir(parents=True)
    pq.write_table(rows, place / "rows.parquet")
    listed = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
    return f"CREATE TABLE {quoted(name)} ({listed}) USING parquet LOCATION '{place}'"


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _spark_type(type_: pa.DataType) -> str:
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP" if type_.tz else "TIMESTAMP_NTZ"
    if pa.types.is_decimal(type_):
        return f"DECIMAL({type_.precision}, {type_.scale})"
    return {"string": "STRING", "date32[day]": "DATE", "bool": "BOOLEAN", "double": "DOUBLE",
            "int64": "BIGINT", "int32": "INT"}[str(type_)]  # fmt: skip


@pytest.fixture(scope="session")
def spark_cluster() -> Iterator[Cluster]:
    """The cluster; skipped where Java, the package or its client is not there."""
    pytest.importorskip("pyspark.sql.connect", reason="the pyspark client is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    if not HOME.is_dir():
        pytest.skip("Spark is not installed; `make spark` does")
    folder = Path(tempfile.mkdtemp(prefix="arrears-spark-", dir="/tmp"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark_url(spark_cluster: Cluster) -> Callable[[], str]:
    """A function that gives the URL of a fresh schema."""
    return spark_cluster.new_database
