"""A small RFC 3161 authority in this process, for the demonstration.

Rule 1: its certificate says that it is a demonstration; its key and its place are apart from the signing CA.
Rule 2: a token carries the clock's time, never the caller's.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509 import (
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    random_serial_number,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from odr.domain.sealing import Sealer

_YEARS = timedelta(days=3652)
_POLICY = "1.3.6.1.4.1.32473.1.1"  # under the arc that RFC 5612 reserves for documentation


class LocalTimestamps:
    def __init__(self, folder: Path, master: bytes, now: Callable[[], datetime]) -> None:
        self._now = now
        self._key, self._certificate = _load_or_make(folder, Sealer(master, "timestamps"), now)

    @property
    def certificate_der(self) -> bytes:
        der: bytes = self._certificate.dump()
        return der

    async def stamp(self, digest: bytes) -> bytes:
        if len(digest) != 32:
            raise ValueError("a SHA-256 digest has 32 bytes")
        content = self._statement(digest).dump()
        token: bytes = self._signed(content).dump()
        return token

    def _statement(self, digest: bytes) -> tsp.TSTInfo:
        return tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _POLICY,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "serial_number": secrets.randbits(63),
                "gen_time": self._now(),
                "tsa": x509.GeneralName("directory_name", self._certificate.subject),
            }
        )

    def _signed(self, content: bytes) -> cms.ContentInfo:
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sha256(content).digest()]},
                {"type": "signing_certificate_v2", "values": [self._named_certificate()]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number},
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": self._key.sign(attributes.dump(), ec.ECDSA(SHA256())),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [self._certificate],
            "signer_infos": [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})

    def _named_certificate(self) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(self._certificate.dump()).digest()}]})


def _load_or_make(
    folder: Path, sealer: Sealer, now: Callable[[], datetime]
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key_file, certificate_file = folder / "tsa.key.sealed", folder / "tsa.cer"
    if not certificate_file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = ec.generate_private_key(ec.SECP256R1())
        der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        key_file.write_bytes(sealer.seal(der, key_file.name))
        certificate_file.write_bytes(_certificate(made, now()))
    key = load_der_private_key(sealer.open(key_file.read_bytes(), key_file.name), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not an elliptic-curve key")
    return key, x509.Certificate.load(certificate_file.read_bytes())


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    name = Name(
        [
            NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            NameAttribute(NameOID.ORGANIZATION_NAME, "ODR demonstration, not a licensed authority"),
            NameAttribute(NameOID.COMMON_NAME, "Demonstration time-stamp authority"),
        ]
    )
    usage = KeyUsage(True, False, False, False, False, False, False, False, False)
    return (
        CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(usage, critical=True)
        .add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )
