"""The prompt panels beside the questions: materials, formats, navigation, process, query, payment (S-060).

Rule 1: every panel speaks of all six topics; what is the same everywhere stands once, in `ALWAYS`.
Rule 2: every screen of the filing has a row in `SCREENS`; the layout of these pages refuses to do without.
"""

from collections.abc import Mapping
from typing import Final

from filing.questions import Prompt, Topic
from filing.sentences import Sentence, say

_MATERIALS = say(
    "Have at hand: ID card, complaint or notes, contract or IOU, payment records, the other side's address."
)
_FORMATS = say(
    "Photos (JPEG, PNG, HEIC, WebP) or PDF, at most 30 pages a file. You need not send paper.", "OLR 9"
)
_NAVIGATION = say(
    "One question a page. Everything is saved at once; you may stop and go on later, also on another device."
)
_PROCESS = say(
    "After you submit you get a receipt. The judge decides within 7 days after the day of receipt.", "MSF 126"
)
_QUERY = say("You see the state of your case under “My cases” at any time, day and night.")
_PAYMENT = say(
    "Nothing is paid now. If the case is docketed you get a notice and pay within 7 days.", "FEE 22"
)
_ESTIMATE = say(
    "The fee shown is an estimate; it is halved in simple procedure and after mediation.", "FEE 15; FEE 16"
)


def panel(**said: Sentence) -> tuple[Prompt, ...]:
    """A panel of all six topics; `said` replaces what is the same everywhere, by topic."""
    return tuple(Prompt(topic, said.get(topic.value, text)) for topic, text in ALWAYS.items())


ALWAYS: dict[Topic, Sentence] = {
    Topic.MATERIALS: _MATERIALS,
    Topic.FORMATS: _FORMATS,
    Topic.NAVIGATION: _NAVIGATION,
    Topic.PROCESS: _PROCESS,
    Topic.QUERY: _QUERY,
    Topic.PAYMENT: _PAYMENT,
}

DISPUTE_PANEL = panel(
    process=say(
        "First we look whether a court is the right place, and what it would cost. You are not bound yet."
    ),
    payment=_ESTIMATE,
)
PLAINTIFF_PANEL = panel(
    materials=say(
        "ID card, both sides; for a company the licence and the certificate of the legal representative.",
        "DJ 6",
    ),
    formats=say("Lay the card on a dark table, all four corners in the picture, no flash."),
)
GUARDIAN_PANEL = panel(
    materials=say(
        "The household register page or birth certificate that shows both of you; for an adult the "
        "ruling of the court. And the plaintiff's own card or register page.",
        "JS 83",
    ),
    process=say(
        "The guardian files, speaks and signs in the plaintiff's name, for his or her good.", "CC 35"
    ),
)
AGENT_PANEL = panel(
    materials=say(
        "Power of attorney with each power named, the agent's ID, and the papers of his kind.", "JS 88"
    ),
    process=say(
        "Without power to settle, the agent cannot sign an agreement; the plaintiff signs himself.", "MSF 62"
    ),
)
DEFENDANT_PANEL = panel(
    materials=say("Name and address are enough, so that the other side can be told from others.", "JS 209"),
    process=say(
        "The other side gets your complaint within 5 days after docketing and has 15 days to answer.",
        "MSF 128",
    ),
)
FACTS_PANEL = panel(
    materials=say(
        "A paper complaint can be photographed; we read it and fill in what we find, you check it."
    ),
    formats=say(
        "The form follows the model complaints of the Supreme People's Court for each kind of dispute."
    ),
)
EVIDENCE_PANEL = panel(
    materials=say(
        "Who claims a fact proves it. Keep the originals; the court may ask to see them.", "MSF 67"
    ),
    formats=say("Name each file by what it shows. Chat records: screenshots in order, keep the phone."),
)
WAY_PANEL = panel(
    process=say(
        "Mediation is voluntary. With your yes the seven days rest; say “back to court” and they go on."
    ),
    payment=say("Mediation before filing and its confirmation by the court are free of charge.", "FEE 8(1)"),
)

# The screens that are not a question of the draft, by the name that their template gives itself.
SCREENS: Final[Mapping[str, tuple[Prompt, ...]]] = {
    "triage": DISPUTE_PANEL,
    "result": panel(
        materials=say("The list below names each paper, its format, and has a sample to look at."),
        navigation=say("Tap another way to choose it; the button then begins a filing in that way."),
        payment=_ESTIMATE,
    ),
    "new": panel(),
    "tasks": panel(
        navigation=say("Tap a line of the list to go on there, in any order. What is done is marked."),
    ),
    "answers": panel(
        navigation=say("Each line has a link to change it; afterwards you go on from there."),
    ),
    "reading": panel(
        formats=say("A whole page, sharp, in even light; several pages one after the other, or one PDF."),
        navigation=say("Beside each field stands the piece of the photo it was read from. You decide."),
    ),
    "spoken": panel(
        navigation=say("Record it, hear it, hand it in. Or let our staff call you, or come to the counter."),
        process=say(
            "We write it down; you hear it and confirm it. Only then it stands in your complaint.", "MSF 123"
        ),
    ),
    "papers": EVIDENCE_PANEL,
    "notice": panel(
        navigation=say("Read or listen to the end; then the button opens. Version and time are kept."),
    ),
    "submit": panel(
        navigation=say("Read the declaration, tick the box, press the button. It is sent once."),
    ),
    "receipt": panel(
        materials=say("The receipt lists every file with its hash. Keep the originals of your evidence."),
        navigation=say("Save the PDF; the code at its foot opens the page that checks it."),
    ),
    "supplement": panel(
        materials=say("Only what the list names. Everything was asked at once.", "OLR 9"),
        process=say("After you send it, the same judge has a fresh seven days.", "OLR 9"),
    ),
    "consent": WAY_PANEL,
    "decision": panel(
        materials=say("For an appeal: the ruling and the reasons why you think it is wrong.", "MSF 171"),
        process=say("You may insist on a ruling, and appeal within ten days of it.", "MSF 126; MSF 171"),
    ),
    "withdraw": panel(
        process=say("After a withdrawal you may file again, as long as the limitation period allows."),
        payment=say("Nothing is to be paid for a filing that is withdrawn before it is docketed."),
    ),
    "identity": PLAINTIFF_PANEL,
    "authority": AGENT_PANEL,
    "guardian": GUARDIAN_PANEL,
    "payment": panel(
        navigation=say("Press the button, pay on the page of the payment service, and come back here."),
        process=say("Unpaid and without a request for aid the case counts as withdrawn.", "FEE 22; JS 213"),
        payment=say("Pay within 7 days after the day of the notice; there is no handling charge.", "FEE 22"),
    ),
    "case": panel(
        navigation=say("At the top stands the one thing to do now; below are papers and what has happened."),
    ),
}
