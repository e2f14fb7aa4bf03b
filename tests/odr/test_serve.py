"""The real program: it opens its doors, says where, and ends when asked."""

import json
import sqlite3
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from odr.adapters.certificates.local import LocalCertificates
from odr.adapters.network import LocalNetwork
from odr.settings import environment
from tests.support.server import ROOT, Server, free_port, serving, start


def test_it_starts_answers_and_ends_well(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/readyz") as answer:
        assert all(json.load(answer).values())


def test_a_second_court_at_the_same_port_says_so(server: Server, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "odr", "serve", "--port", port, "--data", str(tmp_path)]
    quiet = environment(media_port="0")
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()  # and nothing else: no trace of what had to be ended
    assert line.startswith("Error: A port is in use already")
    assert "ODR_PORT" in line


@pytest.mark.skipif(not LocalNetwork().addresses(), reason="this machine is in no network")
def test_a_phone_in_the_network_is_served_over_https(tmp_path: Path) -> None:
    port = str(free_port())
    with serving(tmp_path, ODR_LAN="true", ODR_HTTPS_PORT=port):
        trusted = ssl.create_default_context(cadata=LocalCertificates(tmp_path / "keys" / "https").root.der)
        url = f"https://{LocalNetwork().addresses()[0]}:{port}"
        with urllib.request.urlopen(f"{url}/certificate/root.crt", context=trusted) as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert url in (tmp_path / "terminal.txt").read_text(encoding="utf-8")


def test_a_killed_court_opens_again(tmp_path: Path) -> None:
    first = start(tmp_path)
    first.kill()
    with serving(tmp_path) as again:
        assert again.process.poll() is None


def test_an_operator_appoints_a_deputy_head(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "odr", "appoint", "13800000012", "副庭长", "--role", "division_head"]
    quiet = environment(data_dir=str(tmp_path))
    subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, timeout=180, check=True)  # noqa: S603
    with sqlite3.connect(tmp_path / "odr.sqlite") as kept:
        roles = kept.execute("SELECT role FROM staff_roles").fetchall()
    assert roles == [("division_head",)]
