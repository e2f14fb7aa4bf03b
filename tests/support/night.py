"""A night in which people come, go, are moved and talk, and a look after each act at what everybody has.

The whole application on real sockets: pages, news, the media server's signalling; evidence with what is
pointed at and marked on it, minutes, storage. At the end somebody may let all read a line written apart.

Rule 1: the model is told what was granted only where two acts meet, or the process dies in one; there it
        insists on what is lawful.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, Final

import aiohttp
import socketio

from odr.domain.sittings import Place
from tests.support.caucus import (
    CAUCUS,
    GUESTS,
    HELPER,
    INSIDE,
    INTERPRETER,
    MAY_READ,
    NAMES,
    OBSERVER,
    PARTY,
    PRIVATE,
    SIDES,
    WITNESS,
    Model,
    Pairs,
    among,
)
from tests.support.court import Court, Evening, Guest
from tests.support.logbook import Logbook
from tests.support.told import Secret, every_row
from tests.support.waiting import until, until_so
from tests.support.walks import planned

# Whose pages ask anew after an act and at the end of a walk, by chance; all do at the end of an evening.
LOOKS, LAST_LOOKS = 1, 3
EVERYBODY: Final = (*NAMES, *GUESTS)
RECORDED: Final = 0.5  # of the walks begin with a recording that runs
KEPT_IN: Final = {"chat_lines", "minutes_lines", "opinions", "marks", "sitting_seats"}
RETURNING: Final = 0.7  # of the people, after the process has ended
DEADLY: Final = 60  # statements: in the midst of a move, or soon after it
LOBBY: Final = (None, Place.LOBBY)
_LEADING: Final = ("caucus", "accept")  # acts in which somebody accepts


class Night:
    def __init__(self, court: Court, evening: Evening, log: Logbook) -> None:
        self.court, self.evening, self.log = court, evening, log
        self.model = Model(GUESTS)
        self.names = {str(account): who for who, account in evening.accounts.items()}
        self.guests = {who: Guest(court.origin, evening.sitting, evening.tokens[who]) for who in EVERYBODY}
        self.secrets: dict[str, Secret] = {}
        self.showings = 0
        self.disclosed: set[str] = set()
        self.seen_matrices = 0
        self.taped = 0
        self.allowed: Pairs = frozenset()
        self.dying = False

    async def open(self) -> None:
        await asyncio.gather(*(guest.open() for guest in self.guests.values()))
        for guest in self.guests.values():
            await guest.sit()
        await self._do("mo", "host/start", True)
        await self._settle(frozenset(self.model.pairs()))

    async def walk(self, seed: int) -> None:
        """Everybody together again, then the acts of this seed."""
        self.seed, self.chance = seed, Random(seed)
        self.allowed = self.model.pairs() | among(EVERYBODY)
        await self._gather()
        if self.chance.random() < RECORDED:
            await self._record("", sure=True)
        for act in planned(seed):
            await self.step(act)
        await self._look(self.chance.sample(EVERYBODY, LAST_LOOKS))

    async def close(self) -> None:
        await self._look(EVERYBODY)
        await self._nothing_else_is_kept()
        await asyncio.gather(*(guest.close() for guest in self.guests.values()))

    async def _gather(self) -> None:
        """The start of every walk: all are there, connected and joint, but a witness, who waits."""
        for who, guest in self.guests.items():
            if not guest.listens:
                await guest.plug()
            if not guest.sits:
                await self._come(who, sure=True)
        await self._settle(
            among(EVERYBODY)
        )  # who comes back is led on by themselves, and the host waits for that
        await self._back("", sure=True)
        for who in EVERYBODY:
            if who != WITNESS and self.model.places[who] is not Place.JOINT:
                await self._admit(who, sure=True)
        if self.model.places[WITNESS] is not Place.LOBBY:
            await self._dismiss(WITNESS, sure=True)
        await self._settle(among(EVERYBODY))

    async def step(self, act: str) -> None:
        """One act, or two at once; then everything that everybody has is looked at."""
        one, _, other = act.partition(" | ")
        before = self.model.pairs()
        self.before = dict(self.model.places)
        self.allowed = before | self._aim(one) | self._aim(other)
        if other == "crash":
            await self._crash_amid(one)
        elif other:
            await asyncio.gather(self._act(one, sure=False), self._act(other, sure=False))
            await self._take_over(one, other)
        else:
            await self._act(one, sure=True)
        await self._settle(self.allowed | self.model.pairs())
        await self._look(self.chance.sample(EVERYBODY, LOOKS))

    async def _act(self, act: str, *, sure: bool) -> None:
        name, _, whom = act.partition(" ")
        doing: Callable[[str, bool], Awaitable[None]] = getattr(self, f"_{name}")
        await doing(whom, sure)

    async def _do(self, who: str, what: str, granted: bool | None, **values: object) -> bool:
        """Ask; `granted` None: either answer is lawful. True also if it was never heard what came of it."""
        try:
            status, told = await self.guests[who].ask("POST", what, **values)
        except (aiohttp.ClientError, OSError):
            if self.dying:
                return True
            raise
        assert status in (200, 403, 409), f"{status} at {what}: {told}"
        assert granted in (None, status == 200), f"{what} {values} of {who}: {status} {told}"
        return status == 200

    # -- moves

    async def _caucus(self, side: str, sure: bool) -> None:
        """Ask, and accept at once; nobody accepts who was not asked."""
        await self._ask(side, sure)
        await self._accept(PARTY[side], sure)

    async def _ask(self, side: str, sure: bool) -> None:
        await self._do("mo", "host/caucus", self.model.ask(side) if sure else None, side=side)

    async def _accept(self, who: str, sure: bool) -> None:
        await self._do(who, "apart", self.model.accept(who) if sure else None, accepts=True)

    async def _refuse(self, who: str, sure: bool) -> None:
        """The reason is for the mediator alone."""
        text, granted = self._new_secret(), self.model.refuse(who) if sure else None
        if await self._do(who, "apart", granted, accepts=False, reason=text):
            self.secrets[text].lawful = [(frozenset(), frozenset({who, "mo"}))]

    async def _withdraw(self, _: str, sure: bool) -> None:
        self.model.asked = set()
        await self._do("mo", "host/withdraw", True if sure else None)

    async def _along(self, wanted: str, sure: bool) -> None:
        """Wang says whether the helper comes into a caucus too; never twice at the same moment."""
        self.model.take_along(wanted=wanted == "yes")
        what, form = f"guests/{self.evening.invited}/consent", {"answer": wanted}
        status, _ = await self.guests["wang"].ask("POST", what, form=form)
        assert status == 303

    async def _back(self, _: str, sure: bool) -> None:
        await self._do("mo", "host/back", self.model.back() if sure else None)

    async def _joint(self, _: str, sure: bool) -> None:
        await self._do("mo", "host/joint", self.model.joint() if sure else None)

    async def _admit(self, who: str, sure: bool) -> None:
        granted = self.model.admit(who) if sure else None
        await self._do("mo", "host/admit", granted, seat=str(self.evening.accounts[who]))

    async def _dismiss(self, who: str, sure: bool) -> None:
        granted = self.model.dismiss(who) if sure else None
        await self._do("mo", "host/dismiss", granted, seat=str(self.evening.accounts[who]))

    # -- coming and going

    async def _come(self, who: str, sure: bool) -> None:
        if sure:
            self.model.come(who)
        await self.guests[who].sit()

    async def _go(self, who: str, sure: bool) -> None:
        if sure:
            self.model.go(who)
        await self.guests[who].go()

    async def _vanish(self, who: str, sure: bool) -> None:
        if sure:
            self.model.go(who)
        await self.guests[who].go(politely=False)

    async def _unplug(self, who: str, sure: bool) -> None:
        guest = self.guests[who]
        await (guest.unplug() if guest.listens else guest.plug())

    async def _late(self, _: str, sure: bool) -> None:
        """Half a minute passes in the rooms; a race never holds it."""
        assert sure
        await self.court.rooms.later(self.court.platform.clock.now() + timedelta(seconds=31))
        self.model.late()

    async def _restart(self, _: str, sure: bool) -> None:
        """The process ends and comes back; most find the way in again."""
        await self.court.close()
        await self._come_back()

    async def _crash(self, _: str, sure: bool) -> None:
        """The process dies, and comes back."""
        await self.court.crash()
        await self._come_back()

    async def _crash_amid(self, act: str) -> None:
        """It dies after so many more statements, wherever the act is then; nobody is told what came of it."""
        self.dying = True
        self.court.plug.pull_after(self.chance.randrange(DEADLY))
        with suppress(aiohttp.ClientError, OSError, socketio.exceptions.SocketIOError):
            await self._act(act, sure=False)
        await self.court.crash()
        self.dying = False
        await self._come_back()
        await self._take_over(act)
        if act.startswith("along"):  # who heard no answer says it again
            await self._act(act, sure=True)
        apart = {who: place for who, place in self.model.places.items() if place not in (*LOBBY, Place.JOINT)}
        assert not apart, f"after a crash {apart} are not where everybody comes in"

    async def _come_back(self) -> None:
        self._only(self.allowed)
        assert not self.court.witness.crossed, self.court.witness.crossed[0]
        for guest in self.guests.values():
            await guest.unplug()
            await guest.go()
        self.taped += self.court.witness.taped
        await self.court.open()
        self.seen_matrices = 0
        for who in EVERYBODY:
            self.model.go(who)
        for who, guest in self.guests.items():
            await guest.plug()
            if who == "mo" or self.chance.random() < RETURNING:
                await guest.sit()
                self.model.come(who)

    # -- talk

    async def _say(self, who: str, sure: bool) -> None:
        text = self._new_secret()
        granted = bool(self.model.audience(who)) if sure else None
        if await self._do(who, "chat", granted, text=text):
            self.secrets[text].lawful = self._lawful(who, sure)
            await self._heard(text, self.model.audience(who) if sure else frozenset())

    async def _release(self, who: str, sure: bool) -> None:
        """The person lets all read a line that they wrote where they are apart."""
        assert sure
        if self.model.places[who] in (*LOBBY, Place.JOINT):
            return
        await self._say(who, sure)
        _, room = await self.guests[who].ask("GET", "state")
        line = next(one for one in room["chat"] if one["mine"] and not one["released"])
        await self._do(who, f"chat/{line['id']}/release", True)
        self.secrets[line["text"]].lawful = [(INSIDE, INSIDE)]

    async def _note(self, who: str, sure: bool) -> None:
        text, joint = self._new_secret(), self.model.places[who] is Place.JOINT
        if await self._do(who, "minutes", joint if sure else None, speaker="", text=text):
            self.secrets[text].lawful = [(told & INSIDE, INSIDE) for told, _ in self._lawful(who, sure)]
            await self._heard(text, self.model.audience(who) if sure else frozenset())

    async def _opine(self, who: str, sure: bool) -> None:
        """On the other side's evidence, which must be disclosed, and in the joint room only."""
        other = "yang" if who == "wang" else "wang"
        joint, text = self.model.places[who] is Place.JOINT, self._new_secret()
        granted = joint and other in self.disclosed if sure else None
        answers = dict.fromkeys(("truth", "legality", "relevance"), "deny")
        what = f"evidence/{self.evening.items[other]}/opinion"
        if await self._do(who, what, granted, reason=text, **answers):
            assert other in self.disclosed or self.dying
            self.secrets[text].lawful = [(frozenset(), INSIDE)]

    async def _disclose(self, who: str, sure: bool) -> None:
        await self._do(who, f"evidence/{self.evening.items[who]}/disclose", True)
        self.disclosed.add(who)

    async def _show(self, who: str, sure: bool) -> None:
        """A page of one's own evidence: its number is the secret."""
        self.showings += 1
        item, page = str(self.evening.items[who]), self.showings
        mark = f'"item": "{item}", "page": {page}}}'
        self.secrets[mark] = Secret([])
        if not await self._do(who, f"evidence/{item}/show", None, page=page):
            return
        lawful = [self._and_witness(one, sure) for one in self._lawful(who, sure)]
        if who not in self.disclosed:
            own = {CAUCUS[SIDES[who]], PRIVATE[who]}
            lawful = [one for one in lawful if one[1] in [MAY_READ[place] for place in own]]
            assert lawful or self.dying, f"{who} could show sealed evidence in {self.model.places}"
        self.secrets[mark].lawful = lawful
        await self._point(who, item, page, sure)

    async def _point(self, who: str, item: str, page: int, sure: bool) -> None:
        """Enlarge what lies open, point at it and mark it, at spots whose numbers are secrets."""
        spot = {"x": page, "y": page}
        near = f'"x": {page}, "y": {page}'
        for act, told, values in (
            ("view", f'"zoom": 150, {near}', {"zoom": 150, **spot}),
            ("point", f'"page": {page}, {near}', {"page": page, **spot}),
            (
                f"{item}/mark",
                f"[[{page}, {page}], [{page}, 0]]",
                {"page": page, "points": [[page, page], [page, 0]]},
            ),
        ):
            self.secrets[told] = Secret([])
            if await self._do(who, f"evidence/{act}", None, **values):
                self.secrets[told].lawful = [self._and_witness(one, sure) for one in self._lawful(who, sure)]

    def _and_witness(
        self, one: tuple[frozenset[str], frozenset[str]], sure: bool
    ) -> tuple[frozenset[str], frozenset[str]]:
        """What lies open in the joint room is laid before a witness too who is there."""
        told, may = one
        if may != MAY_READ[Place.JOINT]:
            return one
        there = not sure or self.model.places[WITNESS] is Place.JOINT
        return (told | {WITNESS} if there else told), may | {WITNESS}

    def _new_secret(self) -> str:
        text = f"密{self.seed}之{len(self.secrets)}止"
        self.secrets[text] = Secret([])
        return text

    def _lawful(self, who: str, sure: bool) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Who may have it: of the place where the person was, or, in a race, of any place of theirs."""
        if sure:
            place = self.model.places[who]
            return [(self.model.audience(who), MAY_READ[place])] if place not in LOBBY and place else []
        return [(may, may) for may in MAY_READ.values() if who in may]

    async def _heard(self, text: str, told: frozenset[str]) -> None:
        listening = [self.guests[who] for who in told if self.guests[who].listens]
        await until(lambda: all(any(text in one for one in guest.heard) for guest in listening), text)

    async def _record(self, _: str, sure: bool) -> None:
        """The mediator orders or goes on with a recording, and whoever is there says yes."""
        await self._do("mo", "host/record", None)
        for who in EVERYBODY:
            if who != OBSERVER:
                await self._do(who, "recording", None, agrees=True)

    # -- what everybody has

    async def _take_over(self, *acts: str) -> None:
        """After two acts at once: the places that the application says, if they are lawful ones."""
        accepting = {PARTY.get(whom, whom) for name, _, whom in map(_parted, acts) if name in _LEADING}
        sitting = {who for who, guest in self.guests.items() if guest.sits}

        async def all_noticed() -> bool:
            _, view = await self.guests["mo"].ask("GET", "state")
            return {self.names[one["id"]] for one in view["seats"] if one["present"]} == sitting

        await until_so(all_noticed, f"{sitting} to sit after two acts at once")
        await self.court.quiet()
        _, view = await self.guests["mo"].ask("GET", "state")
        self.model.asked = {self.names[one["id"]] for one in view["seats"] if one["asked"] == "open"}
        for one in view["seats"]:
            who, place = self.names[one["id"]], Place(one["place"])
            may_be = who in MAY_READ.get(place, ()) or (who in GUESTS and place is Place.JOINT)
            assert place is Place.LOBBY or may_be, f"{who} is in {place}"
            apart = who in SIDES and place is CAUCUS[SIDES[who]]
            assert not apart or self.before[who] is place or who in accepting, f"{who} did not accept"
            assert not apart or who != HELPER or self.model.along, "the helper is in a caucus and not wanted"
            self.model.places[who] = place if one["present"] else None
            (self.model.admitted.add if one["admitted"] else self.model.admitted.discard)(who)
        self.model.returning = view["returns_in_s"] is not None
        self.model.stage, self.model.paused = Place(view["stage"]), view["state"] == "paused"

    def _aim(self, move: str) -> Pairs:
        """The connections that a move leads to."""
        name, _, whom = _parted(move)
        if name in (*_LEADING, "ask"):
            side = whom if whom in PARTY else SIDES[whom]
            wanted = self.model.along or self.before[HELPER] is Place.CAUCUS_A
            caucus = MAY_READ[CAUCUS[side]] - (set() if wanted else {HELPER})
            return among(caucus) | among(MAY_READ[Place.PRIVATE_A])
        return among(EVERYBODY) if name in ("joint", "back", "admit", "come") else frozenset()

    async def _settle(self, allowed: Pairs) -> None:
        """Until the application is where the model is; no connection on the way was outside `allowed`."""

        async def agrees() -> bool:
            return self._connected() == self.model.pairs() and self._seated() == self.model.places

        await until_so(agrees, f"{self.model.places}", self._lines)
        self._only(allowed)
        assert not self.court.witness.crossed, self.court.witness.crossed[0]

    def _lines(self) -> str:
        """How every connection stands, for whoever must find out why it does not come."""
        wrong = self._connected() ^ self.model.pairs()
        lines = {who: f"{guest.line} {guest.farewell}" for who, guest in self.guests.items()}
        return f"connected and should not be, or not and should: {wrong}; {lines}; as media has it: " + str(
            [matrix for matrices in self.court.witness.matrices.values() for matrix in matrices[-1:]]
        )

    def _seated(self) -> dict[str, Place | None]:
        """Where the application has everybody, as it is stored."""
        places = self.court.witness.places(self.evening.sitting)
        return {self.names[str(account)]: place for account, place in places.items()}

    def _connected(self) -> Pairs:
        """Whom the media server connects with whom, as each was told."""
        return frozenset((who, self.names[one]) for who, guest in self.guests.items() for one in guest.slots)

    def _only(self, allowed: Pairs) -> None:
        matrices = self.court.witness.matrices.get(self.evening.sitting, [])
        for matrix in matrices[self.seen_matrices :]:
            ways = {
                (self.names[str(r)], self.names[str(s)]) for r, senders in matrix.items() for s in senders
            }
            assert ways <= allowed, f"media was told to let through {ways - allowed}"
        self.seen_matrices = len(matrices)
        for who, guest in self.guests.items():
            for slots in guest.told_slots:
                ways = {(who, self.names[one]) for one in slots}
                assert ways <= allowed, f"{who} was connected with {ways - allowed}"
            guest.told_slots.clear()

    async def _look(self, people: Sequence[str]) -> None:
        """What news told to anybody, what the pages of `people` show, and what the log says."""
        for who, guest in self.guests.items():
            self._find(who, "\n".join(guest.heard), news=True)
            guest.heard.clear()
        for who in people:
            (_, room), (_, papers) = await asyncio.gather(
                self.guests[who].ask("GET", "state"), self.guests[who].ask("GET", "evidence")
            )
            shown = json.dumps([room, papers], ensure_ascii=False)
            self._find(who, shown, news=False)
            outside = self.model.places[HELPER] is not Place.CAUCUS_A
            told_apart = [t for t, one in self.secrets.items() if one.of_caucus_a and t in shown]
            assert who != HELPER or not (outside and told_apart), f"the helper reads {told_apart}"
            self._sees_lawful_papers(who, papers)
        crossed = {text: secret for text, secret in self.secrets.items() if not secret.kept}
        assert not crossed, f"crossed: {crossed}"
        logged = [line for line in self.log.lines if any(text in line for text in self.secrets)]
        assert not logged, f"the log knows: {logged[0]}"
        assert not self.log.personal()
        self.log.lines.clear()
        self.log.records.clear()

    def _find(self, who: str, shown: str, *, news: bool) -> None:
        for text, secret in self.secrets.items():
            if text in shown:
                (secret.heard if news else secret.read).add(who)

    def _sees_lawful_papers(self, who: str, papers: dict[str, Any]) -> None:
        seen = {one["id"] for one in papers["items"]}
        for owner, item in self.evening.items.items():
            here = self.model.places[who]
            apart = who in ("mo", INTERPRETER) and here is CAUCUS[SIDES[owner]]
            own = SIDES.get(who) == SIDES[owner]
            lawful = own or (owner in self.disclosed and here not in LOBBY) or apart
            laid_open = papers["showing"] and papers["showing"]["item_id"] == str(item)
            lawful = lawful and who != OBSERVER and (who != WITNESS or laid_open)
            assert lawful or str(item) not in seen, f"{who} sees the evidence of {owner}"
        if papers["showing"]:
            assert papers["showing"]["item_id"] in seen

    async def _nothing_else_is_kept(self) -> None:
        """Of all that is stored, a secret is where it was said, and in the news of those who were told."""
        path = self.court.data / "odr.sqlite"
        rows = await asyncio.to_thread(every_row, path)
        for text, secret in self.secrets.items():
            found = {(table, who) for table, who, row in rows if text in row}
            tables = {table for table, _ in found} - {"pushes"}
            assert tables <= KEPT_IN, tables
            told = {self.names[who] for table, who in found if table == "pushes"}
            assert not found or any(told <= may for _, may in secret.lawful), f"{text} was sent to {told}"


def _parted(act: str) -> tuple[str, str, str]:
    return act.partition(" ")
