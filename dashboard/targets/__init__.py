"""Targets as files: what people take along and send back."""
