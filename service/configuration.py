"""From config.yaml and the environment to one frozen Settings; the only reader of either.

A setting is overridden by ARREARS_ and its path in capitals, joined by two underscores
(ARREARS_SERVER__PORT=8051), or by that name with _FILE, which names a file that holds the value.
All that is wrong is reported at once, each with its place, the value given and what was expected.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from queries.errors import UserError
from service.settings import Section, Settings, near
from service.yaml_text import parse

PREFIX = "ARREARS_"
CONFIG = "ARREARS_CONFIG"

Place = tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """One field of the settings with its place, e.g. ("server", "port")."""

    place: Place
    annotation: Any
    default: Any
    help: str
    limits: tuple[Any, ...] = ()
    required: bool = False

    @property
    def environment(self) -> str:
        return PREFIX + "__".join(self.place).upper()

    @property
    def structured(self) -> bool:
        """Whether its value is a list or a mapping, which the environment gives as YAML."""
        return typing.get_origin(self.annotation) in (tuple, list, dict)

    @property
    def optional(self) -> bool:
        return _is_union(self.annotation) and type(None) in typing.get_args(self.annotation)


def all_settings(model: type[BaseModel] = Settings, above: Place = ()) -> Iterator[Setting]:
    """Every field that holds a value, sections walked through, also those that may be left out, in
    order of declaration."""
    for name, field in model.model_fields.items():
        place, inside = (*above, name), section_of(field.annotation)
        if inside is not None:
            yield from all_settings(inside, place)
        else:
            required = field.is_required()
            yield Setting(
                place,
                field.annotation,
                None if required else field.default,
                field.description or "",
                (*field.metadata,),
                required,
            )


def read_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of the file `path` (None: defaults) with the overrides of `environ`.

    Raises UserError with everything that is wrong.
    """
    values = _read_file(path) if path else {}
    came_from: dict[Place, str] = {}
    problems: list[str] = []
    for name, setting, text in _overrides(environ, problems):
        _put(values, setting.place, _value(setting, name, text))
        came_from[setting.place] = name
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        problems += [_sentence(details, came_from) for details in found]
    if problems:
        raise _refusal(path, problems)
    return settings


def is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds, be it one that may be left out; None for a value."""
    if _is_union(annotation):
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        annotation = parts[0] if len(parts) == 1 else None
    return annotation if is_section(annotation) else None


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (types.UnionType, typing.Union)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(
            f"There is no file {path}.",
            "the path of a configuration file",
            f"correct --config or {CONFIG}, or leave them out for the defaults",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}", "a text file in UTF-8") from error
    values = parse(text, str(path))
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise UserError(f"{path} holds {values!r:.60}.", "sections such as `source:`")
    return typing.cast("dict[str, Any]", _without_empty_sections(values, Settings))


def _without_empty_sections(values: Any, model: type[BaseModel]) -> Any:
    """A section whose lines are all commented out is None in YAML and means its defaults."""
    if not isinstance(values, dict):
        return values
    kept = {}
    for name, value in values.items():
        field = model.model_fields.get(name) if isinstance(name, str) else None
        if field and is_section(field.annotation):
            value = _without_empty_sections({} if value is None else value, field.annotation)  # type: ignore[arg-type]
        kept[str(name)] = value
    return kept


def _overrides(
    environ: Mapping[str, str], problems: list[str]
) -> Iterator[tuple[str, Setting, str]]:
    """(name, setting, text) of each variable that begins with ARREARS_; the rest is a problem."""
    known = {setting.environment: setting for setting in all_settings()}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name == CONFIG:
            continue
        if name in known:
            yield name, known[name], environ[name]
        elif (bare := name.removesuffix("_FILE")) in known:
            if bare in environ:
                problems.append(f"{name}: {bare} is set too; keep one of them")
            else:
                yield name, known[bare], _secret(name, environ[name])
        else:
            problems.append(f"{name}: no such setting{near(name, known)}")


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{name} names {path!r}, which cannot be read: {error}", "a file that holds the value"
        ) from error


def _value(setting: Setting, name: str, text: str) -> Any:
    if setting.structured:
        return parse(text, name)
    if setting.optional and not text:
        return None
    return text


def _put(values: dict[str, Any], place: Place, value: Any) -> None:
    """Sets `value` at its place; what is no mapping on the way is left for the check to name. An
    empty section on the way is one that was left out."""
    for name in place[:-1]:
        if values.get(name) is None:
            values[name] = {}
        values = values[name]
        if not isinstance(values, dict):
            return
    values[place[-1]] = value


def _sentence(details: ErrorDetails, came_from: Mapping[Place, str]) -> str:
    """One problem: place, where the value came from, the value, what was expected."""
    # A wrong key of a mapping is told like a wrong value under that key.
    place = tuple(str(part) for part in details["loc"] if part != "[key]")
    source = next(
        (came_from[place[:n]] for n in range(len(place), 0, -1) if place[:n] in came_from), ""
    )
    where = ".".join(place) + (f" (from {source})" if source else "")
    match details["type"]:
        case "extra_forbidden":
            return f"{where}: no such setting{near(place[-1], _names_beside(place))}"
        case "missing":
            return f"{where}: missing"
    expected = _expected(details["msg"])
    given = details["input"]
    if isinstance(given, dict | BaseModel):
        return f"{where}: expected {expected}"
    return f"{where}: given {_shown(place, given)}, expected {expected}"


def _names_beside(place: Place) -> list[str]:
    """The names that would have been right where an unknown one stands."""
    model: Any = Settings
    for name in place[:-1]:
        field = model.model_fields.get(name) if is_section(model) else None
        # A list or a mapping of sections: the section is among the arguments of its type.
        model = field.annotation if field else _section_inside(model)
        if field and not is_section(model):
            model = _section_inside(model)
    return list(model.model_fields) if is_section(model) else []


def _section_inside(annotation: Any) -> Any:
    if is_section(annotation):
        return annotation
    inside = (_section_inside(part) for part in typing.get_args(annotation))
    return next((found for found in inside if found), None)


def _expected(message: str) -> str:
    text = re.sub(r"^(Value error, |Input should be |Value should |String should )", "", message)
    text = re.sub(r", unable to .*$", "", text)
    return text[:1].lower() + text[1:]


# A section that is no section may be the address of a chat that went astray.
_SECRETS = (("alerts",), ("alerts", "destinations"))


def _shown(place: Place, given: object) -> str:
    """The value as given; never a password."""
    secret = place[-1] in ("password", "client_secret") or place[:2] in _SECRETS
    if secret or isinstance(given, SecretStr):
        return "a value that is not shown"
    return re.sub(r"://([^:/@\s]*):[^@\s]*@", r"://\1:…@", repr(given))


def _refusal(path: Path | None, problems: list[str]) -> UserError:
    name = str(path) if path else "the settings"
    if len(problems) == 1:
        given = f"{name}: {problems[0]}"
    else:
        given = "\n".join([f"{name}: {len(problems)} problems", *(f"  {p}" for p in problems)])
    return UserError(given, cure="correct them; docs/settings.md lists every setting")
