"""Pages from templates, in the language of the person who asks.

Rule 1: a template sees what its handler gives it and the few names below; nothing loads while it renders.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import segno
from aiohttp import web
from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from filing import quality
from filing.amounts import in_words, read
from filing.form_guardian import RELATIONS
from filing.norms import cite
from filing.prompts import SCREENS
from filing.questions import Answer, Question
from filing.sentences import Sentence, Translate
from odr.domain.accounts import ANONYMOUS
from odr.domain.steps import Reason, Role
from odr.errors import BadInput, OdrError
from odr.languages import LANGUAGES, catalogue
from odr.services.evidence import MOST_BYTES
from odr.settings import Settings
from odr.web import formats, words
from odr.web.assets import Assets
from odr.web.keys import ACTOR, NEWS, REQUEST_ID
from odr.web.preferences import keep, preferences, switch_url

# Text that may be said in the person's language.
Sayable = str | OdrError | Reason | Sentence

ROLE_NAMES: Final[dict[Role, str]] = {  # messages
    Role.APPLICANT: "Applicant",
    Role.RESPONDENT: "Respondent",
    Role.AGENT: "Agent",
    Role.FILING_JUDGE: "Filing judge",
    Role.DIVISION_HEAD: "Head of the filing division",
    Role.COORDINATOR: "Mediation coordinator",
    Role.MEDIATOR: "Mediator",
    Role.CONFIRMING_JUDGE: "Confirming judge",
    Role.TRIAL_JUDGE: "Trial judge",
    Role.FINANCE: "Court finance",
    Role.SUPPORT: "Technical support",
    Role.AUDITOR: "Auditor",
    Role.GUEST: "Guest of a sitting",
    Role.CLOCK: "The platform",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """One environment a language, so that a compiled template needs no look at the request."""

    environments: dict[str, Environment]
    court_name: str
    sandbox: bool


_PAGES = web.AppKey("pages", Pages)


def setup(app: web.Application, settings: Settings) -> None:
    """Give the application its templates."""
    assets = Assets.read(settings.root / "static")
    compiled = compiled_templates(settings.root / ".cache" / "templates")
    environments = {lang: _environment(settings, lang, assets, compiled) for lang in LANGUAGES}
    app[_PAGES] = Pages(environments, settings.court_name, settings.mode == "sandbox")


def language(request: web.Request) -> str:
    """The language the person chose; Chinese if none."""
    return preferences(request).lang


def render(request: web.Request, template: str, *, status: int = 200, **context: object) -> web.Response:
    """The page as a response; keeps a language or letter size that the address asked for."""
    pages, chosen = request.app[_PAGES], preferences(request)
    actor = request.get(ACTOR, ANONYMOUS)
    text = (
        pages.environments[chosen.lang]
        .get_template(template)
        .render(
            {
                "lang": chosen.lang,
                "elder": chosen.elder,
                "actor": actor,
                "roles": actor.staff_roles,
                "court_name": pages.court_name,
                "sandbox": pages.sandbox,
                "path": request.path,
                "request_id": request.get(REQUEST_ID, ""),
                "news": request.get(NEWS, ""),
                "switch_url": lambda **changes: switch_url(request, **changes),
                **context,
            }
        )
    )
    response = web.Response(text=text, content_type="text/html", status=status)
    keep(request, response)
    return response


def json_script(element_id: str, value: object) -> Markup:
    """A data block for scripts, to be found by its id."""
    return _data_block(Markup('id="{}"').format(element_id), value)


def _data_block(attribute: Markup, value: object) -> Markup:
    """A data block; "<" is escaped so that no value can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    block = Markup('<script type="application/json" {}>{}</script>')
    return block.format(attribute, Markup(text))  # noqa: S704  escaped above


def qr(text: str) -> Markup:
    """A QR code as an inline SVG without style attributes."""
    drawn = segno.make(text, error="m").svg_inline(border=2, omitsize=True, svgclass="qr")
    return Markup(drawn)  # noqa: S704  paths only: the text is drawn, not written


def error_at(error: OdrError | Mapping[str, Sayable] | None, name: str) -> Sayable | None:
    """What is wrong with the field `name`, if anything."""
    if isinstance(error, BadInput):
        return error if error.field == name else None
    return error.get(name) if isinstance(error, Mapping) else None


