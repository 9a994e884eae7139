"""The parts pages are made of: pure functions from figures and a language to Dash components."""
