"""When a paper counts as served."""

from datetime import UTC, datetime, timedelta

import pytest

from odr.domain.delivery import GROUNDS, LADDER, Channel, Moments, effect, effective_at, next_channel
from odr.languages import translate

T = datetime(2026, 3, 2, 1, tzinfo=UTC)
H = timedelta(hours=1)


@pytest.mark.parametrize(
    ("moments", "at"),
    [
        (Moments(), None),
        (Moments(arrived=T), None),  # no consent: arrival alone serves nothing
        (Moments(consented=T, arrived=T + H), T + H),
        (Moments(consented=T, arrived=T + H, read=T + 2 * H), T + H),
        (Moments(arrived=T, read=T + H), T + H),
        (Moments(arrived=T, read=T + H, rebutted=True), None),
        (Moments(arrived=T, read=T + H, rebutted=True, acknowledged=T + 2 * H), T + 2 * H),
        (Moments(acted=T), T),
        (Moments(acknowledged=T + H, acted=T), T),
        (Moments(consented=T, arrived=T, channel=Channel.SMS), None),  # a hint, not service
        (Moments(consented=T, arrived=T, channel=Channel.VOICE), None),
    ],
)
def test_service_takes_effect_when_the_law_says(moments: Moments, at: datetime | None) -> None:
    found = effect(moments)
    assert (found.at if found else None) == at
    assert found is None or found.article.startswith("OLR 31")


def test_every_ground_of_service_is_said_in_chinese() -> None:
    assert all(translate(ground) != ground for ground in GROUNDS.values())


def test_of_several_channels_the_earliest_effect_counts() -> None:
    mail = Moments(consented=T, arrived=T + 2 * H, channel=Channel.MAIL)
    platform = Moments(arrived=T, read=T + H)
    found = effective_at([mail, platform, Moments(consented=T, arrived=T, channel=Channel.SMS)])
    assert found is not None
    assert found.at == T + H
    assert effective_at([]) is None


def test_the_ladder_ends_with_public_notice_which_the_simple_procedure_has_not() -> None:
    assert next_channel([]) is Channel.PLATFORM
    assert next_channel(LADDER[:-1]) is Channel.PUBLIC_NOTICE
    assert next_channel(LADDER[:-1], simple_procedure=True) is None
    assert next_channel(LADDER) is None
