"""Papers that a filing may need: what each is, in which form, and what a good one shows."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from filing.sentences import Sentence, say

PHOTO_OR_PDF = say("Photo (JPEG, PNG, HEIC) or PDF; whole page, sharp, no reflections.", "OLR 12")
SCREENSHOTS = say(
    "Screenshots in order, with the other side's name, the date and the amounts; keep the phone they are on.",
    "EV 14",
)
RECORDING = say("Audio or video file; keep the original device. Say who speaks, when and where.", "EV 15")


@dataclass(frozen=True, slots=True)
class Material:
    """One paper. `kind` is the reader's name for it (`filing.lines.Kind`) where it can be read by machine."""

    id: str
    name: Sentence
    good: Sentence
    form: Sentence = PHOTO_OR_PDF
    required: bool = False
    rule: str = ""
    kind: str = ""


ID_CARD = Material(
    "id_card",
    say("Your ID card, both sides"),
    say("All four corners in the picture; name, number and dates easy to read."),
    required=True,
    rule="R-03",
    kind="id_front",
)
LICENCE = Material(
    "licence",
    say("Business licence and certificate of the legal representative (for a company)"),
    say("The credit code and the seal can be read."),
    rule="R-03",
    kind="licence",
)
AUTHORITY = Material(
    "authority",
    say("Power of attorney and the agent's ID (if someone acts for you)"),
    say("Each power is named one by one; “full power” alone is not enough to settle."),
    rule="R-21",
    kind="poa",
)
PLAINTIFF_CARD = replace(
    ID_CARD,
    name=say("The plaintiff's ID card, both sides"),
    good=say("A clear photo or copy of both sides."),
)
WARD_CARD = replace(
    ID_CARD,
    name=say("The plaintiff's ID card, or the plaintiff's page of the household register"),
    good=say("A clear photo or copy; the name and the ID number easy to read."),
)
GUARDIANSHIP = Material(
    "guardianship",
    say("Proof of guardianship: household register or birth certificate that shows both of you"),
    say("Both names and the relation easy to read; of an appointment every page, with the seal.", "JS 83"),
    required=True,
    rule="MSF 60",
)
DECLARED_WARD = replace(
    GUARDIANSHIP,
    name=say("Proof of guardianship: the ruling that declares the incapacity, and who is the guardian"),
    good=say(
        "Every page, with the seal of the court and the date; if it is final, proof of that too.", "CC 24"
    ),
)
_OF_THE_AGENT = say("Every page, with names, dates and seals easy to read.", "JS 88")
AGENT_PAPERS = MappingProxyType(  # what each kind of agent hands in besides the power of attorney (JS 88)
    {
        kind: Material("agent_papers", name, _OF_THE_AGENT, required=True, rule="R-21")
        for kind, name in (
            ("lawyer", say("Lawyer's licence and letter of the law firm")),
            (
                "legal_worker",
                say("Licence and letter of the legal service office; proof that a party lives there"),
            ),
            ("relative", say("Proof of the kinship, for example the household register")),
            ("employee", say("Proof of the employment, for example the labour contract")),
            (
                "recommended",
                say("Letter of recommendation, and proof that the party belongs to the body that recommends"),
            ),
        )
    }
)
COMPLAINT = Material(
    "complaint",
    say("Complaint, if you have one on paper"),
    say("Photograph every page; we read it and fill in the form. Without one, you answer our questions."),
    rule="R-02",
    kind="complaint",
)
DEFENDANT = Material(
    "defendant",
    say("What you know about the other side"),
    say("Name and address, phone if you have it. You need not know the ID number, age or ethnicity."),
    rule="R-02",
)
ALWAYS: tuple[Material, ...] = (ID_CARD, LICENCE, AUTHORITY, COMPLAINT, DEFENDANT)

TRANSFER = Material(
    "transfer",
    say("Proof of payment: bank, WeChat or Alipay record"),
    say("Shows payer, receiver, amount, time and serial number; the full details page, not only the list."),
    kind="transfer",
)
CHAT = Material(
    "chat",
    say("Chat messages about the matter"),
    say("Shows who writes (profile page), the dates, and the words about the promise or the money."),
    SCREENSHOTS,
    kind="chat",
)
PHOTOS = Material(
    "photos",
    say("Photos or videos of the goods, the place or the damage"),
    say("Shows the whole and the detail; do not edit the file, so that its date is kept."),
    RECORDING,
)
RECEIPTS = Material(
    "receipts",
    say("Invoices and receipts of your loss"),
    say("Date, amount and what was paid for can be read; list them in order of date."),
)
DEMAND = Material(
    "demand",
    say("Proof that you asked for performance"),
    say(
        "Letter, message or call record with its date; it also keeps the limitation period from running out."
    ),
)


def contract(name: Sentence) -> Material:
    """The contract of a cause, under the name people know it by."""
    return Material(
        "contract",
        name,
        say("Every page, with the signatures or seals and the date; also annexes and changes."),
    )
