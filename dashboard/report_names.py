"""What the reports are called on pages, the same everywhere."""

from charts import Language


def report_name(report: str, language: Language) -> str:
    """A report as people call it; one of a newer version as it is."""
    names = {
        "weekly": language.t("Weekly report"),
        "monthly": language.t("Monthly report"),
        "team": language.t("Team pack"),
        "daily": language.t("Daily huddle sheet"),
    }
    return names.get(report, report)
