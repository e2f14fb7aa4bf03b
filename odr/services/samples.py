"""Sample papers and empty element-style complaints, as PDF to look at or to print."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from filing.blank_forms import Row, blank_form
from filing.samples import SAMPLES
from odr.domain.papers import chinese_date
from odr.errors import NotFound
from odr.languages import translate
from odr.ports.typesetter import Typesetter

# The same bytes at every request: a sample has no moment of its own.
_MADE_AT: Final = datetime(2026, 1, 30, tzinfo=UTC)
_FILLING_IN: Final = (
    "写不下的，可以另附纸。不清楚的可以空着，法院会问您。写字有困难的，可以口头起诉，由法院记录。",
)


class SampleService:
    """Each paper is set once and then kept: there are fewer than sixty."""

    def __init__(self, typesetter: Typesetter, *, court: str, verify_url: str) -> None:
        self._typesetter = typesetter
        self._court = court
        self._verify_url = verify_url
        self._made: dict[str, bytes] = {}

    async def paper(self, material_id: str) -> bytes:
        """The sample of a material; NotFound if there is none."""
        sample = SAMPLES.get(material_id)
        if sample is None:
            raise NotFound
        content = {"title": sample.title, "lines": sample.lines, "notes": sample.notes}
        return await self._set(f"paper {material_id}", content)

    async def complaint_form(self, cause_id: str) -> bytes:
        """The empty element-style complaint (要素式起诉状) of a cause; NotFound if there is no such cause."""
        found = blank_form(cause_id, translate)
        if found is None:
            raise NotFound
        parts = [{"title": part.title, "rows": [_row(row) for row in part.rows]} for part in found.parts]
        content = {"title": f"民事起诉状（{found.cause}）", "notes": _FILLING_IN, "parts": parts}
        return await self._set(f"form {cause_id}", content, kind="complaint_form")

    async def _set(self, name: str, content: Mapping[str, object], *, kind: str = "sample") -> bytes:
        if name not in self._made:
            frame = {"court": self._court, "paper_id": "样本", "verify_url": self._verify_url}
            whole = {**frame, "issued_on": chinese_date(_MADE_AT), **content}
            self._made[name] = (await self._typesetter.typeset(kind, whole, at=_MADE_AT)).pdf
        return self._made[name]


def _row(row: Row) -> dict[str, str]:
    return {"question": row.asked, "answer": row.place}
