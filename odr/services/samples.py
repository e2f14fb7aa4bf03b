"""Sample papers and empty element-style complaints, as PDF to look at or to print."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from filing.samples import SAMPLES, form
from odr.domain.papers import chinese_date
from odr.errors import NotFound
from odr.languages import translate
from odr.ports.typesetter import Typesetter

# The same bytes at every request: a sample has no moment of its own.
_MADE_AT: Final = datetime(2026, 1, 30, tzinfo=UTC)
_BLANK: Final = "＿＿＿＿＿＿"
_PARTIES: Final = (
    f"原告：{_BLANK}，性别＿＿，出生日期{_BLANK}，民族＿＿，职业和工作单位{_BLANK}，住址{_BLANK}，电话{_BLANK}。",
    f"被告：{_BLANK}，性别＿＿，住址{_BLANK}，电话（知道的填写）{_BLANK}。不要求填写被告的身份证号、年龄、民族。",
)
_REST: Final = (
    f"事实与理由（按时间顺序写）：{_BLANK}",
    f"证据和证据来源：{_BLANK}",
    f"具状人（签名或者捺印）：{_BLANK}　日期：{_BLANK}",
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
        content = {"title": sample.title, "lines": sample.lines, "elements": (), "notes": sample.notes}
        return await self._set(f"paper {material_id}", content)

    async def complaint_form(self, cause_id: str) -> bytes:
        """The empty element-style complaint (要素式起诉状) of a cause; NotFound if there is no such cause."""
        found = form(cause_id, translate)
        if found is None:
            raise NotFound
        claims = tuple(f"诉讼请求（参考写法）：{line}" for line in found.claims)
        content = {
            "title": f"民事起诉状（{found.cause}）",
            "lines": (*_PARTIES, f"案由：{found.cause}", *claims),
            "elements": tuple({"question": asked, "answer": place} for asked, place in found.elements),
            "notes": _REST,
        }
        return await self._set(f"form {cause_id}", content)

    async def _set(self, name: str, content: Mapping[str, object]) -> bytes:
        if name not in self._made:
            frame = {"court": self._court, "paper_id": "样本", "verify_url": self._verify_url}
            whole = {**frame, "issued_on": chinese_date(_MADE_AT), **content}
            self._made[name] = (await self._typesetter.typeset("sample", whole, at=_MADE_AT)).pdf
        return self._made[name]
