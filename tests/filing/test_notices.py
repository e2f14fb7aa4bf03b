"""The texts that are read and declared."""

import pytest

from filing.notices import NOTICES, Notice, NoticeId, current, find

# A change of words is a new version; this list only grows.
FROZEN: dict[tuple[str, str, str], str] = {
    ("filing", "2026-01", "zh"): "2841082569096a440482040935755213b15b2476d32ae42bd1d39367ead7980f",
    ("filing", "2026-01", "en"): "66b49df97e0ba78de12cc5659b2a23e31edb0a6db75d930acd04b1d82f6f51e2",
    ("declaration", "2026-01", "zh"): "5ad2aed59d78efaecce27fdc5797a9ddc4f74527f1f515b209138adbe3a28d6f",
    ("declaration", "2026-01", "en"): "78da0134a2422124b7c33878d566acd9b7ff83c9d4f08e1f1381bd57294010ab",
}


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: f"{n.id}-{n.version}")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_published_version_never_changes(notice: Notice, language: str) -> None:
    assert notice.sha256(language) == FROZEN[notice.id, notice.version, language]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: f"{n.id}-{n.version}")
def test_both_languages_have_the_same_paragraphs(notice: Notice) -> None:
    assert len(notice.words["zh"].paragraphs) == len(notice.words["en"].paragraphs)


def test_the_current_version_is_found_by_its_name() -> None:
    for notice_id in NoticeId:
        assert find(notice_id, current(notice_id).version) == current(notice_id)
    assert find(NoticeId.FILING, "1999-01") is None


def test_the_notice_teaches_the_four_conditions_and_the_declaration_warns_of_sham_claims() -> None:
    assert "有明确的被告" in current(NoticeId.FILING).text("zh_CN")
    assert "虚假诉讼" in current(NoticeId.DECLARATION).text("zh")
    assert current(NoticeId.FILING).text("en").startswith("Notice to parties")
