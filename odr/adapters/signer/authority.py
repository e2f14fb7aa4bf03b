"""The demonstration CA: a root made at the first start, and certificates for single acts.

Rule 1: its subject says that it is a demonstration and not a licensed CA (电子签名法 art. 16-18).
Rule 2: a certificate is for one key, one act and one day; the key lives in memory for that act alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from odr.domain.sealing import Sealer

_ROOT_LASTS = timedelta(days=3652)
_ACT_LASTS = timedelta(days=1)
_SKEW = timedelta(minutes=5)
_CRL_LASTS = timedelta(days=7)
_ORGANISATION = "ODR demonstration, not a licensed CA"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key made for one act, and its certificate."""

    certificate: asn1.Certificate
    key: keys.PrivateKeyInfo


class DemonstrationAuthority:
    def __init__(self, folder: Path, master: bytes, now: Callable[[], datetime]) -> None:
        self._now = now
        self._key, self._root = _load_or_make(folder, Sealer(master, "authority"), now)

    @property
    def root_der(self) -> bytes:
        return self._root.public_bytes(Encoding.DER)

    def issue(self, name: str, title: str, subject_id: str, act: str) -> Credential:
        """A new key and a certificate for `name`, acting as `title`, for the act with this id (a URN)."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(
            (NameOID.COMMON_NAME, name), (NameOID.TITLE, title), (NameOID.SERIAL_NUMBER, subject_id)
        )
        certificate = (
            self._builder(subject, key.public_key(), _ACT_LASTS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(act)]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, SHA256())
        )
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return Credential(
            asn1.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(der)
        )

    def crl_der(self) -> bytes:
        """A fresh list of revoked certificates. It is empty: a key that is gone can no longer be misused."""
        now = self._now()
        crl = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._root.subject)
            .last_update(now - _SKEW)
            .next_update(now + _CRL_LASTS)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, SHA256())
        )
        return crl.public_bytes(Encoding.DER)

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, lasts: timedelta
    ) -> x509.CertificateBuilder:
        return _builder(subject, self._root.subject, public, self._now(), lasts)


def _load_or_make(
    folder: Path, sealer: Sealer, now: Callable[[], datetime]
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key_file, certificate_file = folder / "ca.key.sealed", folder / "ca.cer"
    if not certificate_file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = ec.generate_private_key(ec.SECP256R1())
        der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        key_file.write_bytes(sealer.seal(der, key_file.name))
        certificate_file.write_bytes(_root(made, now()).public_bytes(Encoding.DER))
    key = load_der_private_key(sealer.open(key_file.read_bytes(), key_file.name), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not an elliptic-curve key")
    return key, x509.load_der_x509_certificate(certificate_file.read_bytes())


def _root(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name((NameOID.COMMON_NAME, "Demonstration CA, not a licensed CA"))
    return (
        _builder(name, name, key.public_key(), now, _ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + lasts)
    )


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    fixed = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, _ORGANISATION))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in (*fixed, *attributes)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )
