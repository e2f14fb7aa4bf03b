"""What a bad network leaves of a call: our media server beside Janus, one of four people behind a bad hop.

    python -m bench.network [--seconds 10] [--only native] [--weather "20 % lost"] [--json]

Bots with our real signalling and tickets, and the same bots with Janus 1.1.2 of Debian 12. All speak and film
as browsers do (bench/persons.py); two talk all the time, two are silent (DTX). The weak person sits in a
network namespace of its own, whose only way out is a relay of ours (bench/relay.py) that loses, delays,
shuffles and narrows. The hop is good while people join; then the weather turns, and later it is judged.
A frame of sound counts if it can be played 0.4 s after the quickest one at the latest. Root is needed.
"""

import asyncio
import ctypes
import json
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import click

from bench.bots import Bot
from bench.media import HOST, SERVERS, go_first, in_a_namespace
from bench.peers import Server
from bench.persons import Person
from bench.relay import Relay, Weather
from bench.verdicts import film, sound, worst

PEOPLE = 4
WEAK, TALKER = 0, 1  # both talk
SETTLE_S, REST_S = 8.0, 0.7
FRONT, SEAT = "10.99.0.1", "10.99.0.2"  # of the relay, and of the weak person in its own namespace
USUAL = Weather(delay_s=0.03, jitter_s=0.01)


def _lossy(loss: float, burst: float = 1.0) -> tuple[Weather, Weather]:
    weather = Weather(loss=loss, burst=burst, delay_s=USUAL.delay_s, jitter_s=USUAL.jitter_s)
    return weather, weather


def _narrow(bits_per_s: float) -> tuple[Weather, Weather]:
    return USUAL, Weather(bits_per_s=bits_per_s, delay_s=USUAL.delay_s)


