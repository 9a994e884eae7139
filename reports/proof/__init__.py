"""The proof before sending: finished files are read back and compared with their figures.

What is read here is the file itself, by other libraries than those that wrote it. One difference
stops the sending; all of them are told at once.
"""

from reports.failures import ProofError
from reports.mail import Letter
from reports.parts import Report
from reports.proof.books import Book, book_of, slips, workbook_differences
from reports.proof.letters import letter_differences, size
from reports.proof.pages import Pages, misses, page_numbers, pages_of, pdf_differences
from reports.proof.texts import boxed, squeezed

__all__ = [
    "Book", "Pages", "book_of", "boxed", "letter_differences", "misses", "page_numbers",
    "pages_of", "pdf_differences", "prove", "prove_letter", "size", "slips", "squeezed",
    "workbook_differences",
]  # fmt: skip


def prove(report: Report, pdf: bytes, workbook: bytes) -> None:
    """Raises ProofError with every difference between the files and the figures."""
    differences = [
        *pdf_differences(report, pdf),
        *workbook_differences(report, workbook),
    ]
    if differences:
        raise ProofError(differences, of=report.slug)


def prove_letter(report: Report, letter: Letter, most: int | None = None) -> None:
    """The same for the letter with its files; `most` is how many bytes the whole message may
    have."""
    differences = list(letter_differences(report, letter, most))
    if differences:
        raise ProofError(differences, of=report.slug)