def compiled_templates(folder: Path) -> BytecodeCache | None:
    """Where compiled templates are kept, for both languages and the next start.

    Compiling is most of the first look at a page. A folder that cannot be written, as in a sealed image,
    costs each start that time again and nothing else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return FileSystemBytecodeCache(str(folder))
    except OSError:
        return None


def _environment(
    settings: Settings, lang: str, assets: Assets, compiled: BytecodeCache | None
) -> Environment:
    translations = catalogue(lang)
    env = Environment(
        loader=FileSystemLoader(settings.root / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=compiled,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    written = formats.Formats(lang, translations.gettext)

    def say(what: Sayable) -> str:
        return spoken(what, translations.gettext)

    def cited(articles: str) -> str:
        return "、".join(cite(one, english=lang != "zh_CN") for one in articles.split("; "))

    def scripts(*names: str) -> Markup:
        return script_tags(assets, names, translations.gettext)

    env.filters |= {
        "money": written.money,
        "yuan": written.yuan,
        "in_words": in_words,
        "day": written.day,
        "clock": written.clock,
        "moment": written.moment,
        "kept_moment": lambda text: written.moment(datetime.fromisoformat(text)),
        "iso_day": formats.iso_day,
        "iso": lambda moment: moment.astimezone(UTC).isoformat(),
        "size": formats.size,
        "masked_phone": formats.masked_phone,
        "masked_id": formats.masked_id,
        "masked_name": formats.masked_name,
        "say": say,
        "answer": lambda answer: answered(answer.question, answer.value, written, translations.gettext),
        "stored": lambda kept: say(Sentence(kept["text"], kept["article"], kept["values"])),
        "cite": cited,
        "role": lambda role: translations.gettext(ROLE_NAMES[Role(role)]),
    }
    env.globals |= {
        "asset": assets.url,
        "scripts": scripts,
        "json_script": json_script,
        "panel_of": SCREENS.__getitem__,
        "spoken_challenge": lambda asked: {
            "look_ahead": say(asked.ahead),
            "length_ms": asked.length_ms,
            "lights": [asdict(one) for one in asked.lights],
            "prompts": [{**asdict(one), "say": say(one.say)} for one in asked.prompts],
        },
        "most_bytes": MOST_BYTES,
        "photo_rules": lambda: {
            "limits": asdict(quality.LIMITS),
            "words": {fault.value: say(text) for fault, text in quality.WORDS.items()},
        },
        "qr": qr,
        "error_at": error_at,
        "states": words.STATES,
        "mediation_states": words.MEDIATION_STATES,
        "ways": words.WAYS,
        "seat_roles": words.SEAT_ROLES,
        "power_names": words.POWERS,
        "shown_papers": words.DOCUMENTS,
        "agent_kinds": words.AGENT_KINDS,
        "guardian_relations": {choice.value: choice.label for choice in RELATIONS},
        "verdicts": words.VERDICTS,
        "verdicts_short": words.VERDICTS_SHORT,
        "device_parts": words.DEVICE_PARTS,
        "device_faults": words.DEVICE_FAULTS,
        "standings": words.STANDINGS,
        "sitting_states": words.SITTING_STATES,
        "troubles": words.TROUBLES,
        "relations": words.RELATIONS,
        "guest_kinds": words.GUEST_KINDS,
        "guest_states": words.GUEST_STATES,
        "left": written.left,
        "urgency": formats.urgency,
    }
    return env


def spoken(what: Sayable, gettext: Translate) -> str:
    """The sentence in the language of `gettext`, its places filled."""
    if isinstance(what, Sentence):
        return what.say(gettext)
    if isinstance(what, OdrError):
        text = gettext(what.message)
        return text % what.values if what.values else text
    text = what.text if isinstance(what, Reason) else what
    return gettext(text) if text else ""  # the empty id is the catalogue's header


def answered(question: Question, value: str, written: formats.Formats, gettext: Translate) -> str:
    """An answer as a person reads it: the words of a choice, an amount, else as it was given."""
    if question.kind is Answer.MONEY and (amount_fen := read(value)) is not None:
        return written.money(amount_fen)
    chosen = next((choice for choice in question.choices if choice.value == value), None)
    return chosen.label.say(gettext) if chosen else value


def script_tags(assets: Assets, names: tuple[str, ...], gettext: Translate) -> Markup:
    """The module scripts of a page, and the sentences they speak as a data block."""
    ids = sorted({message for name in names for message in assets.messages.get(name, ())})
    block = _data_block(Markup("data-messages"), {i: gettext(i) for i in ids}) if ids else Markup("")
    tags = (Markup('<script type="module" src="{}"></script>').format(assets.url(name)) for name in names)
    return block + Markup("").join(escape(tag) for tag in tags)
