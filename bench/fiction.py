"""Invented people, companies, places and debts for drawn papers.

Rule 1: area codes end in 99, which nobody is assigned; check digits are right; places do not exist.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from filing.cause_names import CAUSES
from filing.identifiers import CODE_ALPHABET, credit_check, id_check

Chance = random.Random

_SURNAMES = (
    "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦许吕张孔曹严华金魏陶姜戚谢邹窦章潘葛范彭鲁韦马苗方俞任袁柳鲍史"
    "唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元顾孟黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计"
    "成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯"
    "管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳邴糜松段富巫乌焦"
    "巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂"
    "索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别"
    "庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩"
    "厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "令狐", "慕容", "端木")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国玉兰红梅志文海燕春雪晨浩宇轩子涵梓萱雨欣怡佳"
    "俊思远博雅诗琪若曦嘉懿泽睿航鹏飞振宁立新德福永昌树林凤仙菊香月娥金花银生旺财贵富康安乐天佑光耀祖"
    "辉煌庆丰年"
)
_RARE = (
    "赟翀堃喆淼骁玥瑢璟昱晖瑾瑜琰珩煜烨焱炜钰鑫锴铠铭颢颉頔婧媛嫣妍姝婕婷婵嬅芮芊芸苒茜荟莹菡萏葳蕤薇"
    "蘅祎祺禛稷穗竑筠箬羿翊翎翯聿胤臻舸艺珺琬琛瑄璇瓒甯畅疆皓皎盈睿礴"
)
_MINORITY = (
    ("维吾尔", ("艾力·吐尔逊", "古丽巴哈尔·阿卜杜拉", "买买提江·热合曼", "阿依努尔·玉素甫", "吐逊古丽·艾山")),
    ("哈萨克", ("叶尔兰·努尔兰", "阿依波力·巴合提", "加娜尔·赛力克")),
    ("藏", ("扎西顿珠", "卓玛央金", "次仁旺堆", "格桑梅朵")),
    ("蒙古", ("巴特尔", "乌兰图雅", "其木格")),
    ("彝", ("阿苏拉则", "吉克阿依")),
)
_NATIONS = ("汉",) * 12 + (
    "满",
    "回",
    "壮",
    "苗",
    "土家",
    "侗",
    "布依",
    "朝鲜",
    "白",
    "瑶",
    "畲",
    "傣",
    "锡伯",
    "仫佬",
    "达斡尔",
)
_PROVINCES = ("江北省", "岭东省", "滨海省", "秋原省", "松岭自治区", "华阳市", "南岭壮族自治区")
_CITIES = ("临泽市", "云泉市", "安水市", "锦河市", "古亭市", "新桥市", "红岩市", "沙溪州")
_COUNTIES = ("城东区", "河口县", "鹿山县", "东湖区", "高新区", "竹溪县", "永和县", "南郊区", "平坝县")
_ROADS = (
    "人民路",
    "文昌巷",
    "建设北路",
    "滨江大道",
    "五一东街",
    "迎宾路",
    "环城西路",
    "府前街",
    "幸福里弄",
    "沿河南路",
)
_ESTATES = ("丽景苑", "东方名居", "金水湾", "和谐家园", "盛世华庭", "桃源小区", "康居苑", "翡翠城")
_VILLAGES = ("柳树镇后坡村", "清泉乡石门村", "白马镇大湾村", "马家沟镇河东村")
_TRADES = (
    "建材",
    "机电设备",
    "餐饮管理",
    "网络科技",
    "置业",
    "汽车销售服务",
    "医疗器械",
    "农业开发",
    "劳务派遣",
    "装饰工程",
    "教育咨询",
)
_BRANDS = ("恒昌", "鼎盛", "博远", "天佑", "三江", "宏图", "瑞丰", "聚力", "万和", "泰达", "明德", "兴隆")
_LEGAL_FORMS = (
    ("有限公司", "有限责任公司(自然人投资或控股)"),
    ("有限公司", "有限责任公司(自然人独资)"),
    ("有限公司", "有限责任公司(法人独资)"),
    ("有限责任公司", "其他有限责任公司"),
    ("股份有限公司", "股份有限公司(非上市、自然人投资或控股)"),
    ("股份有限公司", "其他股份有限公司(非上市)"),
)
_SUMS = (
    3000,
    8600,
    12000,
    15800,
    20000,
    26500,
    35000,
    48000,
    50000,
    73200,
    100000,
    126000,
    250000,
    308500,
    1200000,
)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_AREAS = ("120199", "210299", "330399", "350199", "410799", "430299", "460199", "520399", "610199", "640299")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    sex: str
    nation: str
    birth: date
    address: str
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company that does not exist. `capital` as the licence prints it."""

    name: str
    form: str
    code: str
    head: str
    capital: str
    founded: date
    address: str


