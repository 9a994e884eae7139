"""Contact attempts: how many, to what end, on how many cases, how soon."""

from queries.definition import Metric, Term, Words

_CONTACTED = Words("day of the contact", "联系日")
_FIRST = Words("day of the first attempt", "首次联系日")
_ATTEMPTS = Term("contacts", "attempts")


def _contact_share(name: str, title: Words, explain: Words, measure: str) -> Metric:
    return Metric(
        name=name, title=title, explain=explain,
        area="contacts", unit="share", better="higher", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(Term("contacts", measure),),
        denominator=(_ATTEMPTS,),
        n=(_ATTEMPTS,),
        needs=("contacts",),
    )  # fmt: skip


CONTACTS = (
    Metric(
        name="attempts",
        title=Words("Contact attempts", "触达次数"),
        explain=Words(
            "Outbound contacts by any channel, automated ones included.",
            "各渠道外呼（外发）次数，含自动外呼。",
        ),
        area="contacts", unit="count", better="neither", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(_ATTEMPTS,),
        needs=("contacts",),
    ),
    _contact_share(
        "connect_rate",
        Words("Connect rate", "接通率"),
        Words(
            "Share of the attempts that reached a voicemail, another person or the customer.",
            "触达中接通（含语音信箱、第三人、本人）的占比。",
        ),
        "connected",
    ),
    _contact_share(
        "contact_rate",
        Words("Contact rate", "有效触达率"),
        Words(
            "Share of the attempts that reached a person.", "触达中接触到人（第三人或本人）的占比。"
        ),
        "contacted",
    ),
    _contact_share(
        "right_party_rate",
        Words("Right-party contact rate", "本人接通率"),
        Words(
            "Share of the attempts that reached the customer, refusals to talk included.",
            "触达中联系到本人（含拒绝沟通）的占比。",
        ),
        "right_party",
    ),
    Metric(
        name="outcome_share",
        title=Words("Share of attempts by outcome", "触达结果占比"),
        explain=Words(
            "Attempts with an outcome as a share of all attempts; meant to be split by outcome.",
            "各触达结果的次数占全部触达次数的比例，按触达结果拆分。",
        ),
        area="contacts", unit="share", better="neither", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(_ATTEMPTS,),
        denominator=(Term("contacts", "attempts", across=("outcome",)),),
        n=(Term("contacts", "attempts", across=("outcome",)),),
        needs=("contacts",),
    ),
    Metric(
        name="coverage",
        title=Words("Coverage", "覆盖率"),
        explain=Words(
            "Cases attempted at least once while open, as a share of the cases open at any time.",
            "期内在催案件中至少被联系过一次的案件占比。",
        ),
        area="contacts", unit="share", better="higher", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(Term("contacts", "attempts", "distinct", only={"open": ("true",)}),),
        denominator=(Term("stock", "n", "open_during"),),
        n=(Term("stock", "n", "open_during"),),
        needs=("contacts",),
    ),
    Metric(
        name="cases_attempted",
        title=Words("Cases attempted", "触达案件数"),
        explain=Words(
            "Cases with at least one attempt in the period, each counted once.",
            "期内至少被联系过一次的案件数，每案计一次。",
        ),
        area="contacts", unit="count", better="neither", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(Term("contacts", "attempts", "distinct"),),
        needs=("contacts",),
    ),
    Metric(
        name="intensity",
        title=Words("Intensity", "渗透率"),
        explain=Words(
            "Attempts per case attempted. (渗透率 in Chinese; not the same as penetration.)",
            "每个被联系案件的平均触达次数。",
        ),
        area="contacts", unit="ratio", better="neither", owner="Team lead",
        counted_on=_CONTACTED,
        numerator=(_ATTEMPTS,),
        denominator=(Term("contacts", "attempts", "distinct"),),
        n=(Term("contacts", "attempts", "distinct"),),
        needs=("contacts",),
    ),
    Metric(
        name="days_to_first_attempt",
        title=Words("Days to the first attempt", "首次触达天数"),
        explain=Words(
            "Average number of days from placement to the first attempt, of the cases first"
            " attempted in the period.",
            "期内首次被联系的案件，从委案到首次联系的平均天数。",
        ),
        area="contacts", unit="days", better="lower", owner="Team lead", counted_on=_FIRST,
        numerator=(Term("first_attempts", "wait_days"),),
        denominator=(Term("first_attempts"),),
        n=(Term("first_attempts"),),
        needs=("contacts",),
    ),
    Metric(
        name="first_attempt_in_time",
        title=Words("First attempt within one day", "一日内首次触达率"),
        explain=Words(
            "Share of the cases first attempted in the period that were attempted on the day of"
            " placement or the day after.",
            "期内首次被联系的案件中，委案当日或次日即被联系的占比。",
        ),
        area="contacts", unit="share", better="higher", owner="Team lead", counted_on=_FIRST,
        numerator=(Term("first_attempts", "in_time"),),
        denominator=(Term("first_attempts"),),
        n=(Term("first_attempts"),),
        needs=("contacts",),
    ),
)  # fmt: skip
