"""Worked examples: for every metric a few rows, a question, and the answer by hand.

docs/metrics.md shows them; test_examples.py holds the product and the naive twin to them.
"""

from tests.queries.examples.aging import AGING
from tests.queries.examples.contacts import CONTACTS
from tests.queries.examples.example import Example, Expected
from tests.queries.examples.promises import PROMISES
from tests.queries.examples.recovery import RECOVERY

EXAMPLES: tuple[Example, ...] = (*RECOVERY, *PROMISES, *CONTACTS, *AGING)

__all__ = ["EXAMPLES", "Example", "Expected"]
