"""The figures of the house, each declared once. docs/metrics.md is generated from this file."""

from collections.abc import Mapping

from queries.definition import Metric, Term, Words

_PAID = Words("day of the payment", "还款日")
_CONTACTED = Words("day of the contact", "联系日")
_MADE = Words("day the promise was made", "承诺作出日")
_DUE = Words("due day of the promise", "承诺到期日")
_END = Words("end of the last day of the period", "期末日终")
_START = Words("end of the day before the period", "期初前一日日终")
_MOVED = Words("day of the movement", "变动发生日")
_PLACED = Words("day of placement", "委案日")
_MONTH_END = Words("month end that closes the month", "月末")
_FIRST = Words("day of the first attempt", "首次联系日")

_ATTEMPTS = Term("contacts", "attempts")
_CLOSING = Term("stock", "n", "closing")
_MATURED = Term("promises_due", "n", "matured")
_IDLE_BANDS = {7: ("7-13", "14-29", "30+"), 14: ("14-29", "30+"), 30: ("30+",)}

_RECOVERY = (
    Metric(
        name="collected",
        title=Words("Collected", "回款金额"),
        explain=Words(
            "Payments received less reversals, each on its own day.",
            "期间回款净额：还款减去冲正，各计入其发生日。",
        ),
        area="recovery", unit="money", better="higher", owner="Collections manager",
        counted_on=_PAID,
        numerator=(Term("payments", "amount"),),
        n=(Term("payments", "payments"),),
    ),
    Metric(
        name="collected_restated",
        title=Words("Collected, restated", "回款金额（追溯）"),
        explain=Words(
            "Payments less reversals, a reversal counted on the day of the payment it reverses.",
            "期间回款净额，冲正追溯计入被冲正还款的日期。",
        ),
        area="recovery", unit="money", better="higher", owner="Collections manager",
        counted_on=Words("day of the payment, for reversals of the payment reversed", "原还款日"),
        numerator=(Term("payments_restated", "amount"),),
        n=(Term("payments_restated", "payments"),),
    ),
    Metric(
        name="recovery_rate",
        title=Words("Recovery rate", "回收率"),
        explain=Words(
            "Collected as a share of the balance that was open when the period began"
            " plus the amount placed during it.",
            "回款金额占期初在催余额与期内新委案金额之和的比例。",
        ),
        area="recovery", unit="share", better="higher", owner="Collections manager",
        counted_on=_PAID,
        numerator=(Term("payments", "amount"),),
        denominator=(
            Term("stock", "balance", "opening"),
            Term("stock", "balance", only={"flow": ("placed",)}),
        ),
        n=(Term("stock", "n", "opening"), Term("stock", "n", only={"flow": ("placed",)})),
    ),
    Metric(
        name="liquidation",
        title=Words("Liquidation by vintage", "累计回收曲线"),
        explain=Words(
            "Per month of placement: all that was collected up to the n-th month after placement"
            " as a share of the amount placed. Months that are not over yet stay empty.",
            "按委案月份：截至委案后第 n 个月的累计回款占委案金额的比例；未结束的月份留空。",
        ),
        area="recovery", unit="share", better="higher", owner="Collections manager",
        counted_on=_PLACED,
        numerator=(Term("payments", "amount"),),
        denominator=(Term("placements", "amount", across=("months",)),),
        n=(Term("placements", "n", across=("months",)),),
        curve=True,
    ),
    Metric(
        name="placed_cases",
        title=Words("Cases placed", "新委案件数"),
        explain=Words("Cases placed in the period.", "期内新委案件数。"),
        area="recovery", unit="count", better="neither", owner="Collections manager",
        counted_on=_PLACED,
        numerator=(Term("stock", "n", only={"flow": ("placed",)}),),
    ),
    Metric(
        name="placed_amount",
        title=Words("Amount placed", "新委案金额"),
        explain=Words(
            "Balance at placement of the cases placed in the period.", "期内新委案件的委案金额。"
        ),
        area="recovery", unit="money", better="neither", owner="Collections manager",
        counted_on=_PLACED,
        numerator=(Term("stock", "balance", only={"flow": ("placed",)}),),
        n=(Term("stock", "n", only={"flow": ("placed",)}),),
    ),
)  # fmt: skip


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


