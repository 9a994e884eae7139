"""The job of alerts: looks at every rule, writes down what begins and what is over, and sends the
letters that are due."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from charts import Language
from queries import Answers
from queries.alerts import Rule
from queries.alerts.ways import Channel, split
from queries.desk import Desk
from queries.desk.alerting import Addressed
from queries.errors import UserError
from queries.targets import TargetRules
from service.alert_checks import Now, look
from service.alert_sending import Post, leaving, send_due
from service.chat import Chats
from service.mailing import make_smtp
from service.results import Done
from service.settings import Settings
from service.wiring import make_answers


@dataclass
class Looked:
    """What came of looking at the rules. `silent` says by rule and unit why one says nothing."""

    rules: int = 0
    fired: int = 0
    cleared: int = 0
    silent: dict[str, dict[str, str]] = field(default_factory=dict)


def alert(settings: Settings, desk: Desk, now: datetime) -> Done:
    """Looks at all rules and sends what is due. A rule that says nothing is told with its reason,
    on the page too; a letter that failed is no failure of the job."""
    targets = settings.targets.rules()
    with closing(make_answers(settings)) as answers:
        looked = evaluate(desk, answers, targets, settings.figures.business_zone, now)
        sent = send_due(desk, make_post(settings, answers, targets), now)
    told = f"Rules: {looked.rules}, fired: {looked.fired}, over: {looked.cleared}."
    if sent:
        told += " Letters: " + ", ".join(f"{count} {end}" for end, count in sorted(sent.items()))
        told += "."
    result = {
        "rules": looked.rules, "fired": looked.fired, "cleared": looked.cleared,
        "letters": dict(sent), "silent": looked.silent,
    }  # fmt: skip
    return Done(told, result)


def evaluate(
    desk: Desk, answers: Answers, targets: TargetRules, zone: str, now: datetime
) -> Looked:
    """Looks at all active rules once, over one generation of the figures. Two at once fire once."""
    rules = [rule for rule in desk.alert_rules() if rule.active]
    looked = Looked(len(rules))
    if not rules:
        return looked
    held = _held(answers)
    opened = {(one.rule.id, one.unit): one for one in desk.open_firings()}
    facts = {key: one.facts for key, one in opened.items()}
    for found in look(rules, Now(desk, held, targets, facts, now)):
        rule, unit = found.rule, found.unit
        if found.why:
            looked.silent.setdefault(str(rule.id), {})[unit] = found.why
        if found.move == "fire":
            may_leave = leaving(rule, zone, targets.calendar).next(now)
            letters = _letters(rule, may_leave)
            looked.fired += desk.open_firing(rule, unit, found.facts, letters, now) is not None
        elif found.move == "clear" and (rule.id, unit) in opened:
            looked.cleared += desk.clear_firing(opened[rule.id, unit].id, now)
    return looked


def _held(answers: Answers) -> Answers | None:
    """The figures of now; None while there are none, or none of this version."""
    try:
        return answers.held()
    except UserError:
        return None


def _letters(rule: Rule, next_at: datetime) -> list[Addressed]:
    recipients = rule.draft.recipients if rule.draft else ()
    pairs = (split(recipient) for recipient in recipients)
    known: Mapping[str, Channel] = {"mail": "mail", "chat": "chat"}
    return [Addressed(to, known[way], next_at) for way, to in pairs if way in known]


def make_post(settings: Settings, answers: Answers, targets: TargetRules) -> Post:
    """By what letters leave, and how they are written."""
    chosen, definitions = settings.alerts, settings.definitions()
    smtp = make_smtp(settings)
    addresses = {name: one.get_secret_value() for name, one in chosen.destinations.items()}
    language = Language(settings.locale, definitions.currency, definitions.minor_digits)
    held = _held(answers)
    return Post(
        smtp=smtp,
        chats=Chats(addresses),
        ways=chosen.ways(mail=smtp is not None),
        language=language,
        zone=definitions.business_zone,
        house=settings.branding.name,
        calendar=targets.calendar,
        link=settings.server.address,
        names=held.members("team") if held else {},
    )
