"""A certificate authority of this machine's own, made at the first start, for its own addresses alone.

Rule 1: the root may vouch for private addresses and this machine's names and nothing else (RFC 5280
section 4.2.1.10), so that trusting it endangers no other site, whoever steals the key.
Rule 2: the root stays the same, so that a phone trusts it once; the leaf follows the addresses.
"""

import ipaddress
import os
import re
import secrets
import socket
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from odr.ports.certificates import Root

_ROOT_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=397)  # Apple's systems refuse longer ones
_RENEW_BEFORE = timedelta(days=60)
_CLOCKS_DIFFER = timedelta(days=1)  # a phone's clock may be behind
# Not routed on the internet: RFC 1918, 6598, 4193, 1122, 4291; and the test networks of RFC 2544 and 5737,
# in which virtual machines are put.
_PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "198.18.0.0/15",
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "127.0.0.0/8",
    "fc00::/7",
    "::1/128",
)
_NAMES = ("localhost", "local", "lan", "home.arpa")
_LOOPBACK = ("127.0.0.1", "::1")


class LocalCertificates:
    """Implements `odr.ports.certificates.Certificates`; keys lie in `folder`, readable by the owner alone."""

    def __init__(self, folder: Path, hostname: str | None = None) -> None:
        self._folder = folder
        self._hostname = _dns_name(hostname or socket.gethostname())

    def context(self, addresses: Sequence[str], now: datetime) -> ssl.SSLContext:
        names = _names(self._hostname, addresses)
        self._make_root(now)
        if not self._leaf_serves(names, now):
            self._make_leaf(names, now)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._folder / "leaf.pem", self._folder / "leaf.key")
        return context

    @property
    def root(self) -> Root:
        certificate = self._read("root")
        digest = certificate.fingerprint(hashes.SHA256()).hex().upper()
        return Root(
            der=certificate.public_bytes(serialization.Encoding.DER),
            fingerprint=":".join(re.findall("..", digest)),
            name=str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
        )

    def _make_root(self, now: datetime) -> None:
        if (self._folder / "root.pem").exists():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        # The random part keeps the roots of two demonstrations apart in a phone's list.
        name = f"ODR demonstration root {secrets.token_hex(3)} ({self._hostname})"[:64]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            _begin(subject, subject, key.public_key(), now, _ROOT_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.NameConstraints(_permitted(self._hostname), None), critical=True)
        )
        self._write("root", builder.sign(key, hashes.SHA256()), key)

    def _make_leaf(self, names: list[x509.GeneralName], now: datetime) -> None:
        root, key = self._read("root"), ec.generate_private_key(ec.SECP256R1())
        root_key = serialization.load_pem_private_key((self._folder / "root.key").read_bytes(), None)
        if not isinstance(root_key, ec.EllipticCurvePrivateKey):
            raise ValueError("root.key holds no key of ours")
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._hostname)])
        issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        builder = (
            _begin(subject, root.subject, key.public_key(), now, _LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(issuer_id, critical=False)
        )
        self._write("leaf", builder.sign(root_key, hashes.SHA256()), key)

    def _leaf_serves(self, names: list[x509.GeneralName], now: datetime) -> bool:
        if not (self._folder / "leaf.pem").exists():
            return False
        leaf = self._read("leaf")
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        fresh = leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc - _RENEW_BEFORE
        return fresh and set(held) == set(names)

    def _read(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self._folder / f"{name}.pem").read_bytes())

    def _write(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """The key first: a certificate without its key would never be made again."""
        unlocked = serialization.NoEncryption()
        pem = serialization.Encoding.PEM
        key_pem = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked)
        for path, content in (
            (self._folder / f"{name}.key", key_pem),
            (self._folder / f"{name}.pem", certificate.public_bytes(pem)),
        ):
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            new.replace(path)


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now - _CLOCKS_DIFFER + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _permitted(hostname: str) -> list[x509.GeneralName]:
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in _PRIVATE]
    return [*networks, *(x509.DNSName(name) for name in dict.fromkeys((*_NAMES, hostname)))]


def _names(hostname: str, addresses: Sequence[str]) -> list[x509.GeneralName]:
    networks = [ipaddress.ip_network(network) for network in _PRIVATE]
    wanted = [ipaddress.ip_address(address) for address in dict.fromkeys((*_LOOPBACK, *addresses))]
    allowed = [address for address in wanted if any(address in network for network in networks)]
    names = dict.fromkeys(("localhost", hostname, f"{hostname.partition('.')[0]}.local"))
    return [*(x509.IPAddress(address) for address in allowed), *(x509.DNSName(name) for name in names)]


def _dns_name(text: str) -> str:
    """A name a certificate can hold; machines may be called anything."""
    kept = re.sub(r"[^a-z0-9.-]+", "-", text.lower()).strip("-.")
    return kept[:60] or "localhost"
