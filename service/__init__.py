"""The doors of the house: settings, the `arrears` command, scheduled jobs and the demo data.

Everything is wired here and nothing imports this package: what the other rooms need is handed to
them as arguments.
"""
