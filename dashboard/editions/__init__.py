"""Editions of reports as pages show them: what may be read by whom, in which words."""
