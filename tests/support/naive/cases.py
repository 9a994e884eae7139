"""What a case is on a day: owner, stage, bucket, balance. Each answer walks over all its rows."""

from datetime import date, datetime, time, timedelta
from functools import cache

from queries.definitions import Definitions
from tests.support.naive.cleaning import Row

ONE_DAY = timedelta(days=1)
_AGES = ((7, "0-7"), (15, "8-15"), (30, "16-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"))
_IDLE = ((6, "0-6"), (13, "7-13"), (29, "14-29"))


def age_band(days: int) -> str:
    return next((name for last, name in _AGES if days <= last), "181+")


def idle_band(days: int) -> str:
    return next((name for last, name in _IDLE if days <= last), "30+")


def bucket_of(days_past_due: int, definitions: Definitions) -> str:
    for edge, name in zip(definitions.bucket_edges, definitions.buckets, strict=False):
        if days_past_due <= edge:
            return name
    return definitions.buckets[-1]


def month_of(day: date) -> date:
    return day.replace(day=1)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time())


class Case:
    """One case with all rows of the database that speak of it."""

    def __init__(
        self, row: Row, definitions: Definitions, tables: dict[str, list[Row]], people: "People"
    ) -> None:
        self.id = row["case_id"]
        self.row = row
        self.definitions = definitions
        self.people = people
        of_case = {
            name: [r for r in rows if r.get("case_id") == self.id] for name, rows in tables.items()
        }
        self.payments = of_case.get("payments", [])
        self.contacts = of_case.get("contacts", [])
        self.promises = of_case.get("promises", [])
        self.adjustments = of_case.get("adjustments", [])
        self.snapshots = of_case.get("snapshots", [])
        self.stages = sorted(of_case.get("stage_history", []), key=lambda r: r["entered_at"])
        self.spells = sorted(
            of_case.get("assignments", []),
            key=lambda r: (r["from_at"], r["team_id"] or "", r["agent_id"] or ""),
        )
        self.placed: date = row["placed_on"]
        closed = row["closed_on"]
        self.closed: date | None = closed and max(closed, self.placed)
        self.close_reason = (row["close_reason"] or "other") if closed else None
        self.on = cache(self._on)

    def is_open(self, day: date) -> bool:
        return self.placed <= day and (self.closed is None or day < self.closed)

    def owner_at(self, moment: datetime) -> Row:
        """The assignment in force at `moment`, else the case itself (both name team and agent)."""
        for number, spell in enumerate(self.spells):
            ends = [later["from_at"] for later in self.spells[number + 1 :]]
            ends += [spell["to_at"]] if spell["to_at"] else []
            if spell["from_at"] <= moment and all(moment < end for end in ends):
                return spell
        return self.row

    def stage_on(self, day: date) -> tuple[str, date]:
        """The stage at the end of the day and the day on which it was entered."""
        entered = [r for r in self.stages if r["entered_at"] < midnight_after(day)]
        if entered:
            return entered[-1]["stage"], entered[-1]["entered_at"].date()
        if self.stages:
            return self.stages[0]["stage"], self.placed
        stage = self.row["stage"]
        return "notice" if stage == "closed" else stage, self.placed

    def bucket_on(self, day: date) -> str:
        return bucket_of((day - self.row["delinquent_since"]).days, self.definitions)

    def balance_on(self, day: date) -> int:
        return self.row["placed_amount"] + self.adjusted(None, day) - self.paid(None, day)

    def paid(self, after: date | None, until: date) -> int:
        """Net payments of the days after `after` up to and including `until`."""
        days = [(r["paid_at"].date(), r["amount"]) for r in self.payments]
        return sum(amount for day, amount in days if (not after or after < day) and day <= until)

    def adjusted(self, after: date | None, until: date) -> int:
        days = [(r["booked_on"], r["amount"]) for r in self.adjustments]
        return sum(amount for day, amount in days if (not after or after < day) and day <= until)

    def idle_days(self, day: date) -> int:
        """Days since the last attempt, or since placement when there was none after it."""
        attempts = [attempt["contacted_at"].date() for attempt in self.attempts()]
        return (day - max([self.placed, *(a for a in attempts if a <= day)])).days

    def attempts(self) -> list[Row]:
        outbound = [r for r in self.contacts if r["direction"] == "outbound"]
        return sorted(
            outbound, key=lambda r: (r["contacted_at"], r["agent_id"] or "", r["channel"])
        )

    def _on(self, day: date) -> Row:
        """Everything the case can be sorted by at the end of `day`."""
        stage, since = self.stage_on(day)
        owner = self.owner_at(midnight_after(day) - datetime.resolution)
        return {
            **self.whatever_day(day),
            **self.people.owner(owner),
            "stage": stage,
            "age": age_band((day - self.placed).days),
            "stage_age": age_band((day - since).days),
            "idle": idle_band(self.idle_days(day)),
        }

    def whatever_day(self, day: date) -> Row:
        """What hangs on the case and the day, but not on who owns it."""
        return {
            "case": self.id,
            "day": day,
            "product": self.row["product"] or "",
            "segment": self.row["segment"] or "",
            "region": self.row["region"] or "",
            "vintage": month_of(self.placed),
            "bucket": self.bucket_on(day),
        }


class People:
    """Teams and agents as they are now."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.agents = {r["agent_id"]: r for r in tables.get("agents", [])}
        self.teams = {r["team_id"]: r for r in tables.get("teams", [])}

    def owner(self, owner: Row) -> Row:
        return self._named(owner["team_id"], owner["agent_id"])

    def doer(self, row: Row, owner: Row) -> Row:
        """Of a contact or promise: its agent and that agent's team, else the owner's team."""
        agent = self.agents.get(row["agent_id"])
        return self._named((agent or owner)["team_id"], row["agent_id"])

    def _named(self, team: object, agent: object) -> Row:
        return {
            "team": team or "",
            "agent": agent or "",
            "department": self.teams.get(team, {}).get("department") or "",
            "level": self.agents.get(agent, {}).get("level") or "",
            "agency": self.agents.get(agent, {}).get("agency") or "",
        }
