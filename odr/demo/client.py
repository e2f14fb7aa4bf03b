"""A browser without script: keeps cookies, follows links, fills in the forms that it finds on pages.

Rule 1: it knows the platform by its pages alone: a field that a page does not offer cannot be sent.
Rule 2: whoever is refused learns the page's own words.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from lxml import html

_PATIENCE_S: Final = 60.0
_RELOAD_S: Final = 0.25
_ALERTS: Final = "//*[@role='alert' or contains(@class, 'field__error')]"


class Refused(Exception):
    """A page did not do what was asked; the text is the page's own."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file as a person chooses it."""

    name: str
    body: bytes
    content_type: str = "image/jpeg"


Value = str | bool | Photo | Sequence[str] | Sequence[Photo]


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page. `filled` is what would be sent untouched, `offers` every field's name."""

    action: str
    method: str
    filled: tuple[tuple[str, str], ...]
    offers: frozenset[str]
    buttons: tuple[Button, ...]

    @property
    def path(self) -> str:
        return urlsplit(self.action).path


class Page:
    """A page that was answered, and what a person can see and do on it."""

    def __init__(self, url: str, status: int, text: str) -> None:
        self.url, self.status = url, status
        self._tree = html.fromstring(text or "<p></p>", base_url=url)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def heading(self) -> str:
        return " ".join(_text(one) for one in self._find("//h1")[:1])

    @property
    def caption(self) -> str:
        """The line above the heading: the number of a case."""
        return "".join(self.texts("page-header__caption")[:1])

    def heading_of(self, level: int) -> str:
        """The first heading of this level."""
        return "".join(_text(one) for one in self._find(f"//main//h{level}")[:1])

    @property
    def words(self) -> str:
        """All that the page says, without the frame around it."""
        return " ".join(_text(one) for one in self._find("//main") or [self._tree])

    @property
    def complaint(self) -> str:
        """Why it was refused: what stands in the alerts, else the page's heading and words."""
        return "；".join(self.alerts) or self.words[:200]

    @property
    def alerts(self) -> list[str]:
        return list(dict.fromkeys(_text(one) for one in self._find(_ALERTS)))

    def texts(self, part: str) -> list[str]:
        """What the elements of this class say, in order."""
        return [_text(one) for one in self._find(f"//*[contains(concat(' ', @class, ' '), ' {part} ')]")]

    @property
    def links(self) -> list[str]:
        return [urljoin(self.url, one.get("href", "")) for one in self._find("//a[@href]")]

    def link(self, part: str) -> str:
        """The first link whose address contains `part`."""
        found = next((one for one in self.links if part in one), None)
        if found is None:
            raise Refused(f"《{self.heading}》没有通往 {part} 的链接")
        return found

    def has_link(self, part: str) -> bool:
        return any(part in one for one in self.links)

    def links_under(self, part: str) -> list[str]:
        """The links inside the elements of this class."""
        inside = f"//*[contains(concat(' ', @class, ' '), ' {part} ')]//a[@href]"
        return list(dict.fromkeys(urljoin(self.url, one.get("href", "")) for one in self._find(inside)))

    @property
    def forms(self) -> list[Form]:
        return [_form(one, self.url) for one in self._find("//form")]

    def form(self, *, ending: str = "", button: str = "") -> Form:
        """The first form whose address ends with `ending`, with a button that says `button`."""
        if found := self._fitting(ending, button):
            return found[0]
        raise Refused(f"《{self.heading}》没有“{button or ending}”：{self.words[:160]}")

    def offers(self, *, ending: str = "", button: str = "") -> bool:
        return bool(self._fitting(ending, button))

    def given(self, name: str) -> dict[str, Any]:
        """What the page gives its script: the JSON in the element of this id."""
        found = self._find(f"//script[@type='application/json' and @id='{name}']")
        if not found:
            raise Refused(f"《{self.heading}》没有 {name}")
        content: dict[str, Any] = json.loads(found[0].text or "{}")
        return content

    def choices(self, name: str) -> list[str]:
        """The values that a group of radio buttons, of boxes or a list offers for the field."""
        boxes = f"//input[(@type='radio' or @type='checkbox') and @name='{name}']"
        xpath = f"{boxes} | //select[@name='{name}']/option"
        return [value for one in self._find(xpath) if (value := one.get("value", ""))]

    def choices_in(self, ending: str, name: str) -> list[str]:
        """The values of the boxes of this name in the form whose address ends so."""
        boxes = self._find(f"//form[contains(@action, '{ending}')]//input[@name='{name}']")
        return [one.get("value", "") for one in boxes]

    def link_named(self, text: str) -> str:
        """The first link whose words contain `text`."""
        for one in self._find("//main//a[@href]"):
            if text in _text(one):
                return urljoin(self.url, str(one.get("href")))
        raise Refused(f"《{self.heading}》没有“{text}”的链接：{self.words[:160]}")

    def _fitting(self, ending: str, button: str) -> list[Form]:
        return [
            form
            for form in self.forms
            if form.path.endswith(ending) and (not button or any(button in one.text for one in form.buttons))
        ]

    def _find(self, xpath: str) -> list[Any]:
        return list(self._tree.xpath(xpath))


