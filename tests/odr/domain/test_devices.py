"""The device check: what is enough to take part, and what is told of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.devices import DeviceCheck, Fault, Finding, Part, Verdict
from odr.errors import BadInput

OK, WEAK, FAILED = Finding.OK, Finding.WEAK, Finding.FAILED
FINDINGS = st.sampled_from(Finding)


def check(
    camera: Finding = OK, microphone: Finding = OK, way: tuple[int, float, int | None] = (30, 0.0, None)
) -> DeviceCheck:
    return DeviceCheck(camera, microphone, OK, OK, *way)


@pytest.mark.parametrize(
    ("camera", "microphone", "verdict"),
    [
        (OK, OK, Verdict.GOOD),
        (FAILED, OK, Verdict.VOICE),
        (OK, FAILED, Verdict.PICTURE),
        (FAILED, FAILED, Verdict.FAILED),
        (OK, WEAK, Verdict.POOR),
    ],
)
def test_camera_or_microphone_alone_is_enough(camera: Finding, microphone: Finding, verdict: Verdict) -> None:
    assert check(camera, microphone).verdict is verdict


@pytest.mark.parametrize("microphone", [OK, WEAK, FAILED])
def test_who_did_not_hear_the_tone_is_not_told_that_all_is_ready(microphone: Finding) -> None:
    assert DeviceCheck(OK, microphone, FAILED, OK, 30, 0.0).verdict is Verdict.DEAF
    assert DeviceCheck(FAILED, FAILED, FAILED, OK, 30, 0.0).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        ((400, 0.0, 900), Fault.SLOW),
        ((30, 0.1, 900), Fault.LOSSY),
        ((30, 0.0, 199), Fault.NARROW),
    ],
)
def test_a_weak_way_says_what_is_weak_about_it(way: tuple[int, float, int], fault: Fault) -> None:
    found = check(way=way)
    assert (found.path, found.verdict) == (WEAK, Verdict.POOR)
    assert found.stored()["why"] == {"path": fault.value}


def test_a_way_whose_width_nobody_measured_is_not_called_narrow() -> None:
    assert check().path is OK


@given(FINDINGS, FINDINGS, FINDINGS, st.dictionaries(st.sampled_from(Part), st.sampled_from(Fault)))
def test_a_reason_is_kept_only_for_what_is_wrong(
    camera: Finding, microphone: Finding, media: Finding, faults: dict[Part, Fault]
) -> None:
    found = DeviceCheck(camera, microphone, OK, media, 30, 0.0, None, faults)
    wrong = {
        Part.CAMERA: camera in (WEAK, FAILED),
        Part.MICROPHONE: microphone in (WEAK, FAILED),
        Part.SPEAKER: False,
        Part.PATH: media in (WEAK, FAILED),
    }
    assert all(wrong[part] for part in found.why)


@pytest.mark.parametrize("way", [(-1, 0.0, 1), (9, 1.5, 1), (9, float("nan"), 1), (9, 0.0, -5)])
def test_figures_that_cannot_be_are_refused(way: tuple[int, float, int]) -> None:
    with pytest.raises(BadInput):
        check(way=way)
