"""The page Targets: one file for each part."""
