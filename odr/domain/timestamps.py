"""Reading a time-stamp token (RFC 3161) and the certificates it is trusted by.

Rule 1: a token is believed only on a certificate that the reader brought.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.x509 import load_der_x509_certificate

from odr.errors import BadInput


def stamped_at(token: bytes, digest: bytes, trusted: Sequence[bytes]) -> datetime:
    """When `digest` was stamped, by one of the `trusted` certificates (DER); BadInput when it was not.

    Reads tokens signed with ECDSA and SHA-256; the signed attributes must bind content and certificate (RFC
    3161, section 2.4.2; RFC 5816).
    """
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        info: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
        signer = signed["signer_infos"][0]
        imprint = info["message_imprint"]
        if not hmac.compare_digest(imprint["hashed_message"].native, digest):
            raise BadInput("The time-stamp is for something else.")
        at: datetime = info["gen_time"].native
        content: bytes = signed["encap_content_info"]["content"].contents
        if not any(_signed_by(signer, content, certificate, at) for certificate in trusted):
            raise BadInput("The time-stamp is not from the authority you trust.")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise BadInput("The time-stamp is not readable.") from error
    return at.astimezone(UTC)


def _signed_by(signer: cms.SignerInfo, content: bytes, certificate_der: bytes, at: datetime) -> bool:
    certificate = load_der_x509_certificate(certificate_der)
    key = certificate.public_key()
    attributes = {item["type"].native: item["values"][0] for item in signer["signed_attrs"]}
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    bound = (
        signer["digest_algorithm"]["algorithm"].native == "sha256"
        and attributes["content_type"].native == "tst_info"
        and attributes["message_digest"].native == _sha256(content)
        and named == _sha256(certificate_der)
        and x509.Certificate.load(certificate_der).extended_key_usage_value.native == ["time_stamping"]
        and certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    )
    if not bound or not isinstance(key, EllipticCurvePublicKey):
        return False
    try:
        key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _sha256(content: bytes) -> bytes:
    hasher = Hash(SHA256())
    hasher.update(content)
    return hasher.finalize()
