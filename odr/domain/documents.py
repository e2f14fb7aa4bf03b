"""The kinds of papers in a case, by their printed titles."""

from typing import Final

# Issued by the platform: keys are those of odr.domain.papers.
TITLES: Final[dict[str, str]] = {
    "receipt": "收件回执",
    "complaint": "民事起诉状",
    "truth_declaration": "诚信诉讼承诺书",
    "supplement_notice": "补正通知书",
    "docket_notice": "受理案件通知书",
    "fee_notice": "交纳诉讼费用通知书",
    "mediation_invitation": "调解邀请函",
    "mediator_acceptance": "接受委派确认书暨披露声明",
    "mediation_notice": "调解通知书",
    "minutes": "调解笔录",
    "evidence_record": "质证笔录",
    "mediation_agreement": "调解协议",
    "confirmation_application": "司法确认申请书",
    "confirmation_acceptance": "受理通知书",
    "inquiry_minutes": "询问笔录",
    "confirmation_ruling": "民事裁定书",
    "dismissal_ruling": "民事裁定书",
    "delivery_certificate": "电子送达凭证",
    "termination_report": "终结调解报告",
}
