"""What invented papers say, in the many words that people use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bench import fiction
from bench.fiction import Chance, Company, Person

Fields = Mapping[str, str | int]
SCOPE = (
    "建筑材料、五金产品零售；货物进出口；信息咨询服务。"
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
)
_FIGURES = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Text:
    """A page of prose: its title, paragraphs, and what stands at the foot on the right."""

    title: str
    body: tuple[str, ...]
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A page about a payment."""

    title: str
    to: str
    paid: str
    rows: tuple[tuple[str, str], ...]


def complaint(chance: Chance) -> tuple[Text, Fields]:
    """A complaint about an unpaid sum."""
    plaintiff, debt, cause = fiction.person(chance), fiction.sum_yuan(chance), fiction.cause(chance)
    other: Person | Company = fiction.company(chance) if chance.random() < 0.45 else fiction.person(chance)
    fields: dict[str, str | int] = {
        "plaintiff": plaintiff.name,
        "plaintiff_id": plaintiff.number,
        "plaintiff_phone": plaintiff.phone,
        "defendant": other.name,
    }
    told = _party(chance, plaintiff)
    if isinstance(other, Company):
        accused = _company(chance, other)
        fields["defendant_id"] = other.code
    else:
        numbered = chance.random() < 0.7
        accused = _party(chance, other, numbered=numbered)
        if numbered:
            fields["defendant_id"] = other.number
    filed = fiction.day(chance, 2024, 2025)
    owed = filed - timedelta(days=chance.randrange(40, 700))
    sum_told = money(chance, debt)
    body = [f"原告：{told}", f"被告：{accused}"]
    if chance.random() < 0.8:
        body.append(f"案由：{cause}")
        fields["cause"] = cause
    again = chance.choice(("上述款项", sum_told, f"{debt}元"))
    body += [
        chance.choice(("诉讼请求：", "诉讼请求")),
        _first_claim(chance, sum_told, owed),
        chance.choice(("二、判令被告承担本案诉讼费用。", "2.本案诉讼费、保全费由被告承担。")),
        chance.choice(("事实与理由：", "事实和理由：", "事实与理由")),
        f"{_day(owed - timedelta(days=365))}，{_story(chance)}被告应于{_day(owed)}前支付{again}。",
        "期限届满后，原告多次通过电话、微信等方式催要，被告以种种理由推脱，至今未付。"
        "为维护自身合法权益，依据《中华人民共和国民法典》的相关规定，特向贵院提起诉讼，望判如所请。",
        "此致",
    ]
    court = fiction.court(chance)
    signer = chance.choice(("具状人：", "起诉人：", "具状人（签名）：", "具状人:"))
    day_told = _spelled(filed) if chance.random() < 0.15 else _day(filed)
    fields |= {"amount": debt, "date": filed.isoformat()}
    title = chance.choice(("民事起诉状", "民 事 起 诉 状", "起诉状"))
    return Text(title, (*body, court), (f"{signer}{plaintiff.name}", day_told)), fields


def power_of_attorney(chance: Chance) -> tuple[Text, Fields]:
    holder, agent, firm = fiction.person(chance), fiction.person(chance), fiction.firm(chance)
    special = chance.random() < 0.7
    power = chance.choice(("特别授权", "特别代理")) if special else chance.choice(("一般授权", "一般代理"))
    items = "代为承认、放弃、变更诉讼请求，进行和解、调解，提起反诉或者上诉，代收法律文书"
    signed = fiction.day(chance, 2024, 2025)
    agent_label = chance.choice(("受托人", "受委托人", "委托代理人"))
    licence = f"执业证号：1{chance.randrange(10**15, 10**16)}"
    body = (
        f"委托人：{_party(chance, holder)}",
        f"{agent_label}：{agent.name}，{firm}律师，{licence}，联系电话：{agent.phone}。",
        f"现委托{chance.choice(('上列', '上述'))}受托人在委托人与{fiction.person(chance).name}"
        f"{fiction.cause(chance)}一案中，作为委托人的诉讼代理人。",
        f"{chance.choice(('代理权限', '委托权限'))}：{power}，"
        f"{items if special else '代为起诉、应诉，参加庭审'}。",
        "委托期限：自签署之日起至本案一审终结之日止。",
    )
    foot = (f"{chance.choice(('委托人：', '委托人（签名）：'))}{holder.name}", _day(signed))
    return Text(chance.choice(("授权委托书", "授 权 委 托 书")), body, foot), {
        "principal": holder.name,
        "principal_id": holder.number,
        "agent": agent.name,
        "firm": firm,
        "power": power,
        "date": signed.isoformat(),
    }


def iou(chance: Chance) -> tuple[Text, Fields]:
    lender, borrower, lent = fiction.person(chance), fiction.person(chance), fiction.sum_yuan(chance)
    made = fiction.day(chance, 2019, 2024)
    due = made + timedelta(days=chance.randrange(90, 900))
    words, number = fiction.in_words(lent), lender.number
    rate = chance.choice(("，月利率1%。", "，年利率12%。", "。", "，不计利息。"))
    body = chance.choice(
        (
            f"今借到{lender.name}（身份证号：{number}）人民币{words}元整（¥{lent}），于{_day(due)}前归还{rate}",
            f"今借到{lender.name}（身份证号码：{number}）现金人民币{words}元整（小写：{lent:,}元），"
            f"借款期限至{_day(due)}止{rate}",
            f"今向{lender.name}（公民身份号码{number}）借人民币{words}元（￥{lent:,}.00），"
            f"定于{_day(due)}前还清{rate}",
        )
    )
    label = chance.choice(("借款人：", "借款人（签字）：", "今借人："))
    return Text(
        chance.choice(("借条", "借 条", "借　据")), (body,), (f"{label}{borrower.name}", _day(made))
    ), {
        "lender": lender.name,
        "lender_id": number,
        "borrower": borrower.name,
        "amount": lent,
        "due": due.isoformat(),
        "date": made.isoformat(),
    }


