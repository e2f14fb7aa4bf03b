"""What two places on a paper say is compared, and never silently resolved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from filing import idcard, licence, papers, pleadings
from filing.identifiers import credit_check, id_check
from filing.lines import SURE, Field, Glyph, Line, Place
from filing.watermarks import without_marks

NUMBER = "44019919900307641"
NUMBER += id_check(NUMBER)
CODE = "91330199P51EYW1M4"
CODE += credit_check(CODE)
CORNER = ((300.0, 0.0), (380.0, 0.0), (380.0, 80.0), (300.0, 80.0))


def _lines(texts: Sequence[str], probability: float = 0.999) -> list[Line]:
    """Rows one under the other, every character equally sure."""
    return [
        Line(
            tuple(Glyph(char, probability, (i + 0.5) / len(text)) for i, char in enumerate(text)),
            ((0, 60 * row), (400, 60 * row), (400, 60 * row + 40), (0, 60 * row + 40)),
            Place(0, 60 * row, 400, 60 * row + 40),
        )
        for row, text in enumerate(texts)
    ]


def _card(birth: str = "1990年3月7日", sex: str = "男", number: str = NUMBER) -> list[Line]:
    return _lines(
        [
            "姓名王小明",
            f"性别{sex}民族汉",
            f"出生{birth}",
            "住址云海省青禾市书香街8号",
            f"公民身份号码{number}",
        ]
    )


def test_a_card_in_agreement_with_itself_is_sure() -> None:
    reading = idcard.front(_card())
    assert all(field.confidence >= SURE for field in reading.fields.values())
    assert reading.warnings == (idcard.UNKNOWN_AREA,)


@pytest.mark.parametrize(
    ("card", "field", "warning"),
    [
        (_card(birth="1990年8月7日"), "birth", idcard.BIRTH_DIFFERS),
        (_card(sex="女"), "sex", idcard.SEX_DIFFERS),
        (_card(number=NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")), "id_number", idcard.BAD_CHECK),
    ],
)
def test_a_card_at_odds_with_itself_is_shown(card: list[Line], field: str, warning: str) -> None:
    reading = idcard.front(card)
    assert warning in reading.warnings
    assert reading.fields[field].confidence < SURE
    assert reading.fields["id_number"].confidence < SURE


def test_an_unreadable_birth_is_taken_from_the_number_and_not_sure() -> None:
    lines = [line for line in _card() if "出生" not in line.text]
    birth = idcard.front(lines).fields["birth"]
    assert (birth.value, birth.confidence < SURE) == ("1990-03-07", True)


def test_the_code_of_another_company_in_the_corner_is_told() -> None:
    other = "91440199PAQPLJ910C"
    reading = licence.licence(
        _lines(["营业执照", f"统一社会信用代码{CODE}"]),
        [Field(f"https://x.invalid/?c={other}", 1.0, CORNER)],
    )
    code = reading.fields["credit_code"]
    assert (code.value, code.box is not None) == (CODE, True)
    assert [(rival.value, rival.box) for rival in code.rivals] == [(other, CORNER)]
    assert reading.warnings == (licence.QR_DIFFERS,)
    assert reading.fields["credit_code"].confidence < SURE


@pytest.mark.parametrize(("figures", "warned"), [("50000", False), ("80000", True)])
def test_words_and_figures_of_an_iou_are_compared(figures: str, warned: bool) -> None:
    said = f"今借到王小明（身份证号：{NUMBER}）人民币伍万元整（¥{figures}），于2025年6月5日前归还。"
    reading = papers.iou(_lines(["借条", said, "借款人：李大海", "2024年1月2日"]))
    assert (papers.WORDS_DIFFER in reading.warnings) is warned
    assert (reading.fields["amount"].confidence >= SURE) is not warned


COMPLAINT = [
    "民事起诉状",
    f"原告：李胜男，女，1990年3月7日生，汉族，身份证号码：{NUMBER}，住址：云海省青禾市书香街8号，电话：13800000001。",
    f"被告：青禾瑞景物业服务有限公司，统一社会信用代码{CODE}，住所地：青禾市书香街9号。",
    "案由：物业服务合同纠纷",
    "诉讼请求",
    "1.请求判令被告立即偿还原告5万元；",
    "事实与理由",
    "2024年5月1日，双方约定被告应于2024年6月1日前支付50,000元。",
    "此致",
    "样例市样例区人民法院",
    "具状人（签名）：李胜男",
    "二〇二五年十一月二十日",
]


def test_a_name_may_hold_a_word_for_a_sex_and_ends_above_a_date_in_words() -> None:
    fields = pleadings.complaint(_lines(COMPLAINT)).fields
    names = ("plaintiff", "plaintiff_id", "defendant", "defendant_id")
    assert [fields[name].value for name in names] == ["李胜男", NUMBER, "青禾瑞景物业服务有限公司", CODE]
    assert fields["amount"].value == 50_000
    assert fields["date"].value == "2025-11-20"


@pytest.mark.parametrize("label", ["受托人", "受委托人", "委托代理人", "受托人（代理人）"])
def test_an_agent_is_found_under_each_label_that_papers_use(label: str) -> None:
    paper = [
        "授权委托书",
        f"委托人：王小明，男，公民身份号码：{NUMBER}。",
        f"{label}：李大海，云海恒信律师事务所律师。",
        "代理权限：特别授权，代为承认、放弃、变更诉讼请求。",
        "委托人（签名）：王小明",
        "2025年1月21日",
    ]
    fields = pleadings.power_of_attorney(_lines(paper)).fields
    assert (fields["principal"].value, fields["agent"].value) == ("王小明", "李大海")
    assert (fields["firm"].value, fields["power"].value) == ("云海恒信律师事务所", "特别授权")


def test_a_name_with_something_beside_it_is_never_sure() -> None:
    paper = ["营业执照", f"统一社会信用代码{CODE}", "名称青禾瑞景物业服务有限公司", "法定代表人衡香娜无效"]
    assert licence.licence(_lines(paper)).fields["legal_rep"].confidence < SURE


@pytest.mark.parametrize(
    ("birth", "begins", "ends", "agree"),
    [
        ("1990-03-07", "2019-05-16", "2039-05-16", True),
        ("1990-03-07", "2019-05-16", "2029-05-16", False),
        ("1950-03-07", "2019-05-16", None, True),
        ("1990-03-07", "2019-05-16", None, False),
        ("1993-04-20", "2019-05-16", "2029-05-16", True),  # asked for just before the 26th birthday
        ("2010-03-07", "2019-05-16", "2024-05-16", True),
    ],
)
def test_the_period_on_the_back_is_compared_with_the_age_on_the_front(
    birth: str, begins: str, ends: str | None, agree: bool
) -> None:
    until = date.fromisoformat(ends) if ends else None
    assert idcard.sides_agree(date.fromisoformat(birth), date.fromisoformat(begins), until) is agree


@pytest.mark.parametrize("rest", ["样本 仅供测试", "世测试", "又供测试", "试专用"])
def test_a_torn_sample_mark_is_no_part_of_a_paper(rest: str) -> None:
    kept = without_marks(_lines(["法定代表人卫涵", rest, "使用权人王小明"]))
    assert [line.text for line in kept] == ["法定代表人卫涵", "使用权人王小明"]


def test_a_mark_behind_an_address_is_cut_off_and_the_address_is_never_sure() -> None:
    address = "住址云海省青禾市书香街8号测试专厂"
    card = ["姓名王小明", "性别男民族汉", "出生1990年3月7日", address, f"公民身份号码{NUMBER}"]
    field = idcard.front(_lines(card)).fields["address"]
    assert (field.value, field.confidence < SURE) == ("云海省青禾市书香街8号", True)


def test_a_comma_read_as_the_dot_of_a_name_still_ends_the_name() -> None:
    paper = [
        "授权委托书",
        f"委托人：古丽娜尔·艾合买提·女·维吾尔族，公民身份号码：{NUMBER}。",
        "委托代理人江德·岭东万和律师事务所律师。",
    ]
    fields = pleadings.power_of_attorney(_lines(paper)).fields
    assert [fields[name].value for name in ("principal", "agent", "firm")] == [
        "古丽娜尔·艾合买提",
        "江德",
        "岭东万和律师事务所",
    ]


def test_a_stroke_of_the_portrait_is_no_part_of_the_address() -> None:
    card = ["姓名王小明", "性别男民族汉", "出生1990年3月7日", "住址云海省青禾市书香", "一", "街8号"]
    fields = idcard.front(_lines([*card, f"公民身份号码{NUMBER}"])).fields
    assert fields["address"].value == "云海省青禾市书香街8号"


def test_a_cause_near_to_a_known_one_is_put_forward_as_a_guess() -> None:
    lines = _lines([line.replace("物业服务合同纠纷", "物业服务合同拟纷") for line in COMPLAINT])
    cause = pleadings.complaint(lines).fields["cause"]
    assert (cause.value, cause.confidence < SURE) == ("物业服务合同纠纷", True)


def test_a_blurred_cause_is_not_sure_because_there_is_one_of_that_name() -> None:
    assert pleadings.complaint(_lines(COMPLAINT, 0.3)).fields["cause"].confidence < SURE


def test_an_agent_whose_label_is_lost_is_who_stands_before_a_law_firm() -> None:
    paper = [
        "授权委托书",
        f"委托人：王小明，公民身份号码：{NUMBER}。",
        "党氏：李大海，云海恒信律师事务所律师。",
        "代理权限：一般授权。",
    ]
    fields = pleadings.power_of_attorney(_lines(paper)).fields
    assert (fields["agent"].value, fields["firm"].value) == ("李大海", "云海恒信律师事务所")
    assert fields["agent"].confidence < SURE


def test_an_address_without_label_or_day_is_the_row_that_names_a_place_and_never_sure() -> None:
    card = ["王小明", "性别男民族汉", "1990年3月O", "云海省青禾市书香", "街8号", f"公民身份号码{NUMBER}"]
    address = idcard.front(_lines(card)).fields["address"]
    assert (address.value, address.confidence < SURE) == ("云海省青禾市书香街8号", True)


def test_a_licence_whose_address_lost_its_label_has_it_below_the_day() -> None:
    paper = [
        "名称云海市恒信科技有限公司",
        "成立日期2016年5月17日",
        "南岭省青禾市书香街8号2层",
        "16室登记机关",
    ]
    address = licence.licence(_lines(paper)).fields["address"]
    assert (address.value, address.confidence < SURE) == ("南岭省青禾市书香街8号2层16室", True)
    assert "address" not in licence.licence(_lines([paper[0], paper[1], paper[3]])).fields


@pytest.mark.parametrize("misread", ["查", "佰"])
def test_capital_begins_with_the_likeliest_figure_and_a_mended_one_is_never_sure(misread: str) -> None:
    (line,) = _lines([f"注册资本{misread}佰万元整"])
    blurred = Glyph(misread, 0.97, line.glyphs[4].at, (("萱", 0.02), ("壹", 0.01)))
    mended = replace(line, glyphs=(*line.glyphs[:4], blurred, *line.glyphs[5:]))
    capital = licence.licence([mended]).fields["capital"]
    assert (capital.value, capital.confidence < SURE) == ("壹佰万元整", True)


def test_parties_under_misread_headings_keep_their_own_numbers_and_none_is_sure() -> None:
    accused = "35019919910529537"
    accused += id_check(accused)
    paper = [
        "民事起诉状",
        f"群济：王小明，男，公民身份号码：{NUMBER}，联系电话：13900000001。",
        f"硬告：李大海，男，公民身份号码：{accused}。",
        "诉讼请求：",
        "一、判令被告支付50000元。",
    ]
    fields = pleadings.complaint(_lines(paper)).fields
    told = {name: fields[name].value for name in ("plaintiff", "plaintiff_id", "defendant", "defendant_id")}
    assert list(told.values()) == ["王小明", NUMBER, "李大海", accused]
    assert all(fields[name].confidence < SURE for name in told)


def test_a_number_under_the_only_heading_left_is_not_given_to_the_other_party() -> None:
    paper = [
        "民事起诉状",
        "王小明，男。",
        f"硬告：李大海，公民身份号码：{NUMBER}。",
        "诉讼请求：",
        "支付50000元。",
    ]
    fields = pleadings.complaint(_lines(paper)).fields
    assert not {"plaintiff_id", "defendant_id"} & set(fields)


def test_a_sum_whose_headings_are_lost_is_put_forward_as_a_guess() -> None:
    paper = ["民事起诉状", f"原告：王小明，公民身份号码：{NUMBER}。", "浦求网中被告立那偿还人民币100000元"]
    amount = pleadings.complaint(_lines(paper)).fields["amount"]
    assert (amount.value, amount.confidence < SURE) == (100000, True)


def test_a_traditional_form_is_read_as_the_simplified_one_and_never_sure() -> None:
    card = [
        "姓名王小明",
        "性别男民族汉",
        "出生1990年3月7日",
        "住址华陽市烏熱县飾須街8号",
        f"公民身份号码{NUMBER}",
    ]
    address = idcard.front(_lines(card)).fields["address"]
    assert (address.value, address.confidence < SURE) == ("华阳市乌热县饰须街8号", True)


def _named(char: str, probability: float, *others: tuple[str, float]) -> Field:
    """The name on a card whose last character was read so."""
    name, *rest = _card()
    last = replace(name.glyphs[-1], char=char, probability=probability, others=others)
    return idcard.front([replace(name, glyphs=(*name.glyphs[:-1], last)), *rest]).fields["name"]


def test_a_rare_character_stays_where_the_engine_holds_it_likeliest() -> None:
    name = _named("赟", 0.54, ("赞", 0.243))
    assert (name.value, name.confidence) == ("王小赟", 0.54)


def test_what_the_engine_gave_to_the_old_form_counts_for_the_new_one() -> None:
    assert _named("东", 0.58, ("東", 0.42)).confidence >= SURE


def test_a_date_with_a_stain_in_it_is_not_read_as_another_day() -> None:
    paper = [*COMPLAINT[:-1], "2024年12/月14日"]
    assert "date" not in pleadings.complaint(_lines(paper)).fields


@pytest.mark.parametrize(("end", "mended"), [("26", "号"), ("2", "")])
def test_an_address_ends_with_what_it_may_end_with_and_one_that_ends_with_a_figure_is_never_sure(
    end: str, mended: str
) -> None:
    (line,) = _lines([f"住址云海省青禾市书香街{end}9"])
    others = (("4", 0.03), ("号", 0.02)) if mended else ()
    last = replace(line.glyphs[-1], others=others)
    card = [*_card()[:3], replace(line, glyphs=(*line.glyphs[:-1], last), place=Place(0, 180, 400, 220))]
    address = idcard.front([*card, _card()[4]]).fields["address"]
    assert address.value == f"云海省青禾市书香街{end}{mended or '9'}"
    assert address.confidence < SURE


def test_what_stands_before_an_autonomous_area_is_a_nation() -> None:
    (line,) = _lines(["住址南岭社族自治区青禾市书香街8号"])
    blurred = replace(line.glyphs[4], probability=0.8, others=(("杜", 0.1), ("壮", 0.05)))
    address = replace(
        line, glyphs=(*line.glyphs[:4], blurred, *line.glyphs[5:]), place=Place(0, 180, 400, 220)
    )
    found = idcard.front([*_card()[:3], address, _card()[4]]).fields["address"]
    assert (found.value, found.confidence < SURE) == ("南岭壮族自治区青禾市书香街8号", True)


@pytest.mark.parametrize(("others", "place"), [((("门", 0.2), ("巾", 0.04)), "石门村"), ((), "石内村")])
def test_a_place_is_named_after_a_gate_where_that_is_possible_and_never_sure(
    others: tuple[tuple[str, float], ...], place: str
) -> None:
    (line,) = _lines(["住址云海省青禾市石内村7组34号"])
    blurred = replace(line.glyphs[9], probability=0.74, others=others)
    address = replace(
        line, glyphs=(*line.glyphs[:9], blurred, *line.glyphs[10:]), place=Place(0, 180, 400, 220)
    )
    found = idcard.front([*_card()[:3], address, _card()[4]]).fields["address"]
    assert (found.value, found.confidence < SURE) == (f"云海省青禾市{place}7组34号", True)


def test_a_card_that_ends_with_the_day_of_birth_is_read_without_an_address() -> None:
    assert set(idcard.front(_card()[:3]).fields) == {"name", "sex", "nation", "birth"}


def test_the_day_on_top_of_a_screenshot_is_no_day_of_birth() -> None:
    reading = idcard.front(_lines(["2025年3月2日09:12", *(line.text for line in _card())]))
    assert reading.fields["birth"].value == "1990-03-07"
    assert reading.warnings == (idcard.UNKNOWN_AREA,)


def test_the_label_of_the_number_is_no_address() -> None:
    assert "address" not in idcard.front([*_card()[:3], _card()[4]]).fields


@pytest.mark.parametrize(("mark", "height"), [("样张", 40), ("存档", 90)])
def test_a_mark_below_an_address_is_no_part_of_it(mark: str, height: int) -> None:
    (line,) = _lines([mark])
    below = replace(line, place=Place(0, 220, 100, 220 + height))
    number = replace(_card()[4], place=Place(0, 340, 400, 380))
    address = idcard.front(without_marks([*_card()[:4], below, number])).fields["address"]
    assert (address.value, address.confidence < SURE) == ("云海省青禾市书香街8号", mark == "存档")


def test_an_address_ends_above_an_empty_row() -> None:
    label = replace(_lines(["企议母持月码"])[0], place=Place(0, 320, 150, 360))
    number = replace(_lines([NUMBER])[0], place=Place(200, 320, 400, 360))
    address = idcard.front([*_card()[:4], label, number]).fields["address"]
    assert address.value == "云海省青禾市书香街8号"


def test_an_address_at_whose_end_a_room_is_blurred_ends_with_the_room() -> None:
    (line,) = _lines(["住址云海省青禾市书香街12幢1单元3102岁"])
    last = replace(line.glyphs[-1], probability=0.4, others=(("穷", 0.2), ("室", 0.1)))
    blurred = replace(line, glyphs=(*line.glyphs[:-1], last), place=Place(0, 180, 400, 220))
    address = idcard.front([*_card()[:3], blurred, _card()[4]]).fields["address"]
    assert (address.value, address.confidence < SURE) == ("云海省青禾市书香街12幢1单元3102室", True)


@pytest.mark.parametrize("begins", ["201109.19", "2011,09.19"])
def test_a_dot_lost_in_a_period_does_not_make_its_end_the_beginning(begins: str) -> None:
    fields = idcard.back(_lines(["签发机关样例县公安局", f"有效期限{begins}-2016.09.19"])).fields
    assert [fields[name].value for name in ("valid_from", "valid_to")] == ["2011-09-19", "2016-09-19"]


@pytest.mark.parametrize(
    ("printed", "amount"), [("3.500.00", 3500), ("50,000", 50000), ("1.200.350.5", 1200350.5)]
)
def test_a_dot_between_thousands_is_a_comma_read_badly(printed: str, amount: float) -> None:
    paper = [line.replace("5万元", f"{printed}元").replace("50,000元", f"{printed}元") for line in COMPLAINT]
    assert pleadings.complaint(_lines(paper)).fields["amount"].value == amount


def test_a_heading_without_its_colon_still_begins_a_party() -> None:
    paper = [line.replace("原告：", "原告").replace("被告：", "被告") for line in COMPLAINT]
    fields = pleadings.complaint(_lines(paper)).fields
    assert [fields[name].value for name in ("plaintiff", "plaintiff_id", "defendant", "defendant_id")] == [
        "李胜男",
        NUMBER,
        "青禾瑞景物业服务有限公司",
        CODE,
    ]
