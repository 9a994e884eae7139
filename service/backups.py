"""Backup and restore of the desk as the settings place it, told in a line."""

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from queries.desk import Manifest, Restored, back_up, check_backup, restore
from service.settings import Settings


def make_backup(settings: Settings, file: Path, now: datetime) -> Manifest:
    """Writes the desk and the report files that it names to `file`."""
    folders = _folders(settings)
    return back_up(settings.desk.url, file, folders, now=now, program=version("arrears"))


def restore_backup(settings: Settings, file: Path, now: datetime, *, replace: bool) -> Restored:
    """Brings the desk and the report files of `file` back."""
    return restore(
        settings.desk.url,
        file,
        _folders(settings),
        replace=replace,
        now=now,
        program=version("arrears"),
    )


def read_backup(file: Path) -> Manifest:
    """What a backup holds, once all of it was checked."""
    return check_backup(file)


def told(manifest: Manifest) -> str:
    """ "123 job_runs, 45 deliveries, 12 files of reports; revision 0003, made 2026-11-23 09:00"."""
    tables = sorted(manifest.tables.items())
    parts = [f"{part.rows:,} {name}" for name, part in tables if part.rows]
    parts.append(f"{len(manifest.files):,} files of reports")
    made = datetime.fromisoformat(manifest.made_at)
    return (
        f"{', '.join(parts)}; "
        f"revision {manifest.revision}, made {made:%Y-%m-%d %H:%M} (UTC{made:%z}) "
        f"by Arrears {manifest.program}"
    )


def _folders(settings: Settings) -> Mapping[str, Path]:
    """Where each report leaves its files."""
    reports = settings.reports
    return {name: getattr(reports, name).folder for name in type(reports).model_fields}
