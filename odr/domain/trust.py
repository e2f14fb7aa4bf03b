"""The keys a reader trusts, as they are handed out beside the dossiers and never inside them."""

import base64
import binascii
import json
from dataclasses import dataclass

from odr.domain.notes import NoteKey, parse_key
from odr.domain.signed_pdfs import PdfTrust
from odr.errors import BadInput


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys of the log and the platform, certificates (DER) of the signing and the time-stamp authorities."""

    log: NoteKey
    platform: NoteKey
    authorities: tuple[bytes, ...]
    timestamps: tuple[bytes, ...]

    @property
    def pdf(self) -> PdfTrust:
        return PdfTrust(self.authorities, self.timestamps)

    def json(self) -> str:
        """The text of trust.json."""
        record = {
            "v": 1,
            "log": str(self.log),
            "platform": str(self.platform),
            "authorities": [base64.b64encode(der).decode() for der in self.authorities],
            "timestamps": [base64.b64encode(der).decode() for der in self.timestamps],
        }
        return json.dumps(record, indent=1) + "\n"


def parse_trust(raw: bytes) -> Trust:
    """The keys of a trust.json; BadInput when it is not one."""
    try:
        record = json.loads(raw)
        return Trust(
            parse_key(record["log"]),
            parse_key(record["platform"]),
            tuple(base64.b64decode(item, validate=True) for item in record["authorities"]),
            tuple(base64.b64decode(item, validate=True) for item in record["timestamps"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadInput("This file of keys is not readable.") from error
