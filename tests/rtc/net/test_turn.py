"""Credentials that coturn's `use-auth-secret` accepts, told to the page with each offer."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from rtc.net.turn import LIFETIME, TurnServers
from rtc.settings import MediaSettings
from tests.rtc.conftest import run_stage

URLS = (
    "turn:turn.court.example:3478?transport=udp",
    "turn:turn.court.example:3478?transport=tcp",
    "turns:turn.court.example:443?transport=tcp",
)
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Page:
    """What one page is told."""

    def __init__(self) -> None:
        self.offers: list[dict[str, object]] = []

    def say(self, event: str, payload: object) -> None:
        if event == "offer" and isinstance(payload, dict):
            self.offers.append(payload)

    def hang_up(self, ending: object) -> None: ...


def test_name_and_password_are_what_openssl_makes_of_the_secret() -> None:
    """printf 1772485200:7 | openssl dgst -sha1 -hmac north -binary | base64"""
    (server,) = TurnServers(URLS, b"north").ice_servers("7", NOON)
    assert int((NOON + LIFETIME).timestamp()) == 1772485200
    assert server == {
        "urls": list(URLS),
        "username": "1772485200:7",
        "credential": "iQ/zFgwQQy/n16Com3KyXSBuYZ0=",
    }


async def test_each_connection_is_told_the_ways_in_with_a_name_of_its_own() -> None:
    settings = MediaSettings(addresses="127.0.0.1", turn_urls=",".join(URLS), turn_secret="north")  # type: ignore[arg-type]
    anna, bo = Page(), Page()
    async with run_stage(settings) as stage:
        for seat, page in (("anna", anna), ("bo", bo)):
            stage.engine.join(stage.ticket(seat), page)
    told = [offer["relays"] for page in (anna, bo) for offer in page.offers]
    assert all(isinstance(relays, list) and relays[0]["urls"] == list(URLS) for relays in told)
    assert told[0] != told[-1]
    assert "north" not in str(told)


async def test_without_such_a_server_none_is_told() -> None:
    page = Page()
    async with run_stage(MediaSettings(addresses="127.0.0.1")) as stage:  # type: ignore[arg-type]  # as from the environment
        stage.engine.join(stage.ticket("anna"), page)
    assert [offer["relays"] for offer in page.offers] == [[]]


@pytest.mark.parametrize(
    ("urls", "secret"),
    [
        ("https://turn.court.example", "north"),
        ("turn:turn.court.example?transport=tls", "north"),
        (URLS[0], ""),
        ("", "north"),
    ],
)
def test_half_of_a_setting_stops_the_start_and_the_secret_is_not_told(urls: str, secret: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MediaSettings(turn_urls=urls, turn_secret=secret)  # type: ignore[arg-type]  # as from the environment
    assert "north" not in str(refused.value)
