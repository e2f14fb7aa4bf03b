import io
import json
import random
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from odr.domain import verifier
from odr.domain.verifier import ed25519_holds, pack, unpack, verify
from tests.odr.sample_dossier import Keys, dossier

COURT, STRANGER = Keys.of(1), Keys.of(50)
GOOD = dossier(COURT)
ROOT = Path(__file__).resolve().parents[3]


def faults(raw: bytes, trust: dict[str, str] | None = None) -> list[str]:
    return [finding.place for finding in verify(raw, trust or COURT.trust) if finding.place]


def test_a_whole_dossier_holds() -> None:
    assert faults(GOOD) == []
    assert len(list(verify(GOOD, COURT.trust))) == 5


def test_it_is_an_ordinary_zip_too() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert archive.testzip() is None
        assert "documents/001-minutes.pdf" in archive.namelist()


def test_each_of_a_thousand_changed_bytes_is_refused_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most changes leave all notes but one as they were: the same signature is worked out once."""
    monkeypatch.setattr(verifier, "ed25519_holds", cache(ed25519_holds))
    dice = random.Random(20260304)
    for _ in range(1000):
        raw = bytearray(GOOD)
        raw[dice.randrange(len(raw))] ^= dice.randrange(1, 256)
        assert faults(bytes(raw))


def test_a_changed_file_is_named() -> None:
    assert faults(GOOD.replace(b"photographed", b"photoshopped"))[0].startswith("evidence/002-upload.jpg:")


def test_a_changed_header_is_named() -> None:
    raw = bytearray(GOOD)
    raw[10] ^= 1  # the time of the first file, which no hash covers
    assert faults(bytes(raw)) == ["container: byte 10, local header of documents/001-minutes.pdf"]


@pytest.mark.parametrize("cut", [1, 22, 100, 1000])
def test_a_cut_or_prolonged_container_is_refused(cut: int) -> None:
    assert faults(GOOD[:-cut])
    assert faults(GOOD[cut:])
    assert faults(GOOD + b"\0" * cut) == [f"container: byte {len(GOOD)}, after the end"]
    assert faults(b"MZ" * cut + GOOD)


def test_another_order_or_packing_of_the_same_files_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in reversed(unpack(GOOD).items()):
            archive.writestr(name, content)
    assert any("container" in place for place in faults(out.getvalue()))


def test_keys_inside_count_for_nothing() -> None:
    forged = dossier(STRANGER)
    assert faults(forged, STRANGER.trust) == []
    assert len(faults(forged)) >= 3


@pytest.mark.parametrize("swapped", ["log", "platform"])
def test_either_key_alone_is_not_enough(swapped: str) -> None:
    assert faults(GOOD, COURT.trust | {swapped: STRANGER.trust[swapped]})


@pytest.mark.parametrize(
    "name",
    [
        verifier.MANIFEST,
        verifier.RECEIPT,
        verifier.SEAL,
        verifier.ENTRIES,
        verifier.CHECKPOINT,
        "readme.txt",
    ],
)
def test_a_missing_or_added_file_is_told(name: str) -> None:
    files = unpack(GOOD)
    without = pack({path: content for path, content in files.items() if path != name})
    assert any(place.startswith(name) or name in place for place in faults(without))
    assert faults(pack(files | {f"x-{name}": b""}))


@given(st.binary(max_size=400))
def test_anything_at_all_is_refused_without_a_crash(raw: bytes) -> None:
    assert faults(raw)
    assert faults(b"PK\3\4" + raw)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,5}/[a-z0-9]{1,5}\.pdf", fullmatch=True), st.binary(max_size=50))
)
def test_files_have_one_container_and_come_back_from_it(files: dict[str, bytes]) -> None:
    raw = pack(files)
    if files:
        assert unpack(raw) == files
        verifier.check_container(raw, files)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
@settings(deadline=None)  # plain Python on a machine that others share
def test_its_ed25519_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert ed25519_holds(public, signature, message)
    wrong = bytearray(signature)
    wrong[bit // 8] ^= 1 << bit % 8
    assert not ed25519_holds(public, bytes(wrong), message)
    assert not ed25519_holds(public, signature, message + b"x")


def test_a_signature_has_one_form() -> None:
    """RFC 8032, 5.1.7: a scalar not below the group order is refused, or each signature had a twin."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = private.sign(b"m")
    twin = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert not ed25519_holds(
        private.public_key().public_bytes_raw(), signature[:32] + twin.to_bytes(32, "little"), b"m"
    )


def test_the_file_runs_alone_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    alone = tmp_path / "odr_verify.py"
    alone.write_bytes((ROOT / "odr" / "domain" / "verifier.py").read_bytes())
    (tmp_path / "trust.json").write_text(json.dumps(COURT.trust))
    (tmp_path / "good.zip").write_bytes(GOOD)
    (tmp_path / "bad.zip").write_bytes(GOOD.replace(b"photographed", b"photoshopped"))
    for name, status, word in (("good", 0, "PDF"), ("bad", 1, "evidence/002-upload.jpg"), ("none", 2, "")):
        command = [sys.executable, "-I", "-S", str(alone), f"{name}.zip", "--trust", "trust.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
        assert done.returncode == status
        assert word in done.stdout
