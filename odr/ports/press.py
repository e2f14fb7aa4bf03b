"""What a signed paper is made with: typesetter, signer and the store it is kept in."""

from dataclasses import dataclass

from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer
from odr.ports.typesetter import Typesetter


@dataclass(frozen=True, slots=True)
class Press:
    """`court` and `verify_url` stand in the frame of every paper."""

    typesetter: Typesetter
    signer: Signer
    objects: ObjectStore
    court: str
    verify_url: str
