"""The languages of the platform: English message ids, and the catalogues that translate them.

Rule 1: a language may have several .po files, one an area; together they are one catalogue.
Rule 2: Simplified Chinese is the default; English is the ids themselves.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Final = ("zh_CN", "en")
DEFAULT: Final = "zh_CN"
_LOCALES: Final = Path(__file__).resolve().parent.parent / "locales"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The merged catalogue of a language; the ids themselves if it has no files."""
    merged = Catalog(locale=language)
    files = sorted((_LOCALES / language).glob("*.po"))
    if not files:
        return gettext.NullTranslations()
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(message: str, language: str = DEFAULT, values: Mapping[str, object] | None = None) -> str:
    """The message in `language`, its %(name)s places filled."""
    text = catalogue(language).gettext(message) if message else ""
    return text % values if values else text
