"""The stock of open cases: levels, untouched cases, the inventory bridge, roll rates."""

from queries.definition import Metric, Term, Words

_END = Words("end of the last day of the period", "期末日终")
_START = Words("end of the day before the period", "期初前一日日终")
_MOVED = Words("day of the movement", "变动发生日")
_MONTH_END = Words("month end that closes the month", "月末")
_CLOSING = Term("stock", "n", "closing")
_IDLE_BANDS = {7: ("7-13", "14-29", "30+"), 14: ("14-29", "30+"), 30: ("30+",)}


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
        n=(Term("stock", "n", "closing", across=("idle",)),),
        needs=("contacts",),
    )  # fmt: skip


def _balance_flow(name: str, title: Words, explain: Words, flow: str, sign: int = 1) -> Metric:
    return Metric(
        name=name, title=title, explain=explain,
        area="aging", unit="money", better="neither", owner="Collections manager",
        counted_on=_MOVED,
        numerator=(Term("stock", "balance", only={"flow": (flow,)}, sign=sign),),
    )  # fmt: skip


AGING = (
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
