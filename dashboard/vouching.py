"""Sign-in with a service elsewhere, the way there and the way back.

The service says who somebody is and in which groups; the groups say what they may do here and whose
figures they see. How it is talked to and what is believed of it: dashboard/openid.py.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from flask import Flask, Response, g, make_response, redirect, request, session, url_for

from charts import Language
from dashboard.gate import Gate, inner, onward
from dashboard.locales import NAMES
from dashboard.openid import Attempt, NotVouchedError, Provider, Service, Why, is_key, named
from dashboard.signing import Forms
from queries.desk.auditing import Deed
from queries.desk.people import LONGEST_NAME, Identity, plain_name
from queries.desk.signing import REFUSED
from queries.rights import Role, Scope

log = logging.getLogger(__name__)

_ATTEMPTS = "elsewhere"
# In the cookie of the session, which browsers keep up to 4 KB of: a few tabs, and no endless page.
_MOST_ATTEMPTS, _LONGEST_NEXT = 3, 700


def add_vouching(server: Flask, gate: Gate, service: Service, forms: Forms) -> None:
    """Adds the way to the service and the way back; whoever it does not vouch for is told so on the
    sign-in form."""
    provider = Provider(service)

    @server.errorhandler(NotVouchedError)
    def not_vouched(error: NotVouchedError) -> Response:
        log.warning("Nobody is signed in with %s: %s", service.name, error.reason)
        if error.name:
            who = plain_name(error.name)[:LONGEST_NAME]
            told = f"{service.name}: {error.reason}"
            origin = request.remote_addr or ""
            gate.desk.note(Deed(gate.now(), "", REFUSED, who, told, origin))
        return forms.page(
            "sign_in.html", 503 if error.why == "away" else 403,
            problem=_told(error.why, forms.language(), service.name), name="", hint="",
            languages=NAMES, elsewhere=service.name,
            next=inner(g.get("next_page") or request.args.get("next")),
        )  # fmt: skip

    @server.get("/sign-in/elsewhere")
    def sign_in_elsewhere() -> Response:
        page = inner(request.args.get("next"))
        attempt = Attempt.fresh(page if len(json.dumps(page)) <= _LONGEST_NEXT else "/")
        address = provider.address(attempt, _way_back(), gate.now())
        _remember(attempt)
        return make_response(redirect(address))

    @server.get("/sign-in/back")
    def back_from_elsewhere() -> Response:
        # Before anything is asked: whoever is disabled meanwhile gets no session by it.
        now = gate.now()
        attempt = _taken(request.args.get("state", ""))
        g.next_page = attempt.next if attempt else None
        if "error" in request.args:
            # Some services leave the state out of it; it opens nothing.
            raise NotVouchedError("refused", named(request.args["error"]))
        if attempt is None:
            raise NotVouchedError("stale", "an unknown state")
        code = request.args.get("code", "")
        claims = provider.claims(code, attempt, _way_back(), now)
        gate.begin(_let_in(gate, service, claims, now))
        return make_response(redirect(onward(attempt.next)))


def _told(why: Why, t: Language, service: str) -> str:
    texts: dict[Why, str] = {
        "away": t.t("{service} cannot be reached. Try again in a moment.", service=service),
        "refused": t.t("{service} has not signed you in.", service=service),
        "stale": t.t("This sign-in is over or began elsewhere. Begin again."),
        "unproven": t.t(
            "The answer of {service} could not be verified. Try again.", service=service
        ),
        "no group": t.t(
            "None of your groups at {service} may look here. Ask your administrator.",
            service=service,
        ),
        "no agent": t.t(
            "{service} does not say which agent you are. Ask your administrator.", service=service
        ),
        "disabled": t.t("Your account here is disabled. Ask your administrator."),
    }
    return texts[why]


def _way_back() -> str:
    return url_for("back_from_elsewhere", _external=True)


def _remember(attempt: Attempt) -> None:
    before = session.get(_ATTEMPTS, [])
    session[_ATTEMPTS] = [*before, asdict(attempt)][-_MOST_ATTEMPTS:]


def _taken(state: str) -> Attempt | None:
    """The attempt of this browser with the state, which is worth nothing afterwards."""
    begun = [Attempt(**one) for one in session.get(_ATTEMPTS, [])]
    found = next((one for one in begun if one.state == state), None)
    if found is not None:
        session[_ATTEMPTS] = [asdict(one) for one in begun if one != found]
    return found


def _let_in(gate: Gate, service: Service, claims: Mapping[str, Any], now: datetime) -> str:
    """The word of a new session of whom the service vouches for."""
    name = _name(claims, service.name_claim)
    role, scope = _standing(claims, service, name)
    identity = Identity(claims["iss"], claims["sub"])
    person = gate.desk.arrived(identity, name, role, scope, now, _mail(claims))
    if person is None:
        raise NotVouchedError("disabled", "a person who is disabled here", name)
    # The desk may know them by another name, which is that of their deeds.
    (known,) = (one.person.name for one in gate.desk.accounts() if one.person.id == person)
    return gate.desk.begin_session(person, known, now, request.remote_addr or "")


def _name(claims: Mapping[str, Any], claim: str) -> str:
    names = (claims.get(one) for one in (claim, "name", "sub"))
    return next(one for one in names if isinstance(one, str) and plain_name(one))


def _mail(claims: Mapping[str, Any]) -> str:
    """Their mail address where the service has verified it, for reports; nobody is known by it."""
    told = claims.get("email")
    return told if isinstance(told, str) and claims.get("email_verified") is True else ""


def _standing(claims: Mapping[str, Any], service: Service, name: str) -> tuple[Role, Scope]:
    """Role and scope by the first group of the configuration that the person is in."""
    told = claims.get(service.groups_claim)
    groups: Sequence[object] = told if isinstance(told, list) else [told]
    grant = next((grant for group, grant in service.groups.items() if group in groups), None)
    if grant is None:
        raise NotVouchedError("no group", "a person in none of the groups", name)
    if grant.agent_claim is None:
        return grant.role, grant.scope
    key = claims.get(grant.agent_claim)
    # A number is a key too, true is none.
    key = str(key) if type(key) is int else key
    if not is_key(key):
        raise NotVouchedError("no agent", "a person without the key of an agent", name)
    return grant.role, Scope("agent", (cast(str, key),))
