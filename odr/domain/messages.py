"""Messages to people: templates by name, English ids with %(name)s places.

Rule 1: no fact of a dispute in a short message; the case by its number only (lifecycle 4.4).
"""

from typing import Final

SMS: Final[dict[str, str]] = {  # messages
    "sign_in": "Your code is %(code)s. It is valid for 5 minutes. Court staff will never ask you for it.",
    "sign_agreement": "Your signing code is %(code)s. It signs only the document with the mark %(digest)s "
    "and is valid for 10 minutes. Never pass it on.",
}
