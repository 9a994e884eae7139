import io

from rich.console import Console

from service.progress import progress_bar


def _console(terminal: bool) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=terminal, width=80), out


def test_work_is_shown_on_a_terminal_when_it_takes_long() -> None:
    console, out = _console(terminal=True)
    with progress_bar(console, silent=0.0) as step:
        step("Reading payments", 0.4)
        step("Reading contacts", 0.6)
    assert "Reading" in out.getvalue()


def test_short_work_is_not_shown() -> None:
    console, out = _console(terminal=True)
    with progress_bar(console, silent=3600.0) as step:
        step("Reading payments", 0.4)
    assert out.getvalue() == ""


def test_a_file_gets_no_bar() -> None:
    console, out = _console(terminal=False)
    with progress_bar(console, silent=0.0) as step:
        step("Reading payments", 0.4)
    assert out.getvalue() == ""
