"""Invented content for each kind of paper, made from the table of fields."""

from pathlib import Path

from odr.domain.papers import FRAME, PAPERS, Content, Lines, Rows, Shape, Text

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "documents"
NOTO_SERIF_SC = ROOT / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
DEBIAN_CJK = Path("/usr/share/fonts/opentype/noto")
FONTS = (NOTO_SERIF_SC / "400Regular", NOTO_SERIF_SC / "700Bold", DEBIAN_CJK)
NO_FONTS = not any(folder.is_dir() for folder in FONTS)


def sample(kind: str, **fields: object) -> Content:
    paper = PAPERS[kind]
    content = {name: _value(name, shape) for name, shape in (FRAME | dict(paper.needs)).items()}
    if "signers" in paper.needs:
        content["signers"] = signers("applicant", "respondent", "mediator")
    return content | fields


def signers(*fields: str) -> list[dict[str, str]]:
    return [{"field": field, "label": "签名人", "name": "张三"} for field in fields]


def _value(name: str, shape: Shape) -> object:
    match shape:
        case Text():
            return f"甲{name}乙"
        case Lines():
            return [f"第一句{name}。", f"第二句{name}。"]
        case Rows(fields):
            return [{field: _value(field, inner) for field, inner in fields.items()}]
