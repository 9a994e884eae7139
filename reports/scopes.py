"""Whose figures a report shows, in words: on page one, in the letter and in the workbook."""

from charts import Language
from reports.frozen import About


def told(about: About, language: Language) -> str:
    """ "All figures", "Team: Early calls", "Departments: A, B"."""
    t, names = language.t, language.listed(about.names)
    if about.scope.dimension is None:
        return t("All figures")
    several = len(about.names) > 1
    match about.scope.dimension:
        case "department":
            text = t("Departments: {names}", names=names) if several else ""
            return text or t("Department: {names}", names=names)
        case "agent":
            return t("Agent: {names}", names=names)
    return t("Teams: {names}", names=names) if several else t("Team: {names}", names=names)


def correction(about: About, language: Language) -> str:
    """What a later edition of the same period corrects; empty for the first one."""
    if about.number == 1:
        return ""
    return language.t(
        "Edition {number}, corrected: {reason}", number=about.number, reason=about.reason
    )
