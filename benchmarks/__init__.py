"""How fast and how lean Arrears is, as ratios within one run. `make bench` writes the table into
docs/performance.md."""
