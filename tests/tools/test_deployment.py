"""The compose file, the image and the page for operators against the program they describe."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from odr.settings import Settings
from rtc.settings import MediaSettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
KNOWN = {f"ODR_{name.upper()}" for name in Settings.model_fields} | {
    f"RTC_{name.upper()}" for name in MediaSettings.model_fields
}
STAND_INS = ("sms", "register_check", "payments", "signer", "timestamps")
PRODUCTION: dict[str, Any] = {
    "mode": "production",
    "public_url": "https://odr.court.example",
    "database_url": "postgresql+asyncpg://odr:secret@postgres/odr",
}
_VARIABLE = re.compile(r"\b(?:ODR|RTC)_[A-Z_]+\b")
_DOCUMENTED = re.compile(r"^\| (`(?:ODR|RTC)_[^|]*) \|", re.MULTILINE)


def _environment(service: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][service].get("environment", {})
    return found


@pytest.mark.parametrize("name", ["docker-compose.yml", "Dockerfile", "docs/operations.md", "README.md"])
def test_every_variable_named_is_a_setting(name: str) -> None:
    named = set(_VARIABLE.findall((ROOT / name).read_text(encoding="utf-8")))
    assert named <= KNOWN


def test_every_setting_is_explained_once() -> None:
    explained = [name for row in _DOCUMENTED.findall(OPERATIONS) for name in _VARIABLE.findall(row)]
    assert sorted(explained) == sorted(KNOWN)


def test_the_composed_platform_is_a_production_that_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ("web", "worker", "migrate"):
        for name, value in (_environment(service) | _of_the_image()).items():
            monkeypatch.setenv(name, _filled(value))
        settings = _settings()
        assert settings.mode == "production"
        assert settings.worker == "separate"
        assert settings.database.startswith("postgresql+asyncpg://odr:secret@postgres/")


def test_what_a_court_says_of_itself_reaches_every_process() -> None:
    for service in ("web", "worker", "migrate"):
        given = _environment(service)
        for name in (
            "COURT_NAME",
            "COURT_CODE",
            "FILING_POINTS",
            "VIDEO_HOURS",
            "FACE_ACCEPT_BELOW",
            "FACE_REVIEW_BELOW",
        ):
            assert given[f"ODR_{name}"].startswith(f"${{ODR_{name}:-")


def test_the_composed_platform_refuses_stand_ins_that_nobody_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _environment("web").items():
        monkeypatch.setenv(name, _filled(value))
    monkeypatch.setenv("ODR_ALLOW_SANDBOX", "")
    with pytest.raises(ValueError, match="ODR_SMS"):
        _settings()


@pytest.mark.parametrize("name", STAND_INS)
def test_each_stand_in_has_to_be_named(name: str) -> None:
    others = ",".join(one for one in STAND_INS if one != name)
    with pytest.raises(ValueError, match=rf"names them: ODR_{name.upper()} \["):
        Settings(**PRODUCTION, allow_sandbox=others)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"public_url": ""}, "ODR_PUBLIC_URL"),
        ({"public_url": "http://odr.court.example"}, "https://"),
        ({"database_url": ""}, "ODR_DATABASE_URL"),
        ({"allow_sandbox": "sms,payment"}, "no stand-in: payment"),
    ],
)
def test_a_production_that_would_not_hold_does_not_start(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Settings(**{**PRODUCTION, "allow_sandbox": ",".join(STAND_INS), **wrong})


def test_a_way_that_nobody_needs_is_open_only_if_it_is_named() -> None:
    named = ",".join(STAND_INS)
    assert not Settings(**PRODUCTION, allow_sandbox=named).offers("network_identity")
    assert Settings(**PRODUCTION, allow_sandbox=f"{named}, network_identity").offers("network_identity")


def test_browsers_are_told_the_address_that_the_operator_names(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _environment("web")["RTC_ADDRESSES"]
    assert told.startswith("${RTC_ADDRESSES:?"), "compose refuses to start without it"
    monkeypatch.setenv("RTC_ADDRESSES", _VARIABLE.sub("", told).strip("${:?}").rpartition(" ")[2])
    (address,) = MediaSettings().addresses
    assert (address.public, address.local) == ("203.0.113.7", "0.0.0.0")  # noqa: S104  in a container


def test_ports_are_those_the_program_opens() -> None:
    opened = {str(_settings().port), f"{_settings().media_port}/udp"}
    assert {port.rpartition(":")[2] for port in COMPOSE["services"]["web"]["ports"]} == opened
    assert all(port.partition("/")[0] in DOCKERFILE for port in opened)


def test_health_is_asked_at_addresses_that_exist() -> None:
    routes = (ROOT / "odr" / "web" / "routes.py").read_text(encoding="utf-8")
    asked = re.findall(
        r"127.0.0.1:8080(/\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8") + DOCKERFILE
    )
    assert set(asked) == {"/healthz", "/readyz"}
    assert all(f'"{path}"' in routes for path in asked)


def test_what_the_image_copies_exists() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def _settings() -> Settings:
    """As the process would read them from its environment."""
    none_given: dict[str, Any] = {}
    return Settings(**none_given)


def _of_the_image() -> dict[str, str]:
    return dict(re.findall(r"\b(ODR_[A-Z_]+)=(\S+)", DOCKERFILE))


def _filled(value: str) -> str:
    """The value with a deployer's answers in it, and the defaults elsewhere."""
    answers = {
        "POSTGRES_PASSWORD": "secret",
        "ODR_PUBLIC_URL": "https://odr.court.example",
        "ODR_ALLOW_SANDBOX": "sms,register_check,payments,signer,timestamps",
    }
    return re.sub(r"\$\{(\w+):[-?]([^}]*)\}", lambda found: answers.get(found[1], found[2]), value)


@pytest.mark.parametrize(
    "hours", ["", "9-12", "09:00", "12:00-09:00", "09:00-12:00,11:00-17:00", "09:00-12:00-13:00"]
)
def test_hours_that_are_none_stop_the_start_with_the_name_of_the_variable(hours: str) -> None:
    with pytest.raises(ValueError, match="video_hours"):
        Settings.model_validate({"video_hours": hours})
