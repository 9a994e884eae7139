import io

from rich.console import Console

from service.progress import progress_bar, told


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


def test_the_time_left_is_what_the_rest_takes_at_the_pace_so_far() -> None:
    assert told(10, 0.02, 0.0) == "10 s"
    assert told(10, 0.25, 0.0) == "10 s, about 30 s left"
    assert told(600, 0.5, 0.0) == "600 s, about 10 min left"
    # What was done before the work was interrupted took no time now.
    assert told(10, 0.8, 0.7) == "10 s, about 20 s left"
