"""What forwarding a packet costs, and how much later it arrives: our media server beside Janus, in one run.

    python -m bench.media [--rooms 8] [--people 4] [--seconds 8] [--burst 1] [--json] [--plot cost.svg]

Bots with our real signalling and tickets, and the same bots with Janus 1.1.2 of Debian 12; each person sends
100 packets of 1,200 octets and 50 of 132 a second, evenly, or with `--burst 4` the packets of a picture at
once. The server has one core, the bots another. Cost is the server's processor time, user and system, for
each packet that the bots received. Root is needed: Janus ignores loopback, so the bench makes a network
namespace with an address of its own and runs in it.
"""

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.bots import Crowd, Outcome
from bench.peers import Server, janus, ours
from bench.plots import draw

HOST = "10.98.0.1"
SERVER_CORE, BOTS_CORE = 0, 1
WARM_S = 3.0
PICTURE_US = 10_000
PACKAGES = ("janus", "gcc", "libc6-dev", "libsrtp2-dev", "libssl-dev")
ROOMS, PEOPLE, FULL_LOSS = (1, 8, 20, 40, 60), (2, 4, 8, 16), 0.01

Start = Callable[[], AbstractAsyncContextManager[Server]]
SERVERS: dict[str, Start] = {
    "python": lambda: ours(HOST, SERVER_CORE, "python"),
    "native": lambda: ours(HOST, SERVER_CORE, "native"),
    "janus": lambda: janus(HOST, SERVER_CORE),
}


@dataclass(frozen=True, slots=True)
class Figures:
    rooms: int
    people: int
    us_per_packet: float
    p50_us: int
    p99_us: int
    lost: int
    core_percent: float
    mb: float
    packets: int

    def line(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in ("us_per_packet", "p50_us", "p99_us", "lost")}


@click.command()
@click.option("--rooms", default=8, show_default=True)
@click.option("--people", default=4, show_default=True, help="In each room.")
@click.option("--seconds", default=8.0, show_default=True, help="Counted, after a warm-up.")
@click.option("--burst", default=1, show_default=True, help="Packets of a picture that leave at once.")
@click.option("--only", multiple=True, type=click.Choice(list(SERVERS)), help="Some of the servers.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw cost by rooms and by people into an SVG.")
@click.option("--inside", is_flag=True, hidden=True)
def main(  # noqa: PLR0917  click calls by name
    rooms: int,
    people: int,
    seconds: float,
    burst: int,
    only: Sequence[str],
    as_json: bool,
    plot: Path | None,
    inside: bool,
) -> None:
    """Measure and print."""
    if not inside:
        raise SystemExit(in_a_namespace("bench.media"))
    os.sched_setaffinity(0, {BOTS_CORE})
    names = only or list(SERVERS)
    if plot is not None:
        _plot(plot, names, seconds)
        return
    found = {name: measure(name, rooms, people, seconds, burst) for name in names}
    if as_json:
        print(json.dumps({name: figures.line() for name, figures in found.items()}))
    else:
        _print_table(found)


def in_a_namespace(module: str) -> int:
    """This program again, as the only inhabitant of a new network namespace."""
    if os.geteuid() != 0:
        raise click.ClickException("root is needed to make a network namespace")
    missing = not shutil.which("janus") or not Path("/usr/include/srtp2/srtp.h").exists()
    if missing:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    again = [sys.executable, "-m", module, "--inside", *sys.argv[1:]]
    prepare = (
        "ip link set lo up && ip link add bench0 type veth peer name bench1 && "
        f"ip addr add {HOST}/24 dev bench0 && ip link set bench0 up && ip link set bench1 up && "
        'exec "$@"'
    )
    return subprocess.run(["unshare", "--net", "sh", "-c", prepare, "sh", *again], check=False).returncode


