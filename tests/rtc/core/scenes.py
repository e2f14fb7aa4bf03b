"""A room for tests, in which people come, send and are sent to."""

from collections.abc import Callable, Collection, Iterable, Mapping
from random import Random

from rtc.core import rtcp
from rtc.core.commands import Command, Negotiate, Send, SendRtp
from rtc.core.packets import Kind, Rtp, parse_rtp
from rtc.core.parts import Parts
from rtc.core.room import Room
from rtc.core.signalling import Answer
from rtc.plane.python import PythonParts
from tests.rtc.core.streams import Camera, Microphone, Screen

ANSWER = Answer("ufrag", {"sha-256": "AA"}, transport_wide=True, repair=True, repairs={902: 901})


class Scene:
    """A room with people in it, each with a camera and a microphone."""

    make_parts: Callable[[], Parts] = PythonParts

    def __init__(self, *seats: str) -> None:
        self.room = Room("room", Random(1), type(self).make_parts())
        self.now = 100.0
        self.legs = {seat: number for number, seat in enumerate(seats, 1)}
        self.cameras = {seat: Camera(900 + number) for seat, number in self.legs.items()}
        self.microphones = {seat: Microphone(800 + number) for seat, number in self.legs.items()}
        self.screens = {seat: Screen(700 + number) for seat, number in self.legs.items()}
        for seat in seats:
            self.enter(seat)

    def enter(self, seat: str) -> list[Command]:
        commands = self.room.join(self.legs[seat], seat, self.now)
        self.negotiate(commands)
        self.room.connected(self.legs[seat])
        return commands

    def negotiate(self, commands: list[Command]) -> None:
        """Every peer answers its offer at once."""
        for command in commands:
            if isinstance(command, Negotiate):
                self.room.offer(command.leg)
                self.room.settle(command.leg, ANSWER)

    def route(
        self,
        routes: Mapping[str, Collection[str]],
        screens: Collection[str] = (),
        muted: Collection[str] = (),
    ) -> list[Command]:
        commands = self.room.set_routes(self.room.epoch + 1, routes, screens=screens, muted=muted)
        self.negotiate(commands)
        return commands

    def all_hear_all(self, *screens: str, muted: Collection[str] = ()) -> list[Command]:
        return self.route({s: set(self.legs) for s in self.legs}, screens, muted)

    def send(self, seat: str, data: bytes) -> list[SendRtp]:
        self.now += 0.01
        return self.room.take_rtp(self.legs[seat], data, self.now)

    def packet(self, kind: Kind, seat: str) -> bytes:
        """What opens that stream."""
        if kind is Kind.AUDIO:
            return self.microphones[seat].packet()
        return (self.cameras if kind is Kind.VIDEO else self.screens)[seat].key()

    def control(self, seat: str, data: bytes) -> list[Send]:
        self.now += 0.01
        return self.room.take_rtcp(self.legs[seat], data, self.now)

    def wishes(self, after_s: float = 0.5) -> list[tuple[int, rtcp.Report]]:
        self.now += after_s
        return [(s.leg, r) for s in self.room.wishes(self.now) for r in rtcp.parse_rtcp(s.packet)]


def packets(sends: Iterable[SendRtp]) -> list[Rtp]:
    return [parse_rtp(send.packet) for send in sends]
