import asyncio
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from odr.__main__ import main
from odr.adapters.timestamps.local import LocalTimestamps
from odr.domain.dossier import DossierFile
from odr.domain.trust import Trust, parse_trust
from odr.errors import BadInput
from odr.services.verification import verify_dossier, verify_paper
from tests.odr.ports.test_signer import MASTER, Signed, sign_all
from tests.odr.sample_dossier import NOW, Keys, dossier
from tests.odr.sample_papers import NO_FONTS

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
COURT = Keys.of(1)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return asyncio.run(sign_all(tmp_path_factory.mktemp("keys")))


@pytest.fixture(scope="module")
def trust(signed: Signed) -> Trust:
    return Trust(
        COURT.log_key, COURT.platform_key, tuple(signed.trust.authorities), tuple(signed.trust.timestamps)
    )


def agreement(pdf: bytes, *signers: str) -> DossierFile:
    return DossierFile("documents", "mediation_agreement", "调解协议", "pdf", pdf, signers)


def faults(raw: bytes, trust: Trust) -> list[str]:
    return [finding.place for finding in verify_dossier(raw, trust) if finding.place]


def test_a_signed_dossier_holds_but_for_a_stamp_that_is_none(signed: Signed, trust: Trust) -> None:
    raw = dossier(COURT, (agreement(signed.final, "applicant", "respondent", "seal"),))
    assert [place.split(":")[0] for place in faults(raw, trust)] == ["log/checkpoint.tsr", "receipt.json"]


def test_a_missing_signature_is_told(signed: Signed, trust: Trust) -> None:
    raw = dossier(COURT, (agreement(signed.final, "applicant", "mediator"),))
    assert faults(raw, trust)[-1] == "documents/001-mediation_agreement.pdf: mediator: not signed"


def test_a_pdf_altered_before_it_was_logged_is_told(signed: Signed, trust: Trust) -> None:
    raw = dossier(COURT, (agreement(signed.final + b"\n%\n", "applicant"),))
    assert "not covered" in faults(raw, trust)[-1]


def test_signatures_of_another_authority_are_told(signed: Signed, trust: Trust, tmp_path: Path) -> None:
    stranger = LocalTimestamps(tmp_path, MASTER, lambda: NOW).certificate_der
    raw = dossier(COURT, (agreement(signed.final, "applicant"),))
    assert "applicant" in faults(raw, replace(trust, authorities=(stranger,)))[-1]


def test_a_single_paper_is_checked_signature_by_signature(signed: Signed, trust: Trust) -> None:
    findings = list(verify_paper(signed.final, trust))
    assert len(findings) >= 3
    assert [finding.place for finding in findings if finding.place] == []


def test_a_paper_with_one_changed_byte_is_told(signed: Signed, trust: Trust) -> None:
    at = len(signed.final) // 3
    changed = signed.final[:at] + bytes([signed.final[at] ^ 1]) + signed.final[at + 1 :]
    assert [finding.place for finding in verify_paper(changed, trust) if finding.place]


def test_a_paper_without_a_signature_is_not_genuine(trust: Trust) -> None:
    assert [finding.place for finding in verify_paper(b"%PDF-1.7 nothing", trust) if finding.place]


def test_keys_come_back_from_their_file(trust: Trust) -> None:
    assert parse_trust(trust.json().encode()) == trust
    for raw in (b"", b"{}", b"[]", trust.json().replace("+", "", 1).encode()):
        with pytest.raises(BadInput):
            parse_trust(raw)


def test_the_command_names_each_check_and_the_place(trust: Trust, signed: Signed, tmp_path: Path) -> None:
    (keys := tmp_path / "trust.json").write_text(trust.json())
    (file := tmp_path / "dossier.zip").write_bytes(dossier(COURT, (agreement(signed.final, "applicant"),)))
    done = CliRunner().invoke(main, ["verify", str(file), "--trust", str(keys)])
    assert done.exit_code == 1  # the sample's stamp is no time-stamp
    assert "✓ 平台封签" in done.output
    assert "← receipt.json" in done.output
    (tmp_path / "other.json").write_text("{}")
    done = CliRunner().invoke(main, ["verify", str(file), "--trust", str(tmp_path / "other.json")])
    assert done.exit_code == 2


def test_the_time_of_the_log_is_shown(trust: Trust, tmp_path: Path, signed: Signed) -> None:
    """With tokens over the very checkpoints that the sample log signs, nothing is left to complain of."""
    stamps = LocalTimestamps(tmp_path, MASTER, lambda: NOW)
    trust = replace(trust, timestamps=(*trust.timestamps, stamps.certificate_der))
    raw = dossier(COURT, (agreement(signed.final, "applicant"),), stamp=lambda note: _token(stamps, note))
    findings = list(verify_dossier(raw, trust))
    assert not [finding for finding in findings if finding.place]
    assert any(NOW.isoformat() in finding.chinese for finding in findings)


def _token(stamps: LocalTimestamps, note: str) -> bytes:
    return asyncio.run(stamps.stamp(sha256(note.encode()).digest()))
