"""What an installed Arrears brings along: the tree itself, texts and templates included."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("charts", "dashboard", "queries", "reports", "service")


def files() -> set[Path]:
    """Every file of the packages that is not made by Python itself."""
    found = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    return {path for path in found if "__pycache__" not in path.parts}


def test_every_file_that_is_no_module_is_package_data() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    packed = {path for name in PACKAGES for one in patterns for path in (ROOT / name).glob(one)}
    left_out = {path for path in files() if path.suffix != ".py"} - packed
    assert {str(path.relative_to(ROOT)) for path in left_out} == set()


def test_every_module_lies_in_a_package() -> None:
    folders = {path.parent for path in files() if path.suffix == ".py"}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_whatever_installs_is_pinned_by_hash_and_names_no_host() -> None:
    lock = (ROOT / "installer.lock").read_text(encoding="ascii")
    assert re.match(r"uv==\d+\.\d+\.\d+ \\\n    --hash=sha256:", lock)
    assert "://" not in lock
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    for line in re.findall(r"pip install (.*)", makefile):
        # The tree itself and pip into an environment without one have nothing to compare with.
        assert "--require-hashes" in line or "-e ." in line or line.startswith("--quiet pip"), line


def test_every_package_is_found() -> None:
    include = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert sorted(include) == [f"{name}*" for name in PACKAGES]
