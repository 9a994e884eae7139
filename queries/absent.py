"""Packages that another one looks for again and again, though they are not installed."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from types import ModuleType


class _Absent:
    """Ends each attempt to import a package as it would end after all folders were searched."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        if name == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return


def say_absent(package: str) -> None:
    """Where a package is not installed, lets whoever looks for it know at once.

    Python remembers modules that it has found, never that it found none.
    """
    if package not in sys.modules and find_spec(package) is None:
        sys.meta_path.insert(0, _Absent(package))
