"""Settings of the sign-in: how long it lasts, and the service elsewhere that vouches for people."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from queries.errors import UserError
from queries.rights import Role, Scope, scope_for
from service.setting_types import Section, is_loopback

_DISCOVERY = "/.well-known/openid-configuration"


def _issuer(address: str) -> str:
    expected = ValueError(
        "the https address that the service gives as its issuer, such as "
        f"https://id.example.org/realms/desk, without {_DISCOVERY}; http on this machine only"
    )
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise expected from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    whole = host and "@" not in parts.netloc and not parts.query and not parts.fragment
    if not safe or not whole or _DISCOVERY in address or not address.isprintable():
        raise expected
    return address


def _scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    if "openid" not in scopes:
        raise ValueError("a list that holds openid")
    return scopes


class GroupSettings(Section):
    """What the people of one group may do, and whose figures they see."""

    role: Role = Field(description="Role of its people; docs/rights.md says what each may do.")
    everything: bool | None = Field(
        None,
        description="true: they see all figures; so it is, too, where nothing is said and the role "
        "can have it.",
    )
    teams: tuple[str, ...] = Field(
        (), description="Keys of the teams whose figures they see, as in the case database."
    )
    departments: tuple[str, ...] = Field(
        (), description="Departments whose figures they see, as in the case database."
    )
    agent_claim: str | None = Field(
        None,
        min_length=1,
        description="For the role agent: the claim of the service that holds the key of the agent "
        "in the case database, such as employee_number. Each sees their own figures.",
    )

    @model_validator(mode="after")
    def _role_and_scope_go_together(self) -> "GroupSettings":
        given = self._given()
        if len(given) != 1:
            ways = "one of everything: true, teams, departments or agent_claim"
            raise ValueError(f"{ways}, not {' and '.join(given) or 'everything: false alone'}")
        values = {
            "teams": self.teams, "departments": self.departments, "agent": (self.agent_claim or "",)
        }  # fmt: skip
        kind = given[0].removesuffix("_claim")
        try:
            scope_for(self.role, kind, values.get(kind, ()))
        except UserError as error:
            told = error.given.removesuffix(".")
            raise ValueError(f"{_named(error.expected)} ({told})") from None
        return self

    def _given(self) -> list[str]:
        """The ways in which the scope is said; a list that is there counts, even an empty one."""
        said = self.model_fields_set
        ways = {
            "everything": bool(self.everything),
            "teams": "teams" in said,
            "departments": "departments" in said,
            "agent_claim": self.agent_claim is not None,
        }
        given = [way for way, is_given in ways.items() if is_given]
        return given or ([] if self.everything is False else ["everything"])

    @property
    def scope(self) -> Scope:
        """Whose figures they see; nobody's where the service has to say which agent they are."""
        (given,) = self._given()
        if given == "agent_claim":
            return Scope()
        values = self.teams if given == "teams" else self.departments
        return scope_for(self.role, given, values)[1]


def _named(scopes: str) -> str:
    """Scopes of a role by the names of the settings."""
    return scopes.replace("agent", "agent_claim") if scopes.startswith("one of") else scopes


class OpenIdConnect(Section):
    """A service that people sign in with: OpenID Connect, authorisation code flow with PKCE."""

    name: str = Field(
        "OpenID Connect",
        min_length=1,
        max_length=60,
        description="What the button for the sign-in calls the service.",
    )
    issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        max_length=200,
        description="Address that the service gives as its issuer; https, http on this machine "
        "only. Register there the address of your pages with /sign-in/back at its end.",
    )
    client_id: str = Field(min_length=1, description="Name of Arrears at the service.")
    client_secret: SecretStr = Field(
        min_length=1,
        description="Secret of Arrears at the service. Keep it out of this file: set "
        "ARREARS_SIGN_IN__OPENID__CLIENT_SECRET, or ARREARS_SIGN_IN__OPENID__CLIENT_SECRET_FILE to "
        "a file that holds it.",
    )
    scopes: Annotated[tuple[str, ...], AfterValidator(_scopes)] = Field(
        ("openid", "profile"),
        description="Scopes that the service is asked for; some tell the groups only with one "
        "more, mostly groups.",
    )
    name_claim: str = Field(
        "preferred_username",
        min_length=1,
        description="Claim that holds the name of a person; without it their name claim.",
    )
    groups_claim: str = Field(
        "groups", min_length=1, description="Claim that holds the groups of a person."
    )
    groups: dict[str, GroupSettings] = Field(
        min_length=1,
        description="Group of the service → role and scope. The first in this order that somebody "
        "is in counts; who is in none is refused.",
    )


class SignIn(Section):
    """Who may look, and for how long. People are added with `arrears users add`."""

    idle_minutes: int = Field(
        120, ge=5, le=24 * 60, description="Minutes without a look after which a session ends."
    )
    absolute_hours: int = Field(
        12, ge=1, le=31 * 24, description="Hours after which a session ends in any case."
    )
    openid: OpenIdConnect | None = Field(
        None,
        description="The service that people can sign in with besides, by OpenID Connect; empty: "
        "none. docs/settings.md shows one and lists its settings.",
    )
