"""The service under load and faults: many viewers while the case database changes and goes away,
the disk fills and processes are killed. Proves that nobody was shown a wrong figure.

`python -m benchmarks.faults` runs it and prints the table of docs/performance.md.
"""
