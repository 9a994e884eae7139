"""Every setting once: name, type, default, help. Read by service/configuration.py.

config.yaml and docs/settings.md are written from these classes (`make docs`), so the description
of a field is what an operator reads. Each field has an environment override, see
docs/settings.md. Nothing here opens a file or a connection.
"""

import itertools
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Literal

from babel.numbers import get_currency_precision
from pydantic import Field, SecretStr, field_validator, model_validator

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source.mapping import SourceSpec, TableMapping
from service.alert_settings import Alerts
from service.recipient_settings import Locale, Recipients, SftpDrop
from service.setting_types import (
    Address,
    Currency,
    PageAddress,
    Section,
    TableName,
    TimeOfDay,
    Zone,
    is_loopback,
    near,
)
from service.sign_in_settings import SignIn
from service.target_settings import Targets

DEMO_SOURCE = "duckdb:///var/demo/cases.duckdb"

# The demo shows its report in every language.
DEMO_LOCALES: tuple[Locale, ...] = ("en", "zh_Hans_CN")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class TableSettings(Section):
    """How one table of the contract is found in the case database."""

    table: str | None = Field(
        None, description="Name of the source table, with its schema where it needs one."
    )
    select: str | None = Field(
        None, description="A SELECT of your own that yields the rows; instead of `table`."
    )
    columns: dict[str, str] = Field(
        {}, description="Column of the contract → column of the source; others keep their names."
    )
    codes: dict[str, dict[str, str]] = Field(
        {},
        description="Per column of the contract: code of the source → code of the contract, "
        'such as channel: {"M": "sms"}.',
    )

    @field_validator("codes", mode="before")
    @classmethod
    def _numbers_are_codes_too(cls, value: object) -> object:
        """A source may use 1, 2, 3 as codes; YAML reads them as numbers."""
        if not isinstance(value, dict):
            return value
        return {
            column: {str(k) if type(k) is int else k: v for k, v in codes.items()}
            if isinstance(codes, dict)
            else codes
            for column, codes in value.items()
        }

    @model_validator(mode="after")
    def _one_of_two(self) -> "TableSettings":
        if self.table and self.select:
            raise ValueError("either `table` or `select`, not both")
        return self


def _check_table(name: str, mapping: TableSettings) -> list[str]:
    """What is wrong with the mapping of one table, each as a sentence."""
    columns = TABLES[name].by_name
    wrong = [
        f"{name}.{kind}: unknown column {column!r}{near(column, columns)}"
        for kind, names in (("columns", mapping.columns), ("codes", mapping.codes))
        for column in names
        if column not in columns
    ]
    for column, codes in mapping.codes.items():
        allowed = columns[column].codes if column in columns else ()
        wrong += [
            f"{name}.codes.{column}: {code!r} is none of {', '.join(allowed)}{near(code, allowed)}"
            for code in codes.values()
            if allowed and code not in (*allowed, "")
        ]
    return wrong


class Source(Section):
    """The case database: where it is and how its tables become those of the contract."""

    url: str = Field(
        DEMO_SOURCE,
        description="Address of the case database: duckdb:///file, sqlite:///file, "
        "postgresql+psycopg://user@host/name, mysql+pymysql://user@host/name, sc://host:port "
        "(Apache Spark, docs/scaling.md), or folder:///path of CSV or Parquet files. It is only "
        "ever read.",
    )
    tables: dict[TableName, TableSettings] = Field(
        {},
        description="How tables of the contract are found in the source: `table` or `select`, "
        "`columns`, `codes`. A table that is not named here is looked for under its own name.",
    )
    overlap_minutes: int = Field(
        10,
        ge=0,
        le=24 * 60,
        description="A refresh reads this many minutes again that the last one had read, for "
        "rows that were written late.",
    )

    @field_validator("url")
    @classmethod
    def _has_address(cls, url: str) -> str:
        if not url.strip():
            raise ValueError("the address of a database or the path of a folder")
        return url

    @field_validator("tables")
    @classmethod
    def _known_names(cls, tables: dict[str, TableSettings]) -> dict[str, TableSettings]:
        wrong = [line for name, table in tables.items() for line in _check_table(name, table)]
        if wrong:
            raise ValueError("names and codes of the contract (" + "; ".join(wrong) + ")")
        return tables


