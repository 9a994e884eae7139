"""The rules of the house that no linter knows, read off the syntax of every file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("queries", "charts", "dashboard", "reports", "service")
PRODUCT = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
EVERYTHING = [
    *PRODUCT,
    *(path for name in ("tests", "benchmarks") for path in sorted((ROOT / name).rglob("*.py"))),
]

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
# The one door that asks what time it is.
CLOCK = ROOT / "service/clock.py"
_ASKS_THE_TIME = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
# They watch over the global generators.
_GUARDS = ("tests/conftest.py", "tests/test_guards.py")
# Generators with a seed of their own; everything else in these modules is global state.
_OWN_GENERATORS = {
    "Random", "SystemRandom", "default_rng", "Generator", "PCG64", "SeedSequence", "BitGenerator",
}  # fmt: skip


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _called(node: ast.Call) -> tuple[str, str]:
    """("datetime", "now") for datetime.now() and for datetime.datetime.now()."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return "", ""
    owner = function.value
    if isinstance(owner, ast.Attribute):
        return owner.attr, function.attr
    return (owner.id if isinstance(owner, ast.Name) else ""), function.attr


def _calls(paths: list[Path]) -> Iterator[tuple[str, tuple[str, str]]]:
    for path in paths:
        for node in _nodes(path):
            if isinstance(node, ast.Call):
                yield f"{_name(path)}:{node.lineno}", _called(node)


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = [place for place, call in _calls(PRODUCT) if call in _ASKS_THE_TIME]
    assert [place for place in asking if not place.startswith(_name(CLOCK))] == []
    assert asking, "the rule would not even notice the clock itself"


def test_a_test_says_what_time_it_is() -> None:
    tests = [path for path in EVERYTHING if path not in PRODUCT]
    assert [place for place, call in _calls(tests) if call in _ASKS_THE_TIME] == []


def test_nobody_uses_global_randomness() -> None:
    using = [
        place
        for place, (owner, name) in _calls(EVERYTHING)
        if owner == "random" and name not in _OWN_GENERATORS and not place.startswith(_GUARDS)
    ]
    assert using == []


def test_functions_stay_short() -> None:
    long = [
        f"{_name(path)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in EVERYTHING
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_files_stay_short() -> None:
    lengths = {_name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in EVERYTHING}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [_name(p) for p in PRODUCT if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    broad = caught is None or any(
        isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in names
    )
    # To note that something failed and pass it on hides nothing.
    passes_on = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return broad and not passes_on


def test_nobody_swallows_every_error() -> None:
    broad = [
        f"{_name(path)}:{node.lineno}"
        for path in PRODUCT
        for node in _nodes(path)
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    ]
    assert broad == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_files_are_named_after_what_they_do(name: str) -> None:
    assert [_name(path) for path in PRODUCT if path.stem == name or path.parent.name == name] == []


@pytest.mark.parametrize(
    ("caught", "then", "broad"),
    [
        (" Exception", "pass", True),
        ("", "pass", True),
        (" (ValueError, BaseException)", "pass", True),
        (" BaseException", "note()\n  raise", False),
        (" ValueError", "pass", False),
    ],
)
def test_a_broad_except_is_recognised(caught: str, then: str, broad: bool) -> None:
    tree = ast.parse(f"try:\n  work()\nexcept{caught}:\n  {then}")
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert [_catches_everything(handler) for handler in handlers] == [broad]


def test_no_database_tells_an_error_with_the_values_of_rows() -> None:
    """Errors are logged, and values of rows are numbers of accounts and addresses of people."""
    telling = [
        f"{_name(path)}:{node.lineno}"
        for path in PRODUCT
        if "simulation" not in path.parts
        for node in _nodes(path)
        if isinstance(node, ast.Call)
        and "create_engine" in (_called(node)[1], getattr(node.func, "id", ""))
        and "hide_parameters" not in {keyword.arg for keyword in node.keywords}
    ]
    assert telling == []
