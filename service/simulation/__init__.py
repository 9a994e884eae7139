"""The demo case database: a simulated collections operation, day by day, case by case.

    tables = simulate(Plan(cases=20_000, days=425, seed=7, last_day=date(2026, 10, 31)))
    write(tables, "duckdb:///demo.duckdb")

A simulation, not noise: what is seen in the figures has a cause in here (see story.py).
"""

from service.simulation.plan import Plan
from service.simulation.play import simulate
from service.simulation.writing import write

__all__ = ["Plan", "simulate", "write"]
