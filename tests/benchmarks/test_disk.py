"""Disks that fill, whatever this user may do."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.faults import disk
from benchmarks.faults.disk import Disk, LimitedFiles, SmallDisk, a_disk


def written(on: Disk, size: int) -> bool:
    """Whether a program that begins now can write so many bytes."""
    done = subprocess.run(
        [*on.entering, "dd", "if=/dev/zero", f"of={on.inside}/file", f"bs={size}", "count=1"],
        capture_output=True,
        check=False,
    )
    (on.outside / "file").unlink(missing_ok=True)
    return done.returncode == 0


def fills(on: Disk) -> None:
    assert written(on, 400_000)
    on.fill(but=100_000)
    assert written(on, 50_000)
    assert not written(on, 400_000)
    on.fill()
    assert not written(on, 50_000)
    on.free()
    assert written(on, 400_000)


def test_a_small_disk_fills_and_is_freed(tmp_path: Path) -> None:
    try:
        small = SmallDisk(tmp_path / "disk", 2_000_000)
    except OSError:
        pytest.skip("this user may not mount anything")
    try:
        fills(small)
        assert list((tmp_path / "disk").iterdir()) == [], "it lies on the disk of the machine"
    finally:
        small.close()


def test_where_nothing_may_be_mounted_files_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(disk, "SmallDisk", refuse)
    # One that runs already is limited too.
    script = f"read line; head -c 50000 /dev/zero > {tmp_path}/disk/other"
    with (
        subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stderr=-3) as running,
        a_disk(tmp_path / "disk", 0, lambda: [running.pid]) as limited,
    ):
        assert isinstance(limited, LimitedFiles)
        fills(limited)
        limited.fill()
        running.communicate(b"\n", timeout=20)
    assert (tmp_path / "disk/other").stat().st_size == 0