def person(chance: Chance) -> Person:
    """A person with a right number."""
    sex, nation, name = chance.choice("男女"), chance.choice(_NATIONS), _name(chance)
    if chance.random() < 0.12:
        nation, names = chance.choice(_MINORITY)
        name = chance.choice(names)
    birth = date(1945, 1, 1) + timedelta(days=chance.randrange(62 * 365))
    order = chance.randrange(0, 500) * 2 + (sex == "男")
    first = f"{chance.choice(_AREAS)}{birth:%Y%m%d}{order % 1000:03}"
    phone = chance.choice(("139", "150", "186", "177", "135")) + f"0000{chance.randrange(10_000):04}"
    return Person(name, sex, nation, birth, address(chance), first + id_check(first), phone)


def company(chance: Chance) -> Company:
    """A company with a right code."""
    ending, form = chance.choice(_LEGAL_FORMS)
    place = chance.choice(_CITIES)[:2]
    body = "".join(chance.choice(CODE_ALPHABET) for _ in range(9))
    first = f"91{chance.choice(_AREAS)}{body}"
    wan = chance.choice((10, 50, 100, 300, 500, 1000, 2000, 5000))
    return Company(
        f"{place}{chance.choice(_BRANDS)}{chance.choice(_TRADES)}{ending}",
        form,
        first + credit_check(first),
        person(chance).name,
        f"{in_words(wan * 10_000)}元整",
        date(1995, 1, 1) + timedelta(days=chance.randrange(29 * 365)),
        f"{_town(chance)}{_street(chance)}{chance.randrange(1, 30)}层{chance.randrange(101, 3000)}室",
    )


def address(chance: Chance) -> str:
    """A place to live that is on no map."""
    if chance.random() < 0.2:
        return (
            f"{_town(chance)}{chance.choice(_VILLAGES)}{chance.randrange(1, 12)}组{chance.randrange(1, 90)}号"
        )
    at = f"{_town(chance)}{_street(chance)}"
    if chance.random() < 0.35:
        return at
    return (
        f"{at}{chance.choice(_ESTATES)}{chance.randrange(1, 30)}{chance.choice(('号楼', '幢', '栋'))}"
        f"{chance.randrange(1, 6)}单元{chance.randrange(1, 33)}0{chance.randrange(1, 5)}室"
    )


def police(chance: Chance) -> str:
    """Who issued a card."""
    city, county = chance.choice(_CITIES), chance.choice(_COUNTIES)
    return f"{city}公安局{county[:2]}分局" if chance.random() < 0.4 else f"{county}公安局"


def firm(chance: Chance) -> str:
    return f"{chance.choice(_PROVINCES)[:2]}{chance.choice(_BRANDS)}律师事务所"


def court(chance: Chance) -> str:
    return f"{chance.choice(_CITIES)}{chance.choice(_COUNTIES)}人民法院"


def cause(chance: Chance) -> str:
    return chance.choice(sorted(CAUSES))


def sum_yuan(chance: Chance) -> int:
    return chance.choice(_SUMS) + chance.choice((0, 0, 0, 500, 60))


def day(chance: Chance, first: int = 2019, last: int = 2025) -> date:
    return date(first, 1, 1) + timedelta(days=chance.randrange((last - first + 1) * 365))


def in_words(yuan: int) -> str:
    """200500 -> 贰拾万零伍佰, as banks write it."""
    head, tail = divmod(yuan, 10_000)
    if not head:
        return _below_wan(tail)
    gap = "零" if tail and (tail < 1000 or head % 10 == 0) else ""
    return f"{_below_wan(head)}万{gap}{_below_wan(tail) if tail else ''}"


def _below_wan(number: int) -> str:
    said, gap = "", False
    for unit, value in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = number // value % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + unit
        gap = False
    return said


def _name(chance: Chance) -> str:
    surname = chance.choice(_DOUBLE) if chance.random() < 0.03 else chance.choice(_SURNAMES)
    given = [
        chance.choice(_RARE if chance.random() < 0.15 else _GIVEN) for _ in range(chance.choice((1, 2, 2)))
    ]
    return surname + "".join(given)


def _town(chance: Chance) -> str:
    return f"{chance.choice(_PROVINCES)}{chance.choice(_CITIES)}{chance.choice(_COUNTIES)}"


def _street(chance: Chance) -> str:
    return f"{chance.choice(_ROADS)}{chance.randrange(1, 400)}号"
