"""Worked examples of the contact figures."""

from tests.queries.examples.example import WEEK, Example, Expected, read_rows

_SEVEN_CONTACTS = read_rows(
    contacts="""
    contact_id | contacted_at     | channel | direction | outcome
    N1         | 2024-03-04 00:00 | call    | outbound  | no_answer
    N2         | 2024-03-05 09:00 | call    | outbound  | voicemail
    N3         | 2024-03-06 09:00 | call    | outbound  | third_party
    N4         | 2024-03-07 09:00 | call    | outbound  | right_party
    N5         | 2024-03-08 09:00 | visit   | outbound  | refused
    N6         | 2024-03-10 23:59 | sms     | outbound  | delivered
    N7         | 2024-03-08 12:00 | call    | inbound   | right_party
    """,
)

_THREE_ATTEMPTS = read_rows(
    cases="""
    case_id
    C1
    C2
    C3
    """,
    contacts="""
    contact_id | case_id | contacted_at     | outcome
    N1         | C1      | 2024-03-05 09:00 | no_answer
    N2         | C1      | 2024-03-06 09:00 | no_answer
    N3         | C2      | 2024-03-06 10:00 | no_answer
    """,
)

_FIRST = read_rows(
    cases="""
    case_id | placed_on
    C1      | 2024-03-01
    C2      | 2024-03-05
    """,
    contacts="""
    contact_id | case_id | contacted_at
    N1         | C1      | 2024-03-04 10:00
    N2         | C1      | 2024-03-05 10:00
    N3         | C2      | 2024-03-04 10:00
    N4         | C2      | 2024-03-06 10:00
    """,
)

CONTACTS = (
    Example(
        metric="attempts",
        title="What went out in a week",
        rows=_SEVEN_CONTACTS,
        period=WEEK,
        expected=[Expected((), 6)],
        because="N1 to N6 went out, by whatever channel; N7 came in.",
    ),
    Example(
        metric="attempts",
        title="By weekday and hour",
        rows=read_rows(
            contacts="""
            contact_id | contacted_at
            N1         | 2024-03-04 09:00
            N2         | 2024-03-04 09:59
            N3         | 2024-03-10 23:59
            """,
        ),
        period=WEEK,
        by=("weekday", "hour"),
        expected=[Expected((1, 9), 2), Expected((7, 23), 1)],
        because="4 March is a Monday (1), 10 March a Sunday (7).",
    ),
    Example(
        metric="connect_rate",
        title="Somebody or something answered",
        rows=_SEVEN_CONTACTS,
        period=WEEK,
        expected=[Expected((), 4, 6)],
        because="N2 (voicemail), N3, N4 and N5 of the six attempts.",
    ),
    Example(
        metric="contact_rate",
        title="A person answered",
        rows=_SEVEN_CONTACTS,
        period=WEEK,
        expected=[Expected((), 3, 6)],
        because="N3, N4 and N5 of the six attempts.",
    ),
    Example(
        metric="right_party_rate",
        title="The customer answered",
        rows=_SEVEN_CONTACTS,
        period=WEEK,
        expected=[Expected((), 2, 6)],
        because="N4 and N5 of the six attempts; N7 is no attempt.",
    ),
    Example(
        metric="outcome_share",
        title="Outcomes of the attempts of each channel",
        rows=_SEVEN_CONTACTS,
        period=WEEK,
        by=("channel", "outcome"),
        expected=[
            Expected(("call", "no_answer"), 1, 4),
            Expected(("call", "voicemail"), 1, 4),
            Expected(("call", "third_party"), 1, 4),
            Expected(("call", "right_party"), 1, 4),
            Expected(("sms", "delivered"), 1, 1),
            Expected(("visit", "refused"), 1, 1),
        ],
        because="Four calls went out with one of each outcome; the shares of a channel add to 1.",
    ),
    Example(
        metric="coverage",
        title="Open cases that somebody worked",
        rows=read_rows(
            cases="""
            case_id | placed_on  | closed_on
            C1      | 2024-03-01 |
            C2      | 2024-03-01 |
            C3      | 2024-03-01 | 2024-03-05
            C4      | 2024-03-01 | 2024-03-04
            """,
            contacts="""
            contact_id | case_id | contacted_at
            N1         | C1      | 2024-03-05 09:00
            N2         | C1      | 2024-03-06 09:00
            N3         | C3      | 2024-03-06 09:00
            N4         | C4      | 2024-03-04 09:00
            """,
        ),
        period=WEEK,
        expected=[Expected((), 1, 3)],
        because="C1, C2 and C3 were open at the end of at least one day of the week, C4 closed on"
        " its first. Only C1 was attempted while open.",
    ),
    Example(
        metric="cases_attempted",
        title="Each case once",
        rows=_THREE_ATTEMPTS,
        period=WEEK,
        expected=[Expected((), 2)],
        because="C1 and C2 were attempted, C1 twice.",
    ),
    Example(
        metric="intensity",
        title="Attempts per case attempted",
        rows=_THREE_ATTEMPTS,
        period=WEEK,
        expected=[Expected((), 3, 2)],
        because="Three attempts on two cases: 1.5.",
    ),
    Example(
        metric="days_to_first_attempt",
        title="From placement to the first attempt",
        rows=_FIRST,
        period=WEEK,
        expected=[Expected((), 4, 2)],
        because="C1 waited from 1 to 4 March, C2 from 5 to 6 March: 3 + 1 days for two cases. N3"
        " came before C2 was placed.",
    ),
    Example(
        metric="first_attempt_in_time",
        title="Attempted on the day of placement or the day after",
        rows=_FIRST,
        period=WEEK,
        expected=[Expected((), 1, 2)],
        because="C2 waited one day, C1 three.",
    ),
)
