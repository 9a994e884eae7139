"""A second implementation of every figure, kept naive so that it can be read beside DESIGN §3.

It knows nothing of SQL, rollups or the metric declarations: it walks over lists of dicts, case by
case and day by day. Where it and the product differ, one of them misreads a definition.
"""

from tests.support.naive.figures import FIGURES, NaiveFigures

__all__ = ["FIGURES", "NaiveFigures"]
