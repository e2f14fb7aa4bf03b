"""What the desk proposes, and what a person says to it."""

import pytest

from odr.domain.devices import runs_on
from odr.domain.sittings import Standing
from odr.domain.support import (
    MOST_CHARACTERS,
    Pictures,
    Trouble,
    as_desk_sees,
    choose,
    propose_voice,
    wish,
    words,
)
from odr.errors import BadInput, NotAllowed

OWN = "+8613912345678"


def test_pictures_go_only_where_the_person_says_so() -> None:
    asked = propose_voice(Pictures.ON)
    assert asked is Pictures.ASKED
    assert choose(asked, Pictures.OFF) is Pictures.OFF
    assert choose(asked, Pictures.KEPT) is Pictures.KEPT
    assert choose(Pictures.OFF, Pictures.ON) is Pictures.ON
    for now, wanted in (
        (Pictures.ON, Pictures.KEPT),
        (Pictures.OFF, Pictures.KEPT),
        (Pictures.ON, Pictures.ASKED),
    ):
        with pytest.raises(NotAllowed):
            choose(now, wanted)
    with pytest.raises(NotAllowed):
        propose_voice(Pictures.OFF)


def test_who_gives_no_number_is_called_at_their_own() -> None:
    assert wish("sound", " ", OWN).phone == OWN
    assert wish("other", "138 0000 0009", OWN).phone == "+8613800000009"
    assert wish("picture", "", OWN).trouble is Trouble.PICTURE
    with pytest.raises(BadInput):
        wish("sound", "13", OWN)
    with pytest.raises(BadInput):
        wish("weather", "", OWN)


def test_a_message_is_neither_empty_nor_longer_than_a_phone_shows() -> None:
    assert words(" 请点麦克风 ") == "请点麦克风"
    for text in ("  ", "字" * (MOST_CHARACTERS + 1)):
        with pytest.raises(BadInput):
            words(text)


def test_the_desk_does_not_see_who_talks_apart() -> None:
    assert as_desk_sees(Standing.IN_CAUCUS) is Standing.IN_ROOM
    assert as_desk_sees(Standing.POOR) is Standing.POOR


@pytest.mark.parametrize(
    ("user_agent", "known"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; V2230A) Chrome/111.0 MicroMessenger/8.0",
            "Android · WeChat",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "iPhone · Safari",
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 HuaweiBrowser/5.0",
            "HarmonyOS · Huawei Browser",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0 Safari/537.36 Edg/124.0",
            "Windows · Edge",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Linux · Firefox"),
        ("curl/8", ""),
    ],
)
def test_device_and_browser_are_named_as_support_speaks_of_them(user_agent: str, known: str) -> None:
    assert runs_on(user_agent) == known
