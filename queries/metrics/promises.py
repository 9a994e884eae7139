"""Promises to pay: made, due, kept, pending."""

from queries.definition import Metric, Term, Words

_MADE = Words("day the promise was made", "承诺作出日")
_DUE = Words("due day of the promise", "承诺到期日")
_MATURED = Term("promises_due", "n", "matured")


def _promise_share(name: str, title: Words, explain: Words, measure: str, better: str) -> Metric:
    return Metric(
        name=name, title=title, explain=explain,
        area="promises", unit="share", better=better,  # type: ignore[arg-type]
        owner="Team lead", counted_on=_DUE,
        numerator=(Term("promises_due", measure, "matured"),),
        denominator=(_MATURED,),
        n=(_MATURED,),
        needs=("promises",),
    )  # fmt: skip


PROMISES = (
    Metric(
        name="promises_made",
        title=Words("Promises made", "承诺件数"),
        explain=Words(
            "Promises to pay made in the period; cancelled ones are left out.",
            "期内作出的还款承诺件数，已取消的不计。",
        ),
        area="promises", unit="count", better="higher", owner="Team lead", counted_on=_MADE,
        numerator=(Term("promises_made"),),
        needs=("promises",),
    ),
    Metric(
        name="promises_made_amount",
        title=Words("Amount promised", "承诺金额"),
        explain=Words("Amount of the promises made in the period.", "期内作出的承诺金额。"),
        area="promises", unit="money", better="higher", owner="Team lead", counted_on=_MADE,
        numerator=(Term("promises_made", "amount"),),
        n=(Term("promises_made"),),
        needs=("promises",),
    ),
    Metric(
        name="promise_rate",
        title=Words("Promise rate", "承诺率"),
        explain=Words(
            "Promises made per outbound contact with the right party.",
            "承诺件数占外呼本人联系次数的比例。",
        ),
        area="promises", unit="share", better="higher", owner="Team lead", counted_on=_MADE,
        numerator=(Term("promises_made"),),
        denominator=(Term("contacts", "right_party"),),
        n=(Term("contacts", "right_party"),),
        needs=("promises", "contacts"),
    ),
    Metric(
        name="promises_due",
        title=Words("Promises due", "到期承诺件数"),
        explain=Words(
            "Promises due in the period whose window, grace included, is over.",
            "期内到期且宽限期已结束的承诺件数。",
        ),
        area="promises", unit="count", better="neither", owner="Team lead", counted_on=_DUE,
        numerator=(_MATURED,),
        needs=("promises",),
    ),
    Metric(
        name="promises_due_amount",
        title=Words("Amount due from promises", "到期承诺金额"),
        explain=Words(
            "Amount of the promises due in the period whose window is over.",
            "期内到期且宽限期已结束的承诺金额。",
        ),
        area="promises", unit="money", better="neither", owner="Team lead", counted_on=_DUE,
        numerator=(Term("promises_due", "amount", "matured"),),
        n=(_MATURED,),
        needs=("promises",),
    ),
    _promise_share(
        "promise_kept_rate",
        Words("Promises kept", "承诺履约率"),
        Words(
            "Share of the promises due that were paid to the threshold within their window.",
            "到期承诺中，在约定期限（含宽限期）内足额还款的件数占比。",
        ),
        "kept", "higher",
    ),
    _promise_share(
        "promise_partial_rate",
        Words("Promises kept in part", "部分履约率"),
        Words(
            "Share of the promises due that were paid, but less than the threshold.",
            "到期承诺中，有还款但未达足额标准的件数占比。",
        ),
        "partial", "neither",
    ),
    _promise_share(
        "promise_broken_rate",
        Words("Promises broken", "爽约率"),
        Words(
            "Share of the promises due for which nothing was paid within their window.",
            "到期承诺中，约定期限内无任何还款的件数占比。",
        ),
        "broken", "lower",
    ),
    Metric(
        name="promise_kept_rate_by_amount",
        title=Words("Promised amount kept", "承诺金额兑现率"),
        explain=Words(
            "Paid towards the promises due, at most the amount of each, as a share of what was"
            " due.",
            "到期承诺的已兑现金额（每笔以承诺金额为限）占到期承诺金额的比例。",
        ),
        area="promises", unit="share", better="higher", owner="Team lead", counted_on=_DUE,
        numerator=(Term("promises_due", "kept_amount", "matured"),),
        denominator=(Term("promises_due", "amount", "matured"),),
        n=(_MATURED,),
        needs=("promises",),
    ),
    Metric(
        name="promises_pending",
        title=Words("Promises pending", "待兑现承诺件数"),
        explain=Words(
            "Promises with a due day in the period whose window is not over yet.",
            "到期日在期内、宽限期尚未结束的承诺件数。",
        ),
        area="promises", unit="count", better="neither", owner="Team lead", counted_on=_DUE,
        numerator=(Term("promises_due", "n", "pending"),),
        needs=("promises",),
    ),
    Metric(
        name="promises_pending_amount",
        title=Words("Amount pending from promises", "待兑现承诺金额"),
        explain=Words(
            "Amount of the promises with a due day in the period whose window is not over yet.",
            "到期日在期内、宽限期尚未结束的承诺金额。",
        ),
        area="promises", unit="money", better="neither", owner="Team lead", counted_on=_DUE,
        numerator=(Term("promises_due", "amount", "pending"),),
        n=(Term("promises_due", "n", "pending"),),
        needs=("promises",),
    ),
    Metric(
        name="promise_lead_days",
        title=Words("Promise lead time", "承诺账期"),
        explain=Words(
            "Average number of days from the day a promise was made to its due day.",
            "从作出承诺到约定还款日的平均天数。",
        ),
        area="promises", unit="days", better="lower", owner="Team lead", counted_on=_MADE,
        numerator=(Term("promises_made", "lead_days"),),
        denominator=(Term("promises_made"),),
        n=(Term("promises_made"),),
        needs=("promises",),
    ),
)  # fmt: skip
