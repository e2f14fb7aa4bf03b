"""Sample papers of the invented citizens: cards, complaints and proofs to try the platform with.

Rule 1: they are drawn at the first start; no photo of anybody lies in the repository.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from filing.idcard import term_at
from odr.demo.papers import Card, ComplaintText, Draughtsman, Loan, Transfer
from odr.demo.photos import Shot, photograph
from odr.demo.puppet import CAST
from odr.domain.citizens import CITIZENS, Citizen
from odr.settings import Settings
from tools.faces import photos

_ISSUED: Final = date(2019, 5, 16)
_SHOT: Final = Shot()
_OPPONENT: Final = {"wang": "yang", "liu": "zhao"}
_COURT: Final = "示范区人民法院"
_LAST: Final = "back.jpg"  # drawn last: it says that a citizen's papers are complete


def folder(settings: Settings) -> Path:
    """Where the samples lie, a folder a citizen."""
    return settings.data_dir / "samples"


def draw(settings: Settings) -> Iterator[str]:
    """Lay out what is not there yet, drawing it once a checkout; a line of progress a citizen drawn."""
    faces = photos()
    if not faces:
        yield "samples: the sample faces are not installed (python -m tools.faces); no cards are drawn"
        return
    drawn = settings.root / ".cache" / "samples" / _edition()
    draughtsman = Draughtsman(_font(settings))
    for citizen in CITIZENS:
        if not (drawn / citizen.id / _LAST).exists():
            _, card_photo = CAST[citizen.face]
            portrait = faces[citizen.face][card_photo - 1].read_bytes()
            _keep(drawn / citizen.id, _papers(draughtsman, citizen, portrait))
            yield f"samples: the papers of {citizen.id} are drawn"
        if not (folder(settings) / citizen.id / _LAST).exists():
            shutil.copytree(drawn / citizen.id, folder(settings) / citizen.id, dirs_exist_ok=True)


def _edition() -> str:
    """A name for what would be drawn: another program or other citizens make another edition."""
    total = hashlib.sha256(repr(CITIZENS).encode())
    for module in ("papers", "photos", "samples"):
        total.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    return total.hexdigest()[:12]


def _keep(place: Path, pictures: Iterator[tuple[str, bytes]]) -> None:
    """Write the pictures, each whole or not at all: two programs may draw at once."""
    place.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures:
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as file:
            file.write(picture)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(place / name)


def _papers(draughtsman: Draughtsman, citizen: Citizen, portrait: bytes) -> Iterator[tuple[str, bytes]]:
    seed = int(citizen.id_number[6:14])
    birth = date.fromisoformat(citizen.birth)
    years = term_at(birth, _ISSUED)
    card = Card(
        citizen.name,
        citizen.sex,
        citizen.nation,
        birth,
        citizen.address,
        citizen.id_number,
        valid_from=_ISSUED,
        valid_to=_ISSUED.replace(year=_ISSUED.year + years) if years else None,
    )
    yield "front.jpg", photograph(draughtsman.id_front(card, portrait), _SHOT, seed=seed)
    if opponent := _OPPONENT.get(citizen.id):
        other = next(one for one in CITIZENS if one.id == opponent)
        loan = Loan(
            citizen.name, citizen.id_number, other.name, 50_000, "伍万", date(2025, 6, 30), date(2024, 7, 1)
        )
        transfer = Transfer(other.name, 50_000, "2024-07-01 10:21:35", "6312024070110213500001")
        yield "complaint.jpg", photograph(draughtsman.complaint(_complaint(citizen, other)), _SHOT, seed=seed)
        yield "iou.jpg", photograph(draughtsman.iou(loan), _SHOT, seed=seed)
        yield "transfer.png", draughtsman.transfer(transfer)
    yield _LAST, photograph(draughtsman.id_back(card), _SHOT, seed=seed + 1)


def _complaint(plaintiff: Citizen, defendant: Citizen) -> ComplaintText:
    return ComplaintText(
        plaintiff=_particulars(plaintiff),
        defendant=_particulars(defendant),
        cause="民间借贷纠纷",
        claims=(
            "一、判令被告向原告偿还借款本金50000元；",
            "二、判令被告承担本案诉讼费用。",
        ),
        facts=(
            f"2024年7月1日，被告{defendant.name}因资金周转需要向原告借款50000元，原告当日通过银行转账交付，"
            "被告出具借条一张，约定2025年6月30日前归还。",
            "还款期限届满后，原告多次催要，被告以资金困难为由至今未还。为维护自身合法权益，特向贵院提起诉讼。",
        ),
        court=_COURT,
        signed=plaintiff.name,
        day=date(2026, 3, 2),
    )


def _particulars(citizen: Citizen) -> str:
    born = date.fromisoformat(citizen.birth)
    phone = citizen.phone.removeprefix("+86")
    return (
        f"{citizen.name}，{citizen.sex}，{citizen.nation}族，{born.year}年{born.month}月{born.day}日出生，"
        f"住{citizen.address}。公民身份号码：{citizen.id_number}，联系电话：{phone}。"
    )


def _font(settings: Settings) -> Path:
    """A regular font with Chinese, the first there is."""
    for place in settings.fonts:
        for pattern in ("400Regular/*.ttf", "*Regular*.ttc", "*Regular*.otf"):
            if found := sorted(place.glob(pattern)):
                return found[0]
    raise FileNotFoundError("no font with Chinese characters; run `make install`")
