"""Which paper it is, told by the words on it."""

import re

from filing.errors import UnknownPaper
from filing.lines import Kind

_TELLTALES: dict[Kind, tuple[tuple[str, int], ...]] = {
    Kind.ID_FRONT: (
        (r"公民身份号码", 3),
        (r"姓名", 2),
        (r"性别", 1),
        (r"民族", 2),
        (r"住址", 2),
        (r"出生", 1),
        (r"^[\d]{17}[\dX]$", 2),
    ),
    Kind.ID_BACK: (
        (r"居民身份证", 4),
        (r"签发机关", 4),
        (r"有效期限", 3),
        (r"公安局", 2),
        (r"中华人民共和国", 1),
        (r"\d{4}\.\d\d\.\d\d", 1),
    ),
    Kind.LICENCE: (
        (r"营\s*业\s*执\s*照", 6),
        (r"注册资本", 3),
        (r"经营范围", 3),
        (r"成立日期", 2),
        (r"登记机关", 2),
        (r"法定代表人", 1),
        (r"统一社会信用代码", 1),
    ),
    Kind.COMPLAINT: (
        (r"起\s*诉\s*状", 8),
        (r"诉讼请求", 4),
        (r"事实.理由", 3),
        (r"具状人|起诉人", 2),
        (r"原告", 2),
        (r"被告", 2),
        (r"此致", 1),
    ),
    Kind.POA: (
        (r"授\s*权\s*委\s*托\s*书", 9),
        (r"受托人", 4),
        (r"委托人", 3),
        (r"代理权限", 4),
        (r"委托期限", 3),
        (r"诉讼代理人", 2),
    ),
    Kind.IOU: (
        (r"^\s*(?:借\s*条|欠\s*条|借\s*据)\s*$", 5),
        (r"今借到|今向|借到", 4),
        (r"借款人", 3),
        (r"归还|还清", 1),
        (r"月利率|年利率", 1),
    ),
    Kind.TRANSFER: (
        (r"转账(?:详情|单号|时间|说明)", 4),
        (r"转账给|转账-", 2),
        (r"交易单号|流水号|电子回单", 4),
        (r"收款(?:方|人|账)", 3),
        (r"对方已收|交易成功|支付成功|转账成功", 3),
    ),
    Kind.CHAT: (
        (r"(?:上午|下午|晚上|凌晨)\s*\d{1,2}[::]\d{2}", 4),
        (r"^\s*\d{1,2}[::]\d{2}\s*$", 2),
        (r"微信|聊天", 1),
        (r"什么时候|吗\?|吗？|好的|收到|多久", 1),
    ),
}
_LEAST = 2


def kind_of(text: str) -> Kind:
    """The kind whose words stand in the text most; raises UnknownPaper when none does."""
    scores = {
        kind: sum(weight for pattern, weight in marks if re.search(pattern, text, re.MULTILINE))
        for kind, marks in _TELLTALES.items()
    }
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best] < _LEAST:
        raise UnknownPaper
    return best
