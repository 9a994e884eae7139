"""The page Teams and agents: one file for each part."""
