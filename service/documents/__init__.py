"""Documents that are written from code: settings, metrics, commands and config.yaml itself.

`python -m service.documents` writes them, with --check it only says which would change.
"""
