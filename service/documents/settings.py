"""config.yaml and docs/settings.md, both from the fields of service/settings.py."""

import textwrap
import types
import typing
from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr

from service.configuration import Setting, all_settings, is_section
from service.demo import shown
from service.documents.markdown import code, page, table
from service.recipient_settings import Recipient, RecipientScope
from service.settings import Settings, TableSettings
from service.sign_in_settings import GroupSettings

_WIDTH = 100
_PLAIN = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Decimal: "number",
    Path: "path",
    date: "day",
    time: "time of day",
    SecretStr: "secret",
    TableSettings: "mapping of one table",
    Recipient: "recipient",
    RecipientScope: "teams or departments",
    GroupSettings: "group",
}

_CONFIG_HEAD = """\
# The configuration of Arrears: every setting, with its default or what the demo has instead.
# Written by `make docs` from service/settings.py. Keep your own settings in a file of yours that
# holds only what differs, and name it: arrears --config my.yaml, or ARREARS_CONFIG=my.yaml.
# Each setting can be overridden: ARREARS_SERVER__PORT=8051 sets port in server. Secrets can come
# from a file: ARREARS_SMTP__PASSWORD_FILE=/run/secrets/smtp. docs/settings.md has all the names.
"""

_MAPPING = """\
## Connecting your own database

[contract.md](contract.md) lists the tables, columns and codes that Arrears knows. A table is found
under its own name, and a column too, unless `source.tables` says otherwise:

```yaml
source:
  url: postgresql+psycopg://reader@db.example.org/collections
  tables:
    cases:
      table: crm.accounts
      columns: {case_id: account_no, placed_on: assigned_date}
      codes:
        stage: {P1: notice, P2: call, P3: legal}
    payments:
      select: SELECT id AS payment_id, acct AS case_id, paid_at, amount FROM ledger WHERE kind = 'P'
```"""

_SIGN_IN = """\
## Signing in with a service of your own

People can sign in with a service that speaks OpenID Connect (Keycloak, Entra ID, Authentik and
others) besides their accounts here. Register Arrears there as a confidential client for the
authorisation code flow, with the address of your pages and `/sign-in/back` at its end as the only
redirect address, and let the service tell the groups of a person.

```yaml
sign_in:
  openid:
    name: Example ID
    issuer: https://id.example.org/realms/desk
    client_id: arrears
    client_secret: not here, but in ARREARS_SIGN_IN__OPENID__CLIENT_SECRET_FILE
    groups:
      desk-admins: {role: administrator}
      collections-managers: {role: manager}
      early-leads: {role: lead, teams: [T1, T2]}
      collectors: {role: agent, agent_claim: employee_number}
```

Somebody is known by issuer and subject, never by their mail address. Who is new gets an account at
their first sign-in. Role and scope are those of the first group in this order that they are in,
read anew at each sign-in; a session that has begun lasts as any other. Who is in none of the
groups, or disabled here, is refused and written down in the audit.

A service may tell the groups in the ID token or when it is asked for the person (`userinfo`).
Groups are compared as they are told: Keycloak may put a `/` in front, Entra ID tells
identifiers."""

_RULES = """\
Settings come from a YAML file (`--config`, else `ARREARS_CONFIG`, else `config.yaml` in the current
directory, else the defaults) and from the environment, which wins. The value of a list or mapping
is given in the environment as YAML: `ARREARS_REPORTS__WEEKLY__RECIPIENTS='[ann@example.org]'`. Each
name also works with `_FILE` at its end and then names a file that holds the value, for secrets. An
unknown name or a wrong value is refused with its place and what was expected. Relative paths start
in the directory where `arrears` is started."""


def config_text() -> str:
    """config.yaml: every setting with its value in the demo and its help as a comment."""
    return _CONFIG_HEAD + "\n".join(_config_lines(shown(Settings()), 0)) + "\n"


def _config_lines(model: BaseModel, depth: int) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if depth == 0:
            yield ""
        yield from _comment(field.description or "", depth)
        if is_section(field.annotation):
            yield "  " * depth + f"{name}:"
            yield from _config_lines(value, depth + 1)
        else:
            yield ("  " * depth + f"{name}: {_yaml(value)}").rstrip()


def _comment(text: str, depth: int) -> list[str]:
    start = "  " * depth + "# "
    return textwrap.wrap(text, _WIDTH, initial_indent=start, subsequent_indent=start)


def _yaml(value: object) -> str:
    """A value as it is written in YAML; None is an empty value."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | Decimal() | date():
            return str(value)
        case time():
            return f'"{value:%H:%M}"'
        case tuple() | list():
            return "[" + ", ".join(_yaml(item) for item in value) + "]"
        case dict():
            pairs = ", ".join(f"{name}: {_yaml(one)}" for name, one in value.items())
            return "{" + pairs + "}"
        case str() | Path():
            text = str(value)
            return f'"{text}"' if text.startswith("#") else text
    raise TypeError(f"no YAML for {value!r}")


def settings_page() -> str:
    """docs/settings.md."""
    blocks = [_RULES, _MAPPING, _SIGN_IN]
    for name, field in Settings.model_fields.items():
        inside = [setting for setting in all_settings() if setting.place[0] == name]
        heading = f"## {name}"
        blocks.append(f"{heading}\n\n{field.description}\n\n{_settings_table(inside)}")
    blocks += [
        _inner("Each table in `source.tables`", TableSettings),
        _inner("Each recipient in `reports.weekly.recipients`", Recipient),
        _inner("The `scope` of a recipient", RecipientScope),
        _inner("Each group in `sign_in.openid.groups`", GroupSettings),
    ]
    return page("Settings", *blocks)


def _settings_table(settings: list[Setting]) -> str:
    return table(
        ("setting", "type", "default", "environment", "what it does"),
        [
            (
                code(".".join(setting.place)),
                type_in_words(setting.annotation) + _limits(setting.limits),
                "required" if setting.required else code(_yaml(setting.default)) or "empty",
                code(setting.environment),
                setting.help,
            )
            for setting in settings
        ],
    )


def _limits(metadata: Sequence[object]) -> str:
    """Bounds of a number, such as “ from 0 to 30”."""
    lows = [bound.ge for bound in metadata if isinstance(bound, Ge)]
    highs = [bound.le for bound in metadata if isinstance(bound, Le)]
    return f" from {lows[0]} to {highs[0]}" if lows and highs else ""


def _inner(title: str, model: type[BaseModel]) -> str:
    rows = [
        (code(name), type_in_words(field.annotation), field.description or "")
        for name, field in model.model_fields.items()
    ]
    return f"## {title}\n\n{table(('setting', 'type', 'what it does'), rows)}"


def type_in_words(annotation: Any) -> str:
    """What may be written for a field of this type."""
    if typing.get_origin(annotation) is typing.Annotated:
        return type_in_words(typing.get_args(annotation)[0])
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    parts = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        *most, last = map(str, parts)
        return f"{', '.join(most)} or {last}" if most else last
    if origin in (types.UnionType, typing.Union):
        told = " or ".join(type_in_words(part) for part in parts if part is not type(None))
        return f"{told}, or empty" if type(None) in parts else told
    if origin in (tuple, list):
        return f"list: {type_in_words(parts[0])}"
    if origin is dict:
        return f"mapping: {type_in_words(parts[0])} → {type_in_words(parts[1])}"
    raise TypeError(f"no words for {annotation!r}")
