"""What the sums of a metric count, in words."""

from collections.abc import Sequence

from queries.definition import Term

_OUTCOMES = "outbound contacts with outcome"

# What one unit of each measure of each fact is. A new measure needs its words here.
MEASURES = {
    ("contacts", "attempts"): "outbound contacts",
    ("contacts", "connected"): f"{_OUTCOMES} voicemail, third_party, right_party or refused",
    ("contacts", "contacted"): f"{_OUTCOMES} third_party, right_party or refused",
    ("contacts", "right_party"): f"{_OUTCOMES} right_party or refused",
    ("first_attempts", "n"): "cases with their first attempt in the period",
    ("first_attempts", "wait_days"): "days from placement to the first attempt",
    ("first_attempts", "in_time"): "cases whose first attempt was on the day of placement or the"
    " day after",
    ("idle", "n"): "open cases",
    ("payments", "amount"): "payments less reversals",
    ("payments", "payments"): "payments and reversals (rows)",
    ("payments_restated", "amount"): "payments less reversals",
    ("payments_restated", "payments"): "payments and reversals (rows)",
    ("placements", "amount"): "amount placed",
    ("placements", "n"): "cases placed",
    ("promises_due", "n"): "promises due in the period",
    ("promises_due", "amount"): "amount of the promises due in the period",
    ("promises_due", "kept"): "kept promises among those due in the period",
    ("promises_due", "partial"): "partly kept promises among those due in the period",
    ("promises_due", "broken"): "broken promises among those due in the period",
    ("promises_due", "kept_amount"): "amount paid on the promises due in the period, each at most"
    " its own amount",
    ("promises_made", "n"): "promises made in the period",
    ("promises_made", "amount"): "amount of the promises made in the period",
    ("promises_made", "lead_days"): "days from making a promise to its due day",
    ("roll", "n"): "cases open at the month end before",
    ("roll", "balance"): "balance at the month end before",
    ("stock", "n"): "open cases",
    ("stock", "balance"): "balance of open cases",
}
_WHEN = {
    "during": "",
    "matured": ", windows over by the as-of day",
    "pending": ", windows not over by the as-of day",
    "opening": " at the end of the day before the period",
    "closing": " at the end of the last day of the period",
    "distinct": "",
    "open_during": "",
}
# Movements of the stock; what they count is said by the movement, not by the stock.
_FLOWS = {
    ("n", "placed"): "cases placed in the period",
    ("n", "closed"): "cases closed in the period",
    ("n", "moved"): "cases that moved in from another slice less those that moved out",
    ("balance", "placed"): "balance at placement of the cases placed in the period",
    ("balance", "closed"): "balance left on the cases closed in the period",
    ("balance", "moved"): "balance that moved in from another slice less what moved out",
    ("balance", "adjusted"): "adjustments on cases open when the day began",
    ("balance", "collected"): "net payments on cases open when the day began",
}
_BANDS = {"idle": "days since the last attempt", "to_state": "next state", "open": "case open"}


def terms_in_words(terms: Sequence[Term]) -> str:
    return " + ".join(_in_words(term) for term in terms)


def _in_words(term: Term) -> str:
    flow = term.only.get("flow")
    if flow:
        return " or ".join(_FLOWS[term.measure, name] for name in flow)
    words = MEASURES[term.fact, term.measure] + _WHEN[term.when]
    if term.when == "distinct":
        # The only limit of distinct counts: the case has to be open when the attempt is made.
        open_then = ", the case open on that day" if "open" in term.only else ""
        return f"distinct cases with {words} in the period{open_then}"
    if term.when == "open_during":
        return "distinct cases open on at least one day of the period"
    for name, values in term.only.items():
        words += f", {_BANDS[name]} {' or '.join(values)}"
    if term.across:
        words += f" (all of {', '.join(term.across)} together)"
    return words