class Figures(Section):
    """What an organisation decides about its figures."""

    business_zone: Zone = Field(
        "Asia/Shanghai", description="Time zone in which days, weeks and schedules are taken."
    )
    source_zone: Zone = Field(
        "Asia/Shanghai", description="Time zone of timestamps that come without one."
    )
    currency: Currency = Field("CNY", description="Currency of all amounts, by ISO 4217.")
    bucket_edges: tuple[int, ...] = Field(
        (0, 30, 60, 90, 120, 150, 180),
        description="Last day past due of M0, M1, M2 and so on; rising, the first is 0.",
    )
    grace_days: int = Field(
        3, ge=0, le=30, description="Days after the due day in which a promise can still be kept."
    )
    kept_threshold: Decimal = Field(
        Decimal("0.95"),
        ge=Decimal("0.5"),
        le=1,
        description="Share of a promised amount that must be paid for the promise to be kept.",
    )
    stale_after_hours: int = Field(
        26, ge=1, le=24 * 31, description="Figures older than this are marked as stale."
    )
    complete_until: date | None = Field(
        None,
        description="Last whole day of a historic extract; empty: the figures follow the calendar.",
    )

    @field_validator("bucket_edges")
    @classmethod
    def _rising_from_zero(cls, edges: tuple[int, ...]) -> tuple[int, ...]:
        rising = all(one < other for one, other in itertools.pairwise(edges))
        if len(edges) < 2 or edges[0] != 0 or not rising:
            raise ValueError("two or more whole numbers, strictly rising from 0")
        return edges


class Store(Section):
    """The metrics store: derived, can be deleted and rebuilt at any time."""

    folder: Path = Field(Path("var/figures"), description="Folder of the figures.")
    keep_generations: int = Field(
        3, ge=2, le=50, description="Published generations that are kept on disk."
    )
    memory_mb: int = Field(
        2_000,
        ge=200,
        le=1_000_000,
        description="Memory that a refresh may hold, in MB; what does not fit goes to disk.",
    )


class Desk(Section):
    """What people make and nothing can recompute: editions, deliveries, runs of jobs."""

    url: str = Field(
        "sqlite:///var/desk.db",
        description="Database of the desk: sqlite:///file or postgresql+psycopg://user@host/name.",
    )


class Schedule(Section):
    """When jobs run; times are in the business time zone."""

    refresh_minutes: int = Field(
        15, ge=1, le=24 * 60, description="Minutes between two refreshes of the figures."
    )
    reconcile_at: TimeOfDay = Field(
        time(2, 30), description="When the figures are compared with the source every night."
    )


class Report(Section):
    """One scheduled report."""

    enabled: bool = Field(True, description="Whether the scheduler sends it.")
    day: Weekday = Field("monday", description="Day of the week on which it leaves.")
    at: TimeOfDay = Field(time(7, 30), description="When it leaves, business time.")
    locales: tuple[Locale, ...] = Field(
        ("en",), min_length=1, description="Languages in which it is written: en, zh_Hans_CN."
    )
    recipients: Recipients = Field(
        (),
        description="Mail addresses, each alone or as {address: …, locale: zh_Hans_CN, scope: "
        "{teams: [T1]}}, besides those who subscribe. Mail needs smtp.host; the folder always gets "
        "a copy.",
    )
    folder: Path = Field(Path("var/outbox"), description="Folder that gets a copy of each report.")
    sftp: SftpDrop | None = Field(
        None, description="A folder by SFTP that gets a copy besides; empty: none."
    )


class Reports(Section):
    """The scheduled reports."""

    weekly: Report = Field(Report(), description="The weekly report of the last whole week.")


class Smtp(Section):
    """The mail server."""

    host: str | None = Field(
        None, description="Name of the mail server; empty: reports go to their folder only."
    )
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="How the connection is protected: none, starttls or tls."
    )
    username: str | None = Field(None, description="Name to sign in with; empty: no sign-in.")
    password: SecretStr | None = Field(
        None,
        description="Password to sign in with. Keep it out of this file: "
        "set ARREARS_SMTP__PASSWORD, or ARREARS_SMTP__PASSWORD_FILE to a file that holds it.",
    )
    sender: Address = Field(
        "Arrears <arrears@localhost>", description="From whom the reports come."
    )

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> "Smtp":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password together, or neither")
        return self