def chat(chance: Chance) -> tuple[tuple[str, tuple[tuple[bool, str], ...]], Fields]:
    """When it was, and who said what: True is the person whose telephone it is."""
    peer, debt = fiction.person(chance).name, fiction.sum_yuan(chance)
    part = debt // 4 // 100 * 100
    when = chance.choice(("昨天 20:27", "3月12日 上午9:05", "2024年8月2日 21:40", "星期二 晚上8:11"))
    talk = (
        (
            True,
            chance.choice((f"在吗？上次借的{debt}元方便还了吗", f"你借我的{debt}块钱到期了，什么时候还？")),
        ),
        (False, chance.choice(("不好意思，最近周转不开", "再等等，货款还没到"))),
        (True, "都拖了半年了，我也着急用钱"),
        (False, chance.choice((f"这周先转你{part}元", "月底发了工资就还你"))),
        (True, "好的，说话算数"),
    )
    return (when, talk), {"peer": peer, "amount": debt}


def transfer(chance: Chance) -> tuple[Screen, Fields]:
    payee, paid = fiction.person(chance).name, fiction.sum_yuan(chance)
    day = fiction.day(chance, 2020, 2025)
    clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    serial = "".join(chance.choice("0123456789") for _ in range(chance.choice((24, 28))))
    moment = f"{day.isoformat()} {clock}"
    fields: dict[str, str | int] = {"payee": payee, "amount": paid, "datetime": moment, "serial": serial}
    rows: tuple[tuple[str, str], ...] = (
        ("当前状态", "对方已收钱"),
        (chance.choice(("转账说明", "转账备注")), chance.choice(("借款", "货款", "房租"))),
        ("转账时间", moment),
        ("支付方式", "零钱"),
        (chance.choice(("转账单号", "交易单号")), serial[:16]),
        ("", serial[16:]),
    )
    screen = Screen(chance.choice(("转账详情", "账单详情")), f"转账给{payee}", f"-{paid:,}.00", rows)
    if chance.random() < 0.35:
        rows = (
            ("付款方", fiction.person(chance).name),
            ("收款人", payee),
            ("交易时间", moment),
            ("用途", "往来款"),
            ("流水号", serial),
        )
        screen = Screen("电子回单", "交易成功", f"¥{paid:,}.00", rows)
    return screen, fields


def money(chance: Chance, yuan: int) -> str:
    """A sum as complaints write it."""
    forms = [f"{yuan}元", f"{yuan}元", f"{yuan:,}元", f"人民币{yuan}元", f"{yuan:,}.00元"]
    if yuan % 1000 == 0 and yuan >= 10_000:
        forms.append(f"{yuan / 10_000:g}万元")
    return chance.choice(forms)


def _first_claim(chance: Chance, sum_told: str, owed: date) -> str:
    interest = chance.choice(
        (
            f"及逾期利息（以{sum_told}为基数，按一年期贷款市场报价利率，自{_day(owed)}起计算至实际付清之日止）",
            f"，并自{_day(owed)}起按年利率3.45%支付逾期利息至付清之日",
            "",
        )
    )
    opening = chance.choice(
        ("一、判令被告向原告支付欠款本金", "1.请求判令被告立即偿还原告", "一、请求依法判令被告返还")
    )
    return f"{opening}{sum_told}{interest}；"


def _story(chance: Chance) -> str:
    return chance.choice(
        (
            "原告与被告经协商达成书面约定，原告依约履行了全部义务，",
            "被告因经营需要向原告借款，原告通过银行转账交付，双方约定",
            "双方签订合同，原告已按约交货，",
        )
    )


def _party(chance: Chance, who: Person, *, numbered: bool = True) -> str:
    nation = who.nation if who.nation == "穿青人" else f"{who.nation}族"
    born, number = _day(who.birth), who.number if numbered else ""
    forms = (
        (
            who.name,
            who.sex,
            nation,
            f"{born}出生",
            f"住{who.address}。",
            number and f"公民身份号码：{number}",
        ),
        (who.name, who.sex, f"{born}生", nation, number and f"身份证号码：{number}", f"住址：{who.address}"),
        (
            who.name,
            f"性别：{who.sex}",
            f"民族：{nation}",
            number and f"身份证号：{number}",
            f"住址：{who.address}",
        ),
        (who.name, who.sex, nation, f"住{who.address}", number and f"公民身份号码{number}"),
    )
    phone = f"{chance.choice(('联系电话：', '电话：', '联系方式：', '手机号码：'))}{who.phone}"
    said = "，".join(part for part in (*chance.choice(forms), phone) if part)
    return said.replace("。，", "。") + "。"


def _company(chance: Chance, firm: Company) -> str:
    forms = (
        f"{firm.name}，住所地{firm.address}，统一社会信用代码：{firm.code}。法定代表人：{firm.head}。",
        f"{firm.name}，统一社会信用代码{firm.code}，住所地：{firm.address}。法定代表人：{firm.head}，经理。",
    )
    return chance.choice(forms)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _spelled(day: date) -> str:
    """二〇二五年八月二十七日"""
    year = "".join(_FIGURES[int(digit)] for digit in str(day.year))
    return f"{year}年{_small(day.month)}月{_small(day.day)}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("十" if tens == 1 else f"{_FIGURES[tens]}十")) + (
        _FIGURES[ones] if ones else ""
    )
