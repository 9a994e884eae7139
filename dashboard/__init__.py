"""The pages that people look at: a Dash app over the figures. Knows no SQL and keeps no state."""

from dashboard.app import create_app

__all__ = ["create_app"]
