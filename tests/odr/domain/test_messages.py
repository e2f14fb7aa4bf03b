"""What people are told."""

import re

import pytest

from odr.domain.messages import BY_SMS, NOTICES, SMS
from odr.languages import catalogue, translate
from tests.odr.domain.machines import MACHINES

TOLD = sorted({name for machine in MACHINES for step in machine.steps for name in step.notices})


@pytest.mark.parametrize("name", TOLD)
def test_every_notice_of_a_step_has_its_words_in_both_languages(name: str) -> None:
    text = NOTICES[name].text
    assert catalogue("zh_CN").gettext(text) != text
    assert NOTICES[name].to


def test_no_notice_is_written_that_no_step_sends() -> None:
    assert set(NOTICES) == set(TOLD)


@pytest.mark.parametrize("name", sorted(NOTICES))
def test_a_message_names_the_case_by_its_number_only(name: str) -> None:
    for language in ("zh_CN", "en"):
        places = re.findall(r"%\((\w+)\)", translate(NOTICES[name].text, language))
        assert set(places) <= {"number"}


def test_only_people_outside_the_court_get_short_messages() -> None:
    by_sms = {name for name, notice in NOTICES.items() if BY_SMS.intersection(notice.to)}
    assert by_sms == set(SMS) & set(NOTICES)
    assert "mandate_offered" not in by_sms


@pytest.mark.parametrize("name", sorted(set(SMS) & set(NOTICES)))
def test_a_short_message_is_short(name: str) -> None:
    # two parts of 67 Chinese characters at most, the court's name in front
    assert len(translate(SMS[name], "zh_CN", {"number": "（2026）示0101诉前调12345号"})) <= 120
