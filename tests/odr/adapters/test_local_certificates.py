"""The certificates of this machine: trusted once, for its own addresses alone."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from odr.adapters.certificates.local import LocalCertificates
from odr.adapters.network import LocalNetwork

NOW = datetime.now(UTC)  # noqa: TID251  OpenSSL checks them against the real clock


def _leaf(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "leaf.pem").read_bytes())


def _names(folder: Path) -> set[str]:
    names = _leaf(folder).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def _shake_hands(server: ssl.SSLContext, root_der: bytes, name: str) -> None:
    """Connect as a client that trusts the root and expects `name`. Raises ssl.SSLError."""
    ours, theirs = socket.socketpair()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=root_der)

    def answer() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    other = threading.Thread(target=answer)
    other.start()
    try:
        client.wrap_socket(ours, server_hostname=name).close()
    finally:
        other.join()
        ours.close()


def test_a_phone_that_trusts_the_root_reaches_the_lan_address(tmp_path: Path) -> None:
    made = LocalCertificates(tmp_path, "desk")
    context = made.context(["192.168.1.20"], NOW)
    for name in ("192.168.1.20", "127.0.0.1", "localhost", "desk.local"):
        _shake_hands(context, made.root.der, name)


def test_a_phone_that_does_not_trust_the_root_is_warned(tmp_path: Path) -> None:
    context = LocalCertificates(tmp_path / "a", "desk").context([], NOW)
    stranger = LocalCertificates(tmp_path / "b", "desk")
    stranger.context([], NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(context, stranger.root.der, "localhost")


def test_the_root_vouches_for_nobody_else(tmp_path: Path) -> None:
    made = LocalCertificates(tmp_path, "desk")
    made.context([], NOW)
    elsewhere = [x509.DNSName("bank.example"), x509.IPAddress(ipaddress.ip_address("1.1.1.1"))]
    made._make_leaf(elsewhere, NOW)  # what a thief of the key could make
    stolen = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stolen.load_cert_chain(tmp_path / "leaf.pem", tmp_path / "leaf.key")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        _shake_hands(stolen, made.root.der, "bank.example")


def test_a_new_address_gets_a_new_leaf_and_the_old_root_stays(tmp_path: Path) -> None:
    made = LocalCertificates(tmp_path, "desk")
    made.context(["192.168.1.20"], NOW)
    root, leaf = made.root, _leaf(tmp_path)
    again = LocalCertificates(tmp_path, "desk")
    again.context(["192.168.1.20"], NOW + timedelta(days=1))
    assert _leaf(tmp_path) == leaf
    again.context(["10.0.0.7"], NOW)
    assert "10.0.0.7" in _names(tmp_path)
    assert again.root == root


def test_a_leaf_near_its_end_is_renewed(tmp_path: Path) -> None:
    made = LocalCertificates(tmp_path, "desk")
    made.context([], NOW)
    later = NOW + timedelta(days=350)
    made.context([], later)
    assert _leaf(tmp_path).not_valid_after_utc > later + timedelta(days=360)


def test_a_public_address_is_left_to_a_public_certificate(tmp_path: Path) -> None:
    LocalCertificates(tmp_path, "desk").context(["1.1.1.1", "10.0.0.7"], NOW)
    assert "1.1.1.1" not in _names(tmp_path)


def test_keys_are_readable_by_the_owner_alone(tmp_path: Path) -> None:
    LocalCertificates(tmp_path / "tls", "desk").context([], NOW)
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "tls").glob("*.key")] == [0, 0]


def test_a_strange_machine_name_does_no_harm(tmp_path: Path) -> None:
    LocalCertificates(tmp_path, "王的 电脑_" + "x" * 80).context([], NOW)
    assert "localhost" in _names(tmp_path)


def test_the_addresses_are_private_and_not_loopback() -> None:
    for address in LocalNetwork().addresses():
        assert ipaddress.ip_address(address).is_private
        assert not ipaddress.ip_address(address).is_loopback
