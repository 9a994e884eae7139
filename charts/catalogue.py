"""Translations: the .po files of all packages as one dictionary, read once per locale."""

from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

HOME = Path(__file__).resolve().parent.parent
PACKAGES = ("charts", "dashboard", "reports", "service")


def po_file(package: str, locale: str) -> Path:
    """Where a package keeps its translations; found by path, so that nothing is imported."""
    return HOME / package / "locale" / locale / "LC_MESSAGES" / f"{package}.po"


@lru_cache(maxsize=8)
def messages(locale: str) -> dict[str, str]:
    """English text → translation. Fuzzy and empty entries are left out (English is shown)."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        found |= read(package, locale)
    return found


def read(package: str, locale: str) -> dict[str, str]:
    """The translations of one package; a plural is found under its many-form."""
    path = po_file(package, locale)
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        entries = [entry for entry in read_po(stream, locale=locale) if entry.id]
    found: dict[str, str] = {}
    for entry in entries:
        # Chinese has one plural form, which stands for both English ones.
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        names = (entry.id,) if isinstance(entry.id, str) else entry.id
        if texts[-1] and not entry.fuzzy:
            found |= {name: str(texts[-1]) for name in names}
    return found
