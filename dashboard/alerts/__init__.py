"""Alerts in words, and which of them somebody sees."""
