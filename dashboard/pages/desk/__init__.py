"""The page My desk: one file for each part; page.py says which role sees which."""
