"""The words of the notices (`filing.notices`), version by version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one language."""

    title: str
    paragraphs: tuple[str, ...]


FILING_2026_01: dict[str, Words] = {
    "zh": Words(
        "诉讼须知与风险提示",
        (
            "一、起诉的条件。原告是与本案有直接利害关系的公民、法人和其他组织；有明确的被告；有具体的诉讼请求和"
            "事实、理由；属于人民法院受理民事诉讼的范围和受诉人民法院管辖。（民事诉讼法第122条）",
            "二、慎重选择。打官司要花时间、精力和费用，结果也不一定如愿。请先想一想能不能协商，或者请调解员帮助调解。"
            "立案前的调解不收费，以自愿为原则；您不愿意调解的，可以直接起诉。（民事诉讼法第125条）",
            "三、举证责任。您对自己提出的主张，有责任提供证据。没有证据，或者证据不足以证明您的主张的，"
            "可能承担不利的后果。请保存好证据原件。（民事诉讼法第67条）",
            "四、诉讼时效。向人民法院请求保护民事权利的诉讼时效期间一般为三年，自您知道或者应当知道权利受到损害以及"
            "义务人之日起计算，法律另有规定的除外。超过期间起诉，对方以此抗辩成立的，法院会驳回您的请求。"
            "（民法典第188条、民诉法解释第219条）",
            "五、诉讼费用。立案后会收到交费通知，请自接到通知次日起7日内预交案件受理费；逾期不交、又没有申请司法救助的，"
            "按撤诉处理。诉讼费用由败诉方负担。交费确有困难的，可以申请缓交、减交、免交。"
            "（诉讼费用交纳办法第22条、第29条、第44条）",
            "六、收件与审查。您提交后会立即得到收件回执。法院自收到材料次日起7日内审查：符合条件的，登记立案；"
            "材料需要补正的，一次性书面告知全部内容和期限；不符合条件的，作出裁定并说明理由，您可以在十日内上诉。"
            "（民事诉讼法第126条、登记立案规定第7条、第8条）",
            "七、送达与联系。请填写真实、能联系上的地址和电话。地址有变动而没有告诉法院，导致文书没有收到的，后果由您承担。"
            "同意电子送达的，文书到达您确认的地址即为送达。（在线诉讼规则第29条至第31条）",
            "八、执行的风险。判决生效后，对方没有财产可供执行的，您的权利可能一时不能实现。"
            "担心对方转移财产的，可以申请财产保全，但需提供财产线索和担保。（民事诉讼法第103条）",
            "九、诚信诉讼。请如实陈述，提供真实的材料。伪造证据、虚假诉讼的，法院会根据情节予以罚款、拘留；"
            "构成犯罪的，依法追究刑事责任。（民事诉讼法第13条、第114条、第115条，刑法第307条之一）",
            "十、在线办理。您可以随时选择线下办理，效力相同。您的身份信息和材料只用于办理本案，依法保护。"
            "（在线诉讼规则第4条、第5条）",
        ),
    ),
    "en": Words(
        "Notice to parties and warning of risks",
        (
            "1. Conditions. The plaintiff is directly concerned; there is a definite defendant; there"
            " are concrete claims, facts and reasons; the matter is one for a civil court and for "
            "this court. (Civil Procedure Law, article 122)",
            "2. Choose with care. A lawsuit costs time, effort and money, and may not end as you "
            "wish. Think first whether you can talk it over, or let a mediator help. Mediation before"
            " filing is free and voluntary; if you do not want it you may sue at once. (Civil "
            "Procedure Law, article 125)",
            "3. Proof. You must prove what you claim. Without evidence, or with too little, you may "
            "lose. Keep the originals. (Civil Procedure Law, article 67)",
            "4. Limitation. As a rule the period is three years from the day you knew or should have "
            "known of the harm and who is liable. If you sue later and the other side pleads it, the "
            "claim is dismissed. (Civil Code, article 188; Interpretation, article 219)",
            "5. Fees. After docketing you get a notice and pay within 7 days after the day you "
            "receive it; otherwise, unless you ask for aid, the claim counts as withdrawn. The losing"
            " side bears the costs. If paying is hard, ask to defer, reduce or exempt. (Measures on "
            "Litigation Costs, articles 22, 29, 44)",
            "6. Receipt and review. You get a receipt at once. Within 7 days after the day of receipt"
            " the court dockets the case, or tells you once, in writing and completely what to add "
            "and until when, or rules with reasons; you may appeal within ten days. (Civil Procedure "
            "Law, article 126; Provisions on Docketing, articles 7 and 8)",
            "7. Service. Give a true address and phone. If they change and the court is not told, you"
            " bear the consequences. If you agree to electronic service, a document is served when it"
            " arrives at the address you confirmed. (Online Litigation Rules, articles 29 to 31)",
            "8. Enforcement. If the other side has no property, a judgment may bring nothing for the "
            "time being. If property may be moved away, you can ask for preservation, naming the "
            "property and giving security. (Civil Procedure Law, article 103)",
            "9. Honesty. Tell the truth and hand in genuine papers. Forged evidence and sham "
            "litigation are fined or punished by detention, and prosecuted where they are crimes. "
            "(Civil Procedure Law, articles 13, 114, 115; Criminal Law, article 307-1)",
            "10. Online. You may go on offline at any time, with the same effect. Your personal data "
            "and papers are used for this case only. (Online Litigation Rules, articles 4 and 5)",
        ),
    ),
}

DECLARATION_2026_01: dict[str, Words] = {
    "zh": Words(
        "诚信诉讼承诺书",
        (
            "本人（本单位）已经阅读并理解《诉讼须知与风险提示》，自愿在线提交材料，并郑重承诺：",
            "一、提交的身份信息、起诉状和证据材料真实、合法，没有伪造、变造、隐匿；",
            "二、所陈述的事实是真实的，不与他人恶意串通，不捏造事实，不提起虚假诉讼；",
            "三、所填地址、电话真实有效，有变动时及时告知法院；",
            "四、遵守法庭和在线诉讼、在线调解的纪律，未经许可不录音、录像、传播；",
            "五、妥善保管证据原件，法院要求时及时提交。",
            "如有违反，愿意承担罚款、拘留直至刑事责任等法律后果。",
        ),
    ),
    "en": Words(
        "Declaration of honest litigation",
        (
            "I have read and understood the notice to parties, hand in my papers online of my own "
            "will, and declare:",
            "1. The identity information, the complaint and the evidence are true and lawful; nothing"
            " is forged, altered or hidden.",
            "2. The facts I state are true; I do not collude with others, invent facts or bring a "
            "sham claim.",
            "3. The address and phone are true, and I tell the court of any change.",
            "4. I keep the order of the court and of online sittings, and do not record or spread "
            "them without leave.",
            "5. I keep the originals of the evidence and hand them in when the court asks.",
            "If I break this I bear the legal consequences: fine, detention, and criminal responsibility.",
        ),
    ),
}