class Browser:
    """One person's browser; `page` is what it shows."""

    def __init__(self, origin: str, *, language: str = "zh-CN") -> None:
        self.origin = origin.rstrip("/")
        self._headers = {"Accept": "text/html", "Accept-Language": language}
        self._session: aiohttp.ClientSession | None = None
        self.page = Page(self.origin, 0, "")

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.CookieJar(unsafe=True)  # unsafe: the demonstration's address is a number
            self._session = aiohttp.ClientSession(
                cookie_jar=jar, headers=self._headers, timeout=aiohttp.ClientTimeout(_PATIENCE_S)
            )
        return self._session

    async def open(self, address: str) -> Page:
        """Go to a page; Refused when it is not shown."""
        return await self._show("GET", address, None)

    async def press(self, button: str = "", *, ending: str = "", **values: Value) -> Page:
        """Fill in a form of the page shown and press its button; Refused when the answer is no."""
        return await self.send(self.page.form(ending=ending, button=button), button, values)

    async def send(self, form: Form, button: str = "", values: Mapping[str, Value] | None = None) -> Page:
        filled = list(_filled(form, button, values or {}))
        if form.method == "GET":
            query = [(name, value) for name, value in filled if isinstance(value, str)]
            return await self._show("GET", form.action, None, query)
        return await self._show("POST", form.action, _body(filled))

    async def until(self, true: Callable[[Page], bool], address: str = "", *, what: str = "") -> Page:
        """Load the page again until it shows what is awaited, as a person does without script."""
        deadline = time.monotonic() + _PATIENCE_S
        page = await self.open(address or self.page.url)
        while not true(page):
            if time.monotonic() > deadline:
                raise Refused(f"等不到{what or '结果'}：《{page.heading}》{page.words[:200]}")
            await asyncio.sleep(_RELOAD_S)
            page = await self.open(page.url)
        return page

    async def download(self, address: str) -> bytes:
        async with self.session.get(urljoin(self.page.url, address)) as answer:
            body = await answer.read()
            if answer.status != 200:
                page = Page(str(answer.url), answer.status, body.decode(errors="replace"))
                raise Refused(f"{answer.status} {page.complaint}")
            return body

    async def call(self, method: str, address: str, content: object = None) -> Any:
        """What a page's script asks and is answered as JSON; Refused with the answer's own words."""
        headers = {"Accept": "application/json"}
        url = urljoin(self.origin + "/", address)
        async with self.session.request(method, url, json=content, headers=headers) as answer:
            told = await answer.json(content_type=None)
        if answer.status >= 400:
            raise Refused(f"{answer.status} {urlsplit(url).path} {told.get('error', told)}")
        return told

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _show(
        self,
        method: str,
        address: str,
        body: aiohttp.FormData | None,
        query: Sequence[tuple[str, str]] | None = None,
    ) -> Page:
        url = urljoin(self.origin + "/", address) if not self.page.status else urljoin(self.page.url, address)
        async with self.session.request(method, url, data=body, params=query) as answer:
            page = Page(str(answer.url), answer.status, await answer.text(errors="replace"))
        self.page = page
        if page.status >= 400:
            raise Refused(f"{page.status} {page.path}《{page.heading}》{page.complaint}")
        return page


def _text(element: Any) -> str:
    return " ".join(" ".join(element.xpath(".//text()[not(ancestor::script)]")).split())


def _form(element: Any, url: str) -> Form:
    controls = list(element.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"))
    if name := element.get("id"):
        controls += element.getroottree().xpath(f"//*[@form='{name}' and @name and not(self::button)]")
    return Form(
        urljoin(url, element.get("action") or url),
        (element.get("method") or "get").upper(),
        tuple(pair for one in controls for pair in _untouched(one)),
        frozenset(one.get("name") for one in controls),
        tuple(
            Button(_text(one), one.get("name", ""), one.get("value", ""))
            for one in element.xpath(".//button[not(@type) or @type='submit']")
        ),
    )


def _untouched(control: Any) -> Iterator[tuple[str, str]]:
    """What a control sends when nobody touches it."""
    name, kind = control.get("name"), control.get("type", "text")
    if control.tag == "textarea":
        yield name, str(control.text or "").removeprefix("\n")
    elif control.tag == "select":
        options = control.xpath(".//option[@selected]") or control.xpath(".//option")[:1]
        yield from ((name, one.get("value", "")) for one in options)
    elif kind in ("radio", "checkbox"):
        if control.get("checked") is not None:
            yield name, control.get("value", "on")
    elif kind not in ("file", "submit", "button"):
        yield name, control.get("value", "")


def _filled(form: Form, button: str, values: Mapping[str, Value]) -> Iterator[tuple[str, str | Photo]]:
    unknown = sorted(values.keys() - form.offers)
    if unknown:
        raise Refused(f"{form.path} 没有这些栏目：{', '.join(unknown)}")
    yield from ((name, value) for name, value in form.filled if name not in values)
    for name, value in values.items():
        yield from ((name, one) for one in _several(value))
    pressed = next((one for one in form.buttons if button and button in one.text), None)
    if pressed and pressed.name:
        yield pressed.name, pressed.value


def _several(value: Value) -> list[str] | list[Photo]:
    if isinstance(value, bool):
        return ["yes"] if value else []
    if isinstance(value, str):
        return [value]
    return [value] if isinstance(value, Photo) else [*value]


def _body(filled: Sequence[tuple[str, str | Photo]]) -> aiohttp.FormData:
    body = aiohttp.FormData()
    for name, value in filled:
        if isinstance(value, Photo):
            body.add_field(name, value.body, filename=value.name, content_type=value.content_type)
        else:
            body.add_field(name, value)
    return body
