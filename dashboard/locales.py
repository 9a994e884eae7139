"""Which language a reader sees: their own choice, kept in a cookie of the browser."""

from flask import has_request_context, request

from charts import Language
from queries.definitions import Definitions

COOKIE = "arrears_language"

# The value of the cookie and of <html lang> → the locale of the texts, each named in itself.
LOCALES = {"en": "en", "zh-Hans": "zh_Hans_CN"}
NAMES = {"en": "English", "zh-Hans": "简体中文"}

# The same languages as the calendars and the plots call them.
CALENDARS = {"en": "en", "zh_Hans_CN": "zh-cn"}
PLOTS = {"en": "en-US", "zh_Hans_CN": "zh-CN"}


def language_of_request(definitions: Definitions, default_locale: str) -> Language:
    """The language of the reader behind the current request."""
    chosen = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return Language(
        LOCALES.get(chosen, default_locale), definitions.currency, definitions.minor_digits
    )
