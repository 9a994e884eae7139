import subprocess
import sys
from importlib.machinery import PathFinder

import pytest

from queries.absent import say_absent


def test_a_package_that_is_not_there_is_looked_for_in_no_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "a_package_that_nobody_has"
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    say_absent(name)

    def searched(*_: object) -> None:
        raise AssertionError("the folders were searched")

    monkeypatch.setattr(PathFinder, "find_spec", searched)
    with pytest.raises(ModuleNotFoundError, match="No module named 'a_package_that_nobody_has'"):
        __import__(name)


def test_a_package_that_is_there_stays_to_be_imported() -> None:
    # In a process of its own, where nobody has imported it yet.
    told = "from queries.absent import say_absent; say_absent('colorsys'); import colorsys"
    subprocess.run([sys.executable, "-c", told], check=True)


def test_statements_with_values_look_for_no_pandas() -> None:
    told = (
        "import sys, queries, duckdb; looked = []\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None): looked.append(name)\n"
        "sys.meta_path.append(Finder())\n"
        "duckdb.connect().execute('SELECT ?', [1]).fetchall()\n"
        "print(looked.count('pandas'))"
    )
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "0"
