"""A session of Spark Connect, in which nothing but SELECT is sent.

Imported only where a Spark cluster is read: the client is installed by choice.
"""

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pyarrow as pa
import sqlalchemy as sa
from pyspark.errors import AnalysisException, PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from queries.errors import UserError
from queries.source.spark_dialect import sql_of
from queries.source.undoing import unless_opened

EXPECTED = "sc://host:port, sc://host:port/catalog.schema or sc://host:port/;use_ssl=true;token=…"
# In one second: who cannot be reached by then is told so. Once the session is open, the client
# itself tries for ten minutes, as its makers say.
_TRIES_TO_OPEN = 3
# The last is what Spark says of a catalog that it does not know.
_NO_SUCH_TABLE = (
    "TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND",
    "REQUIRES_SINGLE_PART_NAMESPACE",
)  # fmt: skip


@dataclass(frozen=True)
class Address:
    """Where Spark Connect listens: `endpoint` is what may be told, `secrets` what may not."""

    endpoint: str
    connection: str
    namespace: str
    secrets: tuple[str, ...]


def address_of(url: str) -> Address:
    """From spark:// or sc://, host and port, perhaps a schema and the client's own options."""
    place, _, options = url.partition("://")[2].partition(";")
    authority, _, namespace = place.partition("/")
    endpoint = authority.rpartition("@")[2]
    if not endpoint or "/" in namespace:
        # The text of the URL is not repeated: a token may be anywhere in it.
        raise UserError("source.url is no URL of Spark Connect.", EXPECTED, "correct source.url")
    secrets = {text for option in options.split(";") for text in _forms(option.partition("=")[2])}
    return Address(
        endpoint,
        f"sc://{authority}/" + (f";{options}" if options else ""),
        unquote(namespace),
        tuple(sorted(secrets, key=len, reverse=True)),
    )


def _forms(value: str) -> tuple[str, ...]:
    return (value, unquote(value)) if len(value) > len("false") else ()


class NoSuchTable(Exception):  # noqa: N818 no error: most tables are optional
    """Raised by `columns` for a table that the cluster does not have."""


class Refused(Exception):  # noqa: N818 told as what is wrong with a query of the organisation
    """Raised by `columns` where Spark does not take the statement; says why."""


class SparkConnect:
    """An open session. It reads: every text that it sends was made from a SELECT."""

    def __init__(self, address: Address) -> None:
        self._address = address
        _tell_nothing_twice()
        with self._telling("does not open", "correct source.url, or start Spark Connect there"):
            self._session = SparkSession.builder.remote(address.connection).create()
            with unless_opened(self.close):
                self._enter(address.namespace)

    def _enter(self, namespace: str) -> None:
        patience = {
            policy: policy.max_retries for policy in self._session.client.get_retry_policies()
        }
        for policy in patience:
            policy.max_retries = _TRIES_TO_OPEN
        # In the zone of the session a query of the organisation reads texts as moments.
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        for policy, tries in patience.items():
            policy.max_retries = tries
        catalog, _, schema = namespace.rpartition(".")
        if catalog:
            self._session.catalog.setCurrentCatalog(catalog)
        if schema:
            self._session.catalog.setCurrentDatabase(schema)

    def columns(self, statement: sa.Select) -> dict[str, str]:
        """The names of the columns and their types as Spark writes them; no row is read.

        Raises NoSuchTable or Refused.
        """
        with self._telling("failed", "look at the cluster, then try again"):
            try:
                schema = self._session.sql(sql_of(statement)).schema
            except AnalysisException as error:
                if error.getCondition() in _NO_SUCH_TABLE:
                    raise NoSuchTable(self._said(error)) from error
                raise Refused(self._said(error)) from error
        return {field.name: field.dataType.simpleString() for field in schema.fields}

    def rows(self, statement: sa.Select) -> Iterator[pa.Table]:
        """The rows in batches of at most 4 MB, as the cluster makes them."""
        cure = "look at the cluster, then refresh again: it goes on where it stopped"
        with self._telling("failed while it was read", cure):
            frame = self._session.sql(sql_of(statement))
            client = self._session.client
            # What the client itself makes its iterator of Python rows of.
            plan = frame._plan.to_proto(client)
            for part in client.to_table_as_iterator(plan, frame._plan.observations):
                if isinstance(part, pa.Table):
                    yield part

    def close(self) -> None:
        self._session.stop()

    @contextlib.contextmanager
    def _telling(self, what: str, cure: str) -> Iterator[None]:
        """What Spark said, without what is secret in the URL."""
        try:
            yield
        except PySparkException as error:
            where = f"The case database on Spark at {self._address.endpoint}"
            raise UserError(
                f"{where} {what}: {self._said(error)}",
                "a running Spark Connect server that lets this user read its tables",
                cure,
            ) from error

    def _said(self, error: PySparkException) -> str:
        told = (error.getMessage() or str(error)).strip().partition("\n")[0]
        for secret in self._address.secrets:
            told = told.replace(secret, "***")
        return told


def _tell_nothing_twice() -> None:
    """Errors are told in our own words; the client would write them to the terminal too, with the
    stack of the server."""
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")
