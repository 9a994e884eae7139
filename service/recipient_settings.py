"""Settings of who gets a report besides those who subscribe: mail addresses, and an SFTP drop."""

import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from queries.rights import EVERYTHING, Scope
from service.setting_types import Address, Section

Locale = Literal["en", "zh_Hans_CN"]

# As OpenSSH writes them: SHA256:… by `ssh-keygen -l`, or the key itself by `ssh-keyscan`.
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_HOST_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]+=*)")


class RecipientScope(Section):
    """Whose figures a recipient of the configuration gets: one of the two."""

    teams: tuple[str, ...] = Field((), description="Keys of teams, as in the case database.")
    departments: tuple[str, ...] = Field((), description="Departments, as in the case database.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "RecipientScope":
        given = [values for values in (self.teams, self.departments) if values]
        if len(given) != 1 or not all(value.strip() for value in given[0]):
            raise ValueError("everything, or {teams: [T1]}, or {departments: [Retail]}")
        return self


def _scope(value: object) -> object:
    if isinstance(value, Mapping | RecipientScope) or value == "everything":
        return value
    raise ValueError("everything, or {teams: [T1]}, or {departments: [Retail]}")


class Recipient(Section):
    """Who gets a report by mail: in which language, and whose figures."""

    address: Address = Field(description="Mail address.")
    locale: Locale | None = Field(
        None, description="Language of this recipient; empty: the first of the report."
    )
    scope: Annotated[Literal["everything"] | RecipientScope, BeforeValidator(_scope)] = Field(
        "everything",
        description="Whose figures they get: everything, {teams: [T1, T2]} or "
        "{departments: [Retail]}, by their keys in the case database.",
    )

    def limit(self) -> Scope:
        """The scope of their figures."""
        if not isinstance(self.scope, RecipientScope):
            return EVERYTHING
        if self.scope.teams:
            return Scope("teams", _each_once(self.scope.teams))
        return Scope("departments", _each_once(self.scope.departments))


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Sorted, so that two recipients of the same teams get the same edition."""
    return tuple(sorted({value.strip() for value in values}))


def bare_address(value: object) -> Any:
    """A recipient that is an address alone."""
    return {"address": value} if isinstance(value, str) else value


Recipients = tuple[Annotated[Recipient, BeforeValidator(bare_address)], ...]


def _host_key(text: str) -> str:
    plain = " ".join(text.split()[:2])
    key = _HOST_KEY.fullmatch(plain)
    # The key itself begins with the name of its type.
    whole = key and not len(key[2]) % 4 and b64decode(key[2])[4:].startswith(key[1].encode())
    if not whole and not _FINGERPRINT.fullmatch(plain):
        raise ValueError(
            "the key of the server as ssh-keyscan tells it (ssh-ed25519 AAAA…, without the name of "
            "the server), or its fingerprint (SHA256:…)"
        )
    return plain


class SftpDrop(Section):
    """A folder on a server that is reached by SFTP."""

    host: str = Field(min_length=1, description="Name of the server.")
    port: int = Field(22, ge=1, le=65535, description="Its port.")
    path: str = Field(
        min_length=1,
        description="Folder there, which must exist; files of an edition appear whole.",
    )
    username: str = Field(min_length=1, description="Name to sign in with.")
    password: SecretStr | None = Field(
        None,
        description="Password to sign in with; keep it out of this file, in a variable or its "
        "_FILE. Either this or key_file.",
    )
    key_file: Path | None = Field(
        None, description="File of a private key without passphrase, instead of a password."
    )
    host_key: Annotated[str, AfterValidator(_host_key)] = Field(
        description="Key of the server as ssh-keyscan tells it (ssh-ed25519 AAAA…), or its "
        "fingerprint (SHA256:…). A server with any other key is refused."
    )

    @model_validator(mode="after")
    def _one_secret(self) -> "SftpDrop":
        if (self.password is None) == (self.key_file is None):
            raise ValueError("password or key_file, one of them")
        return self
