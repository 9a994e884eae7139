"""Money recovered: collected, recovery rate, the vintage curve, placements."""

from queries.definition import Metric, Term, Words

_PAID = Words("day of the payment", "还款日")
_PLACED = Words("day of placement", "委案日")

RECOVERY = (
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