def measure(name: str, rooms: int, people: int, seconds: float, burst: int = 1) -> Figures:
    """One server, one load, in a process of its own: the crowd in C keeps what it counted."""
    code = f"from bench.media import run; run({name!r}, {rooms}, {people}, {seconds}, {burst})"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def run(name: str, rooms: int, people: int, seconds: float, burst: int) -> None:
    figures = asyncio.run(_run(name, rooms, people, seconds, burst))
    print(json.dumps({field: getattr(figures, field) for field in Figures.__slots__}))


async def _run(name: str, rooms: int, people: int, seconds: float, burst: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        crowd = Crowd(Path(folder))
        crowd.pace(PICTURE_US, burst)
        async with SERVERS[name]() as server:
            filled = await asyncio.gather(*(server.fill(1000 + room, people) for room in range(rooms)))
            for member in itertools.chain(*filled):
                crowd.add(member.bot, sends=member.sends)
            go_first(server.pid)
            running = asyncio.to_thread(crowd.run, WARM_S, seconds)
            outcome, busy_s = await asyncio.gather(running, _processor_time(server.pid, seconds))
            return _figures((rooms, people, seconds), outcome, busy_s, megabytes(server.pid))


def go_first(pid: int) -> None:
    """Server and bots before all else on this machine: to wait for a core is not the server's delay.

    A thread that a server runs before its others stays before them.
    """
    for process in (pid, os.getpid()):
        for thread in Path(f"/proc/{process}/task").iterdir():
            number = int(thread.name)
            first = os.getpriority(os.PRIO_PROCESS, number) < 0
            os.sched_setscheduler(number, os.SCHED_RR, os.sched_param(2 if first else 1))


async def _processor_time(pid: int, seconds: float) -> float:
    await asyncio.sleep(WARM_S)
    before = _busy_s(pid)
    await asyncio.sleep(seconds - 0.05)
    return _busy_s(pid) - before


def _busy_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _figures(load: tuple[int, int, float], outcome: Outcome, busy_s: float, megabytes: float) -> Figures:
    rooms, people, seconds = load
    streams = rooms * people * (people - 1) * 2
    if outcome.streams < streams or outcome.refused:
        print(f"{outcome.streams} of {streams} streams, {outcome.refused} refused", file=sys.stderr)
    return Figures(
        rooms,
        people,
        round(busy_s / max(1, outcome.received) * 1e6, 2),
        outcome.p50_us,
        outcome.p99_us,
        outcome.lost,
        round(100 * busy_s / seconds, 1),
        round(megabytes, 1),
        outcome.received,
    )


def _plot(path: Path, names: Sequence[str], seconds: float) -> None:
    rooms = {name: _line(name, [(count, 4) for count in ROOMS], seconds) for name in names}
    people = {name: _line(name, [(4, count) for count in PEOPLE], seconds) for name in names}
    draw(
        path,
        {
            "rooms of four": {n: [(f.rooms, f.us_per_packet) for f in line] for n, line in rooms.items()},
            "people in each of four rooms": {
                n: [(f.people, f.us_per_packet) for f in line] for n, line in people.items()
            },
        },
        "µs a packet",
    )


def _line(name: str, loads: Sequence[tuple[int, int]], seconds: float) -> list[Figures]:
    """Each load until a core is full: beyond that it is measured what is dropped."""
    line = list[Figures]()
    for rooms, people in loads:
        figures = measure(name, rooms, people, seconds)
        _print_table({name: figures})
        if figures.lost > FULL_LOSS * figures.packets:
            break
        line.append(figures)
    return line


def _print_table(found: dict[str, Figures]) -> None:
    print("| server | rooms x people | µs a packet | x Janus | p50 µs | p99 µs | lost | core | memory |")
    print("|" + "---|" * 9)
    peer = found["janus"].us_per_packet if "janus" in found else 0.0
    for name, f in found.items():
        ratio = f"{f.us_per_packet / peer:.2f}" if peer else "–"
        print(
            f"| {name} | {f.rooms} x {f.people} | {f.us_per_packet} | {ratio} | {f.p50_us} | {f.p99_us} "
            f"| {f.lost} of {f.packets} | {f.core_percent} % | {f.mb} MB |"
        )


if __name__ == "__main__":
    main()
