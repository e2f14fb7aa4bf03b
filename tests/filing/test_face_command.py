"""`python -m filing face`: one JSON line a pair, an error line and status 1 for what cannot be compared."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from filing.__main__ import main
from filing.faces import NoFace
from tests.support.faces import PHOTOS, needs_faces

pytestmark = needs_faces


def run(*arguments: str | Path) -> tuple[int, list[dict[str, object]], str]:
    done = CliRunner().invoke(main, ["face", *map(str, arguments)])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_two_photos_give_one_line() -> None:
    status, (line,), _ = run(PHOTOS["s10"][7], PHOTOS["s10"][0])
    assert status == 0
    assert line.keys() == {"same", "distance", "threshold", "faces"}
    assert line | {"distance": 0} == {"same": True, "distance": 0, "threshold": 0.5, "faces": [1, 1]}


def test_a_list_of_pairs_gives_a_line_a_row_beside_the_list(tmp_path: Path) -> None:
    for name, path in {"a": PHOTOS["s10"][7], "b": PHOTOS["s10"][0], "c": PHOTOS["s4"][6]}.items():
        (tmp_path / f"{name}.pgm").write_bytes(path.read_bytes())
    (tmp_path / "pairs.csv").write_text("a.pgm,b.pgm\na.pgm,c.pgm\nb.pgm,gone.pgm\n")
    status, lines, told = run("--pairs", tmp_path / "pairs.csv")
    assert [line.get("same") for line in lines] == [True, False, None]
    assert status == 1
    assert "gone.pgm" in told


@pytest.mark.parametrize("content", [b"", b"no picture", b"P5\n40 40\n255\n" + bytes([128]) * 1600])
def test_what_cannot_be_compared_is_said_with_status_1(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pgm").write_bytes(content)
    status, _, told = run(PHOTOS["s10"][0], tmp_path / "x.pgm")
    assert status == 1
    assert told.startswith("error: ")
    assert "x.pgm" in told
    assert (NoFace.public in told) is content.startswith(b"P5")


def test_half_a_pair_is_a_usage_error(tmp_path: Path) -> None:
    assert run(PHOTOS["s10"][0])[0] == 2
    (tmp_path / "pairs.csv").write_text("only one\n")
    assert run("--pairs", tmp_path / "pairs.csv")[0] == 1
