"""The page Reports: one file for each part."""