_PROMISES = (
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
            "Paid towards the promises due, at most the amount of each, as a share of what was due.",
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


_CONTACTS = (
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
            "Attempts per case attempted. (Known as 渗透率 in Chinese; not the same as penetration.)",
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


def _untouched(days: int) -> Metric:
    return Metric(
        name=f"untouched_{days}d",
        title=Words(f"Untouched for {days} days", f"{days}日未触达案件"),
        explain=Words(
            f"Open cases without an outbound contact in the last {days} days. A case that was never"
            " attempted counts from its placement.",
            f"最近{days}日内无外呼联系的在催案件；从未联系过的自委案日起算。",
        ),
        area="aging", unit="count", better="lower", owner="Team lead", counted_on=_END,
        numerator=(Term("idle", "n", "closing", only={"idle": _IDLE_BANDS[days]}),),
        n=(_CLOSING,),
        needs=("contacts",),
    )  # fmt: skip


def _balance_flow(name: str, title: Words, explain: Words, flow: str, sign: int = 1) -> Metric:
    return Metric(
        name=name, title=title, explain=explain,
        area="aging", unit="money", better="neither", owner="Collections manager",
        counted_on=_MOVED,
        numerator=(Term("stock", "balance", only={"flow": (flow,)}, sign=sign),),
    )  # fmt: skip


_AGING = (
    Metric(
        name="open_cases",
        title=Words("Open cases", "在催案件数"),
        explain=Words("Cases open at the end of the period.", "期末在催案件数。"),
        area="aging", unit="count", better="neither", owner="Collections manager",
        counted_on=_END,
        numerator=(_CLOSING,),
    ),
    Metric(
        name="open_balance",
        title=Words("Open balance", "在催余额"),
        explain=Words(
            "Balance of the cases open at the end of the period: placed plus adjustments less net"
            " payments.",
            "期末在催案件余额：委案金额加调整减净还款。",
        ),
        area="aging", unit="money", better="neither", owner="Collections manager",
        counted_on=_END,
        numerator=(Term("stock", "balance", "closing"),),
        n=(_CLOSING,),
    ),
    _untouched(7),
    _untouched(14),
    _untouched(30),
    Metric(
        name="idle_cases",
        title=Words("Open cases by days since the last attempt", "按未联系天数的在催案件数"),
        explain=Words(
            "Cases open at the end of the period, to be split by days since the last attempt.",
            "期末在催案件数，按距上次联系天数拆分。",
        ),
        area="aging", unit="count", better="neither", owner="Team lead", counted_on=_END,
        numerator=(Term("idle", "n", "closing"),),
        needs=("contacts",),
    ),
    Metric(
        name="opening_cases",
        title=Words("Opening cases", "期初在催案件数"),
        explain=Words("Cases open when the period began.", "期初在催案件数。"),
        area="aging", unit="count", better="neither", owner="Collections manager",
        counted_on=_START,
        numerator=(Term("stock", "n", "opening"),),
    ),
    Metric(
        name="closed_cases",
        title=Words("Cases closed", "结案件数"),
        explain=Words("Cases closed in the period, by reason.", "期内结案件数，可按结案原因拆分。"),
        area="aging", unit="count", better="neither", owner="Collections manager",
        counted_on=_MOVED,
        numerator=(Term("stock", "n", only={"flow": ("closed",)}, sign=-1),),
    ),
    Metric(
        name="moved_cases",
        title=Words("Cases moved in", "净转入案件数"),
        explain=Words(
            "Open cases that came from another slice (team, agent, bucket, stage) less those that"
            " went to one; zero for the whole operation.",
            "从其他分组转入减转出的在催案件数；全量为零。",
        ),
        area="aging", unit="count", better="neither", owner="Collections manager",
        counted_on=_MOVED,
        numerator=(Term("stock", "n", only={"flow": ("moved",)}),),
    ),
    Metric(
        name="opening_balance",
        title=Words("Opening balance", "期初在催余额"),
        explain=Words("Balance of the cases open when the period began.", "期初在催案件余额。"),
        area="aging", unit="money", better="neither", owner="Collections manager",
        counted_on=_START,
        numerator=(Term("stock", "balance", "opening"),),
        n=(Term("stock", "n", "opening"),),
    ),
    _balance_flow(
        "adjusted_balance",
        Words("Adjustments", "余额调整"),
        Words(
            "Interest and fees less waivers on open cases.", "在催案件的利息、费用减去减免。"
        ),
        "adjusted",
    ),
    _balance_flow(
        "collected_on_open",
        Words("Collected on open cases", "在催案件回款"),
        Words(
            "Net payments on cases that were open when the day began, the day of closing included.",
            "日初在催案件的净还款（含结案当日）。",
        ),
        "collected", -1,
    ),
    _balance_flow(
        "closed_balance",
        Words("Balance closed", "结案余额"),
        Words(
            "Balance left on the cases closed in the period, by reason.",
            "期内结案案件的剩余余额，可按结案原因拆分。",
        ),
        "closed", -1,
    ),
    _balance_flow(
        "moved_balance",
        Words("Balance moved in", "净转入余额"),
        Words(
            "Balance that came from another slice less what went to one; zero for the whole.",
            "从其他分组转入减转出的余额；全量为零。",
        ),
        "moved",
    ),
    Metric(
        name="rolled_cases",
        title=Words("Cases rolled", "迁徙案件数"),
        explain=Words(
            "Cases of a bucket at one month end by where they are at the next.",
            "月末各账龄案件在下一月末的去向件数。",
        ),
        area="aging", unit="count", better="neither", owner="Collections manager",
        counted_on=_MONTH_END,
        numerator=(Term("roll"),),
    ),
    Metric(
        name="rolled_balance",
        title=Words("Balance rolled", "迁徙余额"),
        explain=Words(
            "Balance of a bucket at one month end by where the cases are at the next.",
            "月末各账龄余额按案件在下一月末的去向。",
        ),
        area="aging", unit="money", better="neither", owner="Collections manager",
        counted_on=_MONTH_END,
        numerator=(Term("roll", "balance"),),
        n=(Term("roll"),),
    ),
    Metric(
        name="roll_rate",
        title=Words("Roll rate", "迁徙率"),
        explain=Words(
            "Share of the cases of a bucket at one month end that are in another state at the next;"
            " to be split by bucket and next state. Rows add to 100 %.",
            "月末某账龄案件在下一月末处于各状态的占比，按账龄与去向拆分，各行合计 100%。",
        ),
        area="aging", unit="share", better="neither", owner="Collections manager",
        counted_on=_MONTH_END,
        numerator=(Term("roll"),),
        denominator=(Term("roll", across=("to_state",)),),
        n=(Term("roll", across=("to_state",)),),
    ),
    Metric(
        name="roll_rate_by_balance",
        title=Words("Roll rate by balance", "余额迁徙率"),
        explain=Words(
            "Share of the balance of a bucket at one month end whose cases are in another state at"
            " the next; to be split by bucket and next state.",
            "月末某账龄余额在下一月末处于各状态的占比，按账龄与去向拆分。",
        ),
        area="aging", unit="share", better="neither", owner="Collections manager",
        counted_on=_MONTH_END,
        numerator=(Term("roll", "balance"),),
        denominator=(Term("roll", "balance", across=("to_state",)),),
        n=(Term("roll", across=("to_state",)),),
    ),
    Metric(
        name="cure_rate",
        title=Words("Cure rate", "出催率"),
        explain=Words(
            "Share of the cases open at one month end that were closed as paid, settled or cured by"
            " the next.",
            "月末在催案件在下一月末前以还清、结清或恢复正常结案的占比。",
        ),
        area="aging", unit="share", better="higher", owner="Collections manager",
        counted_on=_MONTH_END,
        numerator=(Term("roll", only={"to_state": ("paid", "settled", "cured")}),),
        denominator=(Term("roll", across=("to_state",)),),
        n=(Term("roll", across=("to_state",)),),
    ),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {
    metric.name: metric for metric in (*_RECOVERY, *_PROMISES, *_CONTACTS, *_AGING)
}
