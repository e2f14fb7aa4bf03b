"""Surnames of Chinese names.

Source: 百家姓 (tenth century), with those of the hundred most frequent today and of minorities that it lacks.
Rule 1: a name that begins otherwise is possible and only looked at again: no list of surnames is complete.
"""

from collections.abc import Sequence

from filing.lines import Glyph

_SINGLE_LIST = """
赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎
鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄
和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭
梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚
程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫
宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻
莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向
古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾
毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公付肖代闫邸佟岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳
覃区植蓝盘雀买苑楚原蒿植冼揭兰仝豆丘来修揣麦银危禚
"""
_DOUBLE_LIST = """
万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔
申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 亓官 司寇 子车 颛孙 端木 巫马
公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 归海 羊舌 微生 梁丘 左丘
东门 西门 南宫 第五 独孤 纳兰
"""
_SINGLE = frozenset(_SINGLE_LIST) - {"\n"}
_DOUBLE = frozenset(_DOUBLE_LIST.split())
_LIKELY = 0.1  # of the first choice: a surname held less possible is no reason to change what was read


def begins_with_surname(name: str) -> bool:
    """Does a Chinese name begin as names do? One with a dot is of another kind."""
    return name[:1] in _SINGLE or name[:2] in _DOUBLE


def other_surname(glyphs: Sequence[Glyph]) -> tuple[str, float] | None:
    """The surname that the engine held possible for the first character, and its share, if there is one."""
    first = glyphs[0]
    held = [(share, char) for char, share in first.others if char in _SINGLE]
    share, char = max(held, default=(0.0, ""))
    return (char, share) if share > _LIKELY * first.probability else None
