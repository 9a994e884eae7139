"""The page Data health: one file for each part."""
