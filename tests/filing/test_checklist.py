"""The papers a filing needs."""

from filing.checklist import checklist, lacking


def required(answers: dict[str, str]) -> set[str]:
    return {material.id for material in lacking(answers, ())}


def test_a_person_shows_the_id_card_and_a_company_its_licence() -> None:
    assert required({"cause": "loan", "plaintiff_kind": "person"}) == {"id_card"}
    assert required({"cause": "loan", "plaintiff_kind": "company"}) == {"licence"}


def test_an_agent_shows_his_authority() -> None:
    assert "authority" in required({"cause": "loan", "has_agent": "yes"})


def test_some_causes_cannot_do_without_a_paper() -> None:
    assert "award" in required({"cause": "labour", "arbitrated": "award"})
    assert "marriage" in required({"cause": "divorce"})


def test_a_wage_note_goes_to_court_without_an_award() -> None:
    assert "award" not in required({"cause": "labour", "arbitrated": "wage_note"})


def test_what_was_uploaded_is_ticked_and_lacks_no_more() -> None:
    items = {item.material.id: item.here for item in checklist({"cause": "loan"}, {"id_card"})}
    assert items["id_card"]
    assert not items["iou"]
    assert lacking({"cause": "loan"}, {"id_card"}) == ()


def test_a_guardian_shows_the_wards_paper_and_the_proof_that_he_is_the_guardian() -> None:
    ward = {"cause": "traffic", "plaintiff_kind": "ward", "ward_ground": "minor"}
    assert required(ward) >= {"id_card", "guardianship"}
    names = {item.material.id: str(item.material.name) for item in checklist(ward, ())}
    declared = checklist(ward | {"ward_ground": "declared"}, ())
    assert "birth certificate" in names["guardianship"]
    assert "ruling" in next(str(one.material.name) for one in declared if one.material.id == "guardianship")
    assert "guardianship" not in required({"cause": "traffic", "plaintiff_kind": "person"})
