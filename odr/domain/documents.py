"""The kinds of papers in a case, by their printed titles."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Issued by the platform: keys are those of odr.domain.papers.
TITLES: Final[dict[str, str]] = {
    "receipt": "收件回执",
    "complaint": "民事起诉状",
    "truth_declaration": "诚信诉讼承诺书",
    "sample": "样本",
    "complaint_form": "要素式起诉状（空白）",
    "oral_statement": "口头起诉笔录",
    "supplement_notice": "补正通知书",
    "docket_notice": "受理案件通知书",
    "fee_notice": "交纳诉讼费用通知书",
    "mediation_invitation": "调解邀请函",
    "mediator_acceptance": "接受委派确认书暨披露声明",
    "mediation_notice": "调解通知书",
    "minutes": "调解笔录",
    "undisputed_facts": "无争议事实记载",
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

# Who signs, in the order of the signature places; kinds that are not named are sealed by the court alone.
SIGNERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "complaint": ("applicant",),
        "truth_declaration": ("applicant",),
        "mediator_acceptance": ("mediator",),
        "minutes": ("applicant", "respondent", "mediator"),
        "evidence_record": ("applicant", "respondent", "mediator"),
        "mediation_agreement": ("applicant", "respondent", "mediator"),
        "confirmation_application": ("applicant", "respondent"),
        "inquiry_minutes": ("applicant", "respondent", "confirming_judge"),
        "termination_report": ("mediator",),
    }
)

# The papers of a filing: all that its judge reads.
FILING: Final = frozenset(
    {
        "receipt",
        "complaint",
        "truth_declaration",
        "oral_statement",
        "supplement_notice",
        "docket_notice",
        "fee_notice",
        "termination_report",
        "undisputed_facts",
    }
)

# English titles, for the other language of the pages; papers themselves are printed in Chinese.
ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "receipt": "Receipt",
        "complaint": "Complaint",
        "truth_declaration": "Declaration of truth",
        "sample": "Sample",
        "complaint_form": "Empty element-style complaint",
        "oral_statement": "Record of an oral complaint",
        "supplement_notice": "Notice of supplement",
        "docket_notice": "Notice of docketing",
        "fee_notice": "Notice of court fee",
        "mediation_invitation": "Invitation to mediate",
        "mediator_acceptance": "Mediator's acceptance and disclosure",
        "mediation_notice": "Notice of sitting",
        "minutes": "Minutes of mediation",
        "undisputed_facts": "Record of undisputed facts",
        "evidence_record": "Record of opinions on evidence",
        "mediation_agreement": "Mediation agreement",
        "confirmation_application": "Application for judicial confirmation",
        "confirmation_acceptance": "Notice of admission",
        "inquiry_minutes": "Minutes of inquiry",
        "confirmation_ruling": "Ruling of confirmation",
        "dismissal_ruling": "Ruling of dismissal",
        "delivery_certificate": "Certificate of electronic delivery",
        "termination_report": "Report on the end of mediation",
    }
)
