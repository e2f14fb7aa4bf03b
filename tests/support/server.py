"""The real program as a process of its own, for journeys: `python -m odr serve` on a free port."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from odr.logs import personal

ROOT = Path(__file__).resolve().parents[2]
START_S = 180
STOP_S = 20


@dataclass(slots=True)
class Server:
    """A served court: its address, where sound and picture come in, where its files lie, and its process."""

    url: str
    media_port: int
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """What it has written to its log so far."""
        return (self.data / "server.log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """Ask it to end, as an init system would; its exit status. What does not end in time is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()  # left alone, it would go on beside every later test
            raise

    def kill(self) -> None:
        """Pull the plug."""
        self.process.kill()
        self.process.wait()


def start(data: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> Server:
    """Start on `port`, or any free one, with further ODR_ settings; back when it is ready to serve.

    The terminal, where the sandbox shows its messages, goes to `terminal.txt`, the log to `server.log`.
    """
    data.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    media_port = free_port(socket.SOCK_DGRAM)
    quiet = {"ODR_LAN": "false", "ODR_MEDIA_PORT": str(media_port), **(settings or {})}
    with (data / "server.log").open("ab") as log, (data / "terminal.txt").open("ab") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "odr", "serve", "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            env={**_surroundings(), **quiet},
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=log,
        )
    server = Server(f"http://127.0.0.1:{port}", media_port, data, process)
    _wait(server)
    return server


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """A server until the block ends; it must end well, and its log must name nobody."""
    server = start(data, settings=settings)
    try:
        yield server
    finally:
        status = server.stop() if server.process.poll() is None else server.process.returncode
    assert status == 0, f"the server ended with {status}:\n{server.log[-3000:]}"
    told = [line for line in server.log.splitlines() if personal(line)]
    assert not told, f"personal data in the log: {told[0]}"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ODR_", "RTC_"))}
    return kept | {"PYTHONUNBUFFERED": "1"}


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_S
    pause = threading.Event()
    while not _ready(server.url):
        if server.process.poll() is not None or time.monotonic() > deadline:
            server.process.kill()
            raise AssertionError(f"the server did not start:\n{server.log[-3000:]}")
        pause.wait(0.1)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            status: int = answer.status
            return status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