class Branding(Section):
    """What marks pages and reports as those of your organisation."""

    name: str = Field(
        "Arrears", min_length=1, max_length=60, description="Name on pages and reports."
    )
    logo: Path | None = Field(None, description="Path of a logo (SVG or PNG); empty: none.")
    accent: str = Field(
        "#2f6f6b",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="Accent colour as #rrggbb.",
    )


class Server(Section):
    """Where the pages are served."""

    host: str = Field(
        "127.0.0.1",
        description="Address to listen on; 127.0.0.1 is this machine only. "
        "Any other address needs a proxy with TLS in front, see `proxies`.",
    )
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on.")
    threads: int = Field(8, ge=1, le=128, description="Requests that one process answers at once.")
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Processes that serve pages. One is enough for a team; take one per core for "
        "dozens of viewers at once.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="Proxies in front that are known to set X-Forwarded-For, -Proto and -Host. "
        "With one or more, pages are taken to come by https, and cookies never travel without it.",
    )

    address: PageAddress | None = Field(
        None,
        description="Address of the pages as people open them, such as "
        "https://arrears.example.org, for the links in letters; empty: letters have no links, so "
        "nobody can unsubscribe by them.",
    )

    @model_validator(mode="after")
    def _passwords_are_not_sent_in_the_clear(self) -> "Server":
        if not self.proxies and not is_loopback(self.host):
            raise ValueError(
                "an address of this machine only (127.0.0.1), or a proxy with TLS in front "
                "(server.proxies: 1): passwords would travel in the clear"
            )
        return self


class Log(Section):
    """What the running service writes to the error stream."""

    format: Literal["text", "json"] = Field(
        "text",
        description="text: a line for people; json: one object a line with time, level, logger, "
        "message and request_id. Neither holds addresses, names or query strings.",
    )


class Settings(Section):
    """Everything an operator can choose. Relative paths start where `arrears` is started."""

    source: Source = Field(Source(), description="The case database, read only.")
    figures: Figures = Field(Figures(), description="What you decide about your figures.")
    store: Store = Field(Store(), description="Where the figures are kept.")
    desk: Desk = Field(Desk(), description="What people make: editions, deliveries, job runs.")
    schedule: Schedule = Field(Schedule(), description="When jobs run, business time.")
    reports: Reports = Field(Reports(), description="The scheduled reports.")
    targets: Targets = Field(Targets(), description="Working days, and what is set as targets.")
    alerts: Alerts = Field(Alerts(), description="Who may be told of alerts, and how.")
    smtp: Smtp = Field(Smtp(), description="The mail server.")
    branding: Branding = Field(Branding(), description="The look of pages and reports.")
    server: Server = Field(Server(), description="Where the pages are served.")
    sign_in: SignIn = Field(SignIn(), description="Who may look, and for how long.")
    log: Log = Field(Log(), description="What the running service writes to the error stream.")
    locale: Locale = Field("en", description="Language of pages until a reader picks another.")

    def fingerprint(self) -> str:
        """Names these settings; secrets are not part of it."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def definitions(self) -> Definitions:
        """What the figures need to know."""
        chosen = self.figures
        return Definitions(
            business_zone=chosen.business_zone,
            source_zone=chosen.source_zone,
            currency=chosen.currency,
            minor_digits=get_currency_precision(chosen.currency),
            bucket_edges=chosen.bucket_edges,
            grace_days=chosen.grace_days,
            kept_threshold=chosen.kept_threshold,
            stale_after_hours=chosen.stale_after_hours,
            complete_until=chosen.complete_until,
        )

    def source_spec(self) -> SourceSpec:
        """What the source layer needs to know."""
        tables: Mapping[str, TableMapping] = {
            name: TableMapping(table.table, table.select, table.columns, table.codes)
            for name, table in self.source.tables.items()
        }
        return SourceSpec(self.source.url, tables)
