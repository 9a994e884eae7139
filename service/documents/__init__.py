"""Documents that are written from code: settings, contract, metrics, commands, rights, config.yaml.

`python -m service.documents` writes them, with --check it only says which would change.
"""