# Up and down.
WEATHERS: dict[str, tuple[Weather, Weather]] = {
    "good": (USUAL, USUAL),
    "10 % lost": _lossy(0.1),
    "20 % lost": _lossy(0.2),
    "30 % lost": _lossy(0.3),
    "20 % lost, three in a row": _lossy(0.2, 3.0),
    "64 kbit/s down": _narrow(64_000),
    "400 kbit/s down": _narrow(400_000),
    "600 ms round trip": (Weather(delay_s=0.3), Weather(delay_s=0.3)),
    "600 ms and 10 % lost": (Weather(loss=0.1, delay_s=0.3), Weather(loss=0.1, delay_s=0.3)),
    "jitter of 60 ms, 5 % out of order": (
        Weather(delay_s=0.03, jitter_s=0.06, reorder=0.05),
        Weather(delay_s=0.03, jitter_s=0.06, reorder=0.05),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Shares from 0 to 1, times in seconds. `weak`: what the weak person has of the others."""

    server: str
    weather: str
    gone: float
    sound_down: float
    sound_down_came: float
    sound_up: float
    weak_pictures_per_s: float
    weak_large: float
    others_sound: float
    others_gap_s: float
    others_large: float


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="Judged, after the weather has settled.")
@click.option("--only", multiple=True, type=click.Choice(list(SERVERS)), help="Some of the servers.")
@click.option("--weather", "weathers", multiple=True, type=click.Choice(list(WEATHERS)), help="Some of them.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a row.")
@click.option("--inside", is_flag=True, hidden=True)
def main(seconds: float, only: Sequence[str], weathers: Sequence[str], as_json: bool, inside: bool) -> None:
    """Measure and print."""
    if not inside:
        raise SystemExit(in_a_namespace("bench.network"))
    names = only or ("native", "janus")
    with weak_seat() as place:
        rows = [
            row
            for name in names
            for row in asyncio.run(measure(name, weathers or list(WEATHERS), seconds, place))
        ]
    if as_json:
        print("\n".join(json.dumps(asdict(row)) for row in rows))
    else:
        print_table(sorted(rows, key=lambda row: list(WEATHERS).index(row.weather)))


@contextmanager
def weak_seat() -> Iterator[int]:
    """A network namespace with one way out, to FRONT here; its descriptor."""
    holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
    try:
        _wait_for_namespace(holder.pid)
        inside = ["nsenter", "-t", str(holder.pid), "-n"]
        for command in (
            ["ip", "link", "add", "hop0", "type", "veth", "peer", "name", "hop1"],
            ["ip", "link", "set", "hop1", "netns", str(holder.pid)],
            ["ip", "addr", "add", f"{FRONT}/24", "dev", "hop0"],
            ["ip", "link", "set", "hop0", "up"],
            [*inside, "ip", "addr", "add", f"{SEAT}/24", "dev", "hop1"],
            [*inside, "ip", "link", "set", "hop1", "up"],
        ):
            subprocess.run(command, check=True)
        with Path(f"/proc/{holder.pid}/ns/net").open("rb") as place:
            yield place.fileno()
    finally:
        holder.kill()
        holder.wait()


def _wait_for_namespace(pid: int) -> None:
    ours = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{pid}/ns/net").readlink() == ours:
        subprocess.run(["sleep", "0.05"], check=True)


def socket_in(place: int) -> socket.socket:
    """A UDP socket of that namespace; sockets stay where they were made."""
    library = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/self/ns/net").open("rb") as here:
        if library.setns(place, 0):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        finally:
            library.setns(here.fileno(), 0)


async def measure(name: str, weathers: Sequence[str], seconds: float, place: int) -> list[Row]:
    """Each weather in a new room of the same server."""
    async with SERVERS[name]() as server:
        return [
            await _live(name, server, 2000 + at, weather, seconds, place)
            for at, weather in enumerate(weathers)
        ]


async def _live(  # noqa: PLR0917  one call
    name: str, server: Server, room: int, weather: str, seconds: float, place: int
) -> Row:
    loop = asyncio.get_running_loop()
    relay = Relay(FRONT)

    def make(person: int) -> Bot:
        if person != WEAK:
            return Bot(HOST, layers=True)
        return Bot(SEAT, sock=socket_in(place), through=relay.door, layers=True)

    members = await server.fill(room, PEOPLE, make)
    go_first(server.pid)
    people = [Person(member, speaks=member.person in (WEAK, TALKER)) for member in members]
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.live())
        await asyncio.sleep(2.0)
        relay.turn(*WEATHERS[weather])
        await asyncio.sleep(SETTLE_S)
        relay.turn(*WEATHERS[weather])
        since = loop.time()
        await asyncio.sleep(seconds)
        until = loop.time()
        gone = relay.down.gone
        await asyncio.sleep(REST_S)
        for person in people:
            person.go()
    relay.close()
    await server.empty(room)
    for member in members:
        member.bot.sock.close()
    return _judge(name, weather, gone, people, since, until)


def _judge(  # noqa: PLR0917  one call
    name: str, weather: str, gone: float, people: Sequence[Person], since: float, until: float
) -> Row:
    sat = {n: list(group) for n, group in groupby(sorted(people, key=_number), key=_number)}
    voices = {n: {k: v for p in group for k, v in p.voices.items()} for n, group in sat.items()}
    films = {n: {k: v for p in group for k, v in p.films.items()} for n, group in sat.items()}
    strong = [n for n in range(PEOPLE) if n != WEAK]
    weak = [film(films[WEAK].get(n), since, until) for n in strong]
    others = worst([film(films[n].get(m), since, until) for n in strong for m in strong if m != n])
    down = sound(voices[WEAK].get(TALKER), since, until)
    return Row(
        name,
        weather,
        round(gone, 3),
        round(down.played, 4),
        round(down.came, 4),
        round(min(sound(voices[n].get(WEAK), since, until).played for n in strong), 4),
        round(sum(f.pictures_per_s for f in weak), 1),
        round(sum(f.large for f in weak) / len(weak), 2),
        round(min(sound(voices[n].get(TALKER), since, until).played for n in strong if n != TALKER), 4),
        round(others.longest_gap_s, 2),
        round(others.large, 2),
    )


def _number(person: Person) -> int:
    return person.number


def print_table(rows: Sequence[Row]) -> None:
    print(
        "| weather | server | gone on the hop | sound to the weak | without FEC | sound from the weak "
        "| pictures to it a second | of them large | others: sound | longest stall | pictures large |"
    )
    print("|" + "---|" * 11)
    for row in rows:
        cells = (
            f"{row.gone:.0%}",
            f"{row.sound_down:.1%}",
            f"{row.sound_down_came:.1%}",
            f"{row.sound_up:.1%}",
            f"{row.weak_pictures_per_s:.0f}",
            f"{row.weak_large:.0%}",
            f"{row.others_sound:.1%}",
            f"{row.others_gap_s} s",
            f"{row.others_large:.0%}",
        )
        print("| " + " | ".join((row.weather, row.server, *cells)) + " |")


if __name__ == "__main__":
    main()
