"""The demonstration court: who works there, and how it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

from odr.app import serve
from odr.banner import Link, banner
from odr.db.migrate import upgrade
from odr.demo import samples
from odr.domain.steps import Role
from odr.settings import Settings
from odr.wiring import Platform, build


@dataclass(frozen=True, slots=True)
class Staff:
    """`specialties` are those of a mediator, as in `filing.causes`."""

    phone: str
    name: str
    roles: frozenset[Role]
    specialties: tuple[str, ...] = ()


def _staff(order: int, name: str, *roles: Role, specialties: tuple[str, ...] = ()) -> Staff:
    return Staff(f"+86138{order:08}", name, frozenset(roles), specialties)


_ORGANISATION: Final = "示范区人民调解委员会"

STAFF: Final = (
    _staff(1, "立案法官甲", Role.FILING_JUDGE),
    _staff(2, "立案法官乙", Role.FILING_JUDGE),
    _staff(3, "立案庭庭长", Role.DIVISION_HEAD),
    _staff(4, "诉调对接专员", Role.COORDINATOR, Role.SUPPORT),
    _staff(5, "调解员甲", Role.MEDIATOR, specialties=("finance", "contract")),
    _staff(6, "调解员乙", Role.MEDIATOR, specialties=("family",)),
    _staff(7, "调解员丙", Role.MEDIATOR, specialties=("housing", "traffic", "labour", "personality")),
    _staff(8, "司法确认法官", Role.CONFIRMING_JUDGE),
    _staff(9, "技术支持员", Role.SUPPORT),
)


async def appoint(platform: Platform) -> None:
    """Make the staff accounts; harmless when they exist."""
    for person in STAFF:
        account_id = await platform.accounts.ensure_staff(person.phone, person.name, person.roles)
        if Role.MEDIATOR in person.roles:
            await platform.mandates.register(account_id, person.name, _ORGANISATION, person.specialties)


async def serve_court(settings: Settings) -> None:
    """Open the court: tables, in the sandbox its staff, then the doors."""
    platform = build(settings)
    await upgrade(platform.db.engine)
    if settings.mode == "sandbox":
        await appoint(platform)
        for line in samples.draw(settings):
            click.echo(line)
    await serve(platform, lambda addresses: banner(settings.court_name, *_greeting(platform, addresses)))


def _greeting(platform: Platform, addresses: Sequence[str]) -> tuple[list[Link], list[str]]:
    """The links for each role, and what to know; a phone gets the first address of the network."""
    here, *networks = addresses
    links = [Link("当事人", f"{here}/")]
    links += [Link("手机（同一网络）", f"{url}/", qr=url is networks[0]) for url in networks]
    hints = (
        []
        if not networks
        else [f"证书指纹（{networks[0]}/certificate）：{platform.certificates.root.fingerprint}"]
    )
    if platform.settings.mode == "sandbox":
        links += [Link("短信收件箱", f"{here}/sandbox/messages", "验证码在这里看")]
        links += [Link(person.name, f"{here}/sign-in", person.phone.removeprefix("+86")) for person in STAFF]
    return links, [*hints, "按 Ctrl+C 停止。"]
