"""The page Alerts: one file for each part."""
