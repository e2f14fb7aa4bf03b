"""A room of seats: packets in, packets for those whom the matrix allows out.

Rule 1: a slot is bound only while the matrix allows its sender to its receiver and the sender is not muted.
Rule 2: every change of matrix, seats or mutes rebinds all slots before the next packet is looked at.
Rule 3: no sockets, no clock: bytes and monotonic seconds come in, commands go out.
Rule 4: a screen goes where its sender's camera may, and only while the matrix names it as shared.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from random import Random

from rtc.core import rtcp
from rtc.core.budget import Quality
from rtc.core.commands import (
    Command,
    Negotiate,
    Send,
    SendRtcp,
    SendRtp,
    TellMuted,
    TellPictures,
    TellSlots,
    TellSpeaker,
)
from rtc.core.events import SeatHealth
from rtc.core.leg import Canvas, Leg, Pair
from rtc.core.packets import Kind, made, parse_rtp
from rtc.core.parts import Parts
from rtc.core.routes import RouteMatrix
from rtc.core.signalling import Answer, Line
from rtc.core.speakers import loudest
from rtc.core.tap import Tap


class Room:
    """Legs by number; each seat has at most one."""

    def __init__(self, room_id: str, rng: Random, parts: Parts) -> None:
        self.id = room_id
        self.legs: dict[int, Leg] = {}
        self._rng = rng
        self._matrix = RouteMatrix()
        self._muted: frozenset[str] = frozenset()
        self._withheld: dict[str, frozenset[Kind]] = {}
        self._parts = parts
        self.tap: Tap | None = None
        self._looked_at: int | None = None  # `Parts.asked` when nothing was left to ask for
        self._recorded: frozenset[str] = frozenset()
        self._screens: frozenset[str] = frozenset()

    @property
    def epoch(self) -> int:
        return self._matrix.epoch

    # -- people

    def join(self, number: int, seat: str, now: float) -> list[Command]:
        """Seat a new leg; the caller has already let the seat's former leg leave."""
        self.legs[number] = Leg(number, seat, now, self._rng, self._parts)
        told = [TellMuted(number, muted=True)] if seat in self._muted else []
        return [Negotiate(number), *told, *self._rebind()]

    def leave(self, number: int) -> list[Command]:
        leg = self.legs.pop(number)
        for place in leg.places:
            self._give(place, None)
        return self._rebind()

    def offer(self, number: int) -> tuple[Line, ...]:
        """The sections of the offer that the leg gets now."""
        return self.legs[number].offer()

    def settle(self, number: int, answer: Answer) -> list[Command]:
        """The answer to the last offer: its slots carry from now on."""
        self.legs[number].settle(answer)
        return self._rebind()

    def connected(self, number: int) -> None:
        """Media can flow: whoever is to be seen there must send a picture that can be decoded."""
        leg = self.legs[number]
        leg.connected = True
        self.refresh(number)

    def refresh(self, number: int) -> None:
        """Ask for key frames for all that the leg sees."""
        for slot in self.legs[number].pictures:
            if slot.source is not None:
                slot.source.keyframes.want()

    def moved(self, number: int, now: float) -> None:
        """The leg's peer is reached at another address."""
        self.legs[number].moved(now)
        self.refresh(number)

    # -- rules

    def set_routes(
        self,
        epoch: int,
        routes: Mapping[str, Collection[str]],
        recorded: Collection[str] = (),
        screens: Collection[str] = (),
        muted: Collection[str] = (),
    ) -> list[Command]:
        """Replace the matrix; after this call nothing goes where it does not allow. Raises StaleEpoch.

        `recorded`: the seats that a recorder hears, if there is one. `screens`: those that share theirs.
        `muted`: those whose sound goes nowhere, whatever their page does.
        """
        self._matrix.replace(epoch, routes)
        self._recorded, self._screens = frozenset(recorded), frozenset(screens)
        changed, self._muted = self._muted ^ frozenset(muted), frozenset(muted)
        told = [
            TellMuted(leg.number, muted=leg.seat in self._muted)
            for leg in self.legs.values()
            if leg.seat in changed
        ]
        return [*told, *self._rebind()]

    def record(self, number: int) -> Tap:
        """Have a recorder, known to the data plane by that number; it hears whom the matrix names."""
        self.tap = Tap(number, self._rng, self._parts)
        self._rebind()
        return self.tap

    def end_record(self) -> None:
        if self.tap is not None:
            self.tap.follow({})
            self.tap = None

    def withhold(self, seat: str, kinds: frozenset[Kind]) -> list[Command]:
        """Send exactly these kinds of nobody to the seat, as to a line that carries a voice alone."""
        self._withheld[seat] = kinds
        return self._rebind()

    def _rebind(self) -> list[Command]:
        present = {leg.seat: leg for leg in self.legs.values()}
        commands: list[Command] = []
        for leg in self.legs.values():
            commands += self._rebind_leg(leg, present)
        if self.tap is not None:
            self.tap.follow(
                {
                    (leg.seat, kind): track
                    for leg in self.legs.values()
                    for kind in self._sends(leg.seat)
                    if leg.seat in self._recorded
                    if (track := leg.track(kind)) is not None
                }
            )
        return commands

    def _sends(self, seat: str) -> list[Kind]:
        kept = {Kind.AUDIO} if seat in self._muted else set()
        return [
            kind for kind in Kind if kind not in kept and (kind is not Kind.SCREEN or seat in self._screens)
        ]

    def _rebind_leg(self, leg: Leg, present: Mapping[str, Leg]) -> list[Command]:
        wanted = self._matrix.senders_for(leg.seat) & present.keys()
        shown = min(wanted & self._screens, default=None)  # who decides lets one share in each talk
        before = self.slots(leg)
        for pair in leg.pairs:
            if pair.sender is not None and pair.sender not in wanted:
                self._give(pair, None)
        if leg.canvas is not None and leg.canvas.sender not in (None, shown):
            self._give(leg.canvas, None)
        grown = leg.grow(len(wanted), sees=shown is not None, shares=leg.seat in self._screens)
        seated = {pair.sender for pair in leg.pairs}
        free = iter([pair for pair in leg.pairs if pair.sender is None])
        for seat in sorted(wanted - seated):
            next(free).sender = seat
        for pair in leg.pairs:
            if pair.sender is not None:
                self._give(pair, present[pair.sender], leg.quality(pair.video.mid), to=leg.seat)
        if leg.canvas is not None and shown is not None:
            self._give(leg.canvas, present[shown], to=leg.seat)
        if grown:
            return [Negotiate(leg.number)]
        return [TellSlots(leg.number, after)] if (after := self.slots(leg)) != before else []

    def _give(
        self, pair: Pair | Canvas, sender: Leg | None, quality: Quality = Quality.FULL, *, to: str = ""
    ) -> None:
        """`to`: the seat that receives."""
        pair.sender = sender.seat if sender else None
        kept_back = self._withheld.get(to, frozenset())
        if sender is not None and sender.seat in self._muted:
            kept_back |= {Kind.AUDIO}
        for slot in pair.slots:
            carries = slot.mid in pair.agreed and slot.kind not in kept_back
            track = sender.track(slot.kind, quality) if sender and carries else None
            if sender and track and slot.source in sender.tracks.values():
                slot.switch(track)
            elif slot.source is not track:
                slot.bind(track)

    def slots(self, leg: Leg) -> dict[str, str]:
        """Mid to seat, for the sections that carry somebody."""
        return {slot.mid: place.sender for place in leg.places if place.sender for slot in place.slots}

    # -- packets

    def take_rtp(self, number: int, data: bytes, now: float) -> list[SendRtp]:
        """Forward one packet; raises Malformed."""
        leg = self._hear(number)
        known = len(leg.tracks)
        taken = leg.take(parse_rtp(data), now)
        if taken is None:
            return []
        track, arrivals = taken
        if len(leg.tracks) != known:
            self._rebind()  # a first packet: slots that wait for this track now have a source
        sends = list[SendRtp]()
        for arrival in arrivals:
            for listener in track.listeners:
                out = listener.forward(arrival, now)
                if out is not None:
                    sends.append(made(SendRtp, (listener.leg, out)))
        return sends

    def take_rtcp(self, number: int, data: bytes, now: float) -> list[Send]:
        leg = self._hear(number)
        sends: list[Send] = []
        for report in rtcp.parse_rtcp(data):
            match report:
                case rtcp.SenderReport():
                    sends += self._sender_reported(leg, report, now)
                    leg.hear_blocks(report.blocks, now)
                case rtcp.ReceiverReport():
                    leg.hear_blocks(report.blocks, now)
                case rtcp.Nack():
                    sends += self._repairs(leg, report, now)
                case rtcp.KeyframeWish():
                    slot = leg.slot_of(report.ssrc)
                    if slot is not None and slot.source is not None:
                        slot.source.keyframes.want()
                case rtcp.BandwidthLimit():
                    leg.budget.estimated(report.bits_per_s, now)
                case rtcp.TransportFeedback():
                    leg.line.reported(report.body, now)
        return sends

    def _hear(self, number: int) -> Leg:
        """The leg; its first packet proves that it can read ours, so pictures sent before were in vain."""
        leg = self.legs[number]
        if not leg.heard:
            leg.heard = True
            self.refresh(number)
        return leg

    def _sender_reported(self, leg: Leg, report: rtcp.SenderReport, now: float) -> Iterator[Send]:
        track = next((t for t in leg.tracks.values() if t.ssrc == report.ssrc), None)
        if track is None:
            return
        track.reception.sender_reported(report.ntp_time, now)
        for listener in tuple(track.listeners):
            rewritten = listener.report(report)
            if rewritten is not None:
                if listener.leg in self.legs:  # a recorder answers nothing
                    self.legs[listener.leg].report_sent(rewritten, now)
                yield SendRtcp(listener.leg, rtcp.write_sender_report(rewritten))

    def _repairs(self, leg: Leg, nack: rtcp.Nack, now: float) -> Iterator[Send]:
        slot = leg.slot_of(nack.ssrc)
        for sequence in nack.lost if slot else ():
            packet = slot.repair(sequence, now) if slot and leg.may_repair(nack.ssrc, sequence, now) else None
            if packet is not None:
                yield SendRtp(leg.number, packet)

    # -- time

    def wishes(self, now: float) -> Iterator[Send]:
        """Every 20 ms: key frames and repeats to ask for."""
        asked = self._parts.asked
        if asked is not None and asked == self._looked_at:
            return  # most times: nobody lost anything
        for leg in self._live():
            yield from (SendRtcp(leg.number, wish) for wish in leg.wishes(now))
        open_still = any(leg.asks for leg in self._live())
        self._looked_at = None if open_still else asked

    def layers(self, now: float) -> list[Command]:
        """Every 200 ms: whom a camera's silent layer has left without a picture gets the other."""
        changed = [leg for leg in self._live() if leg.layers.look(now)]
        return self._rebind() if changed else []

    def arrivals(self) -> Iterator[Send]:
        """Every 100 ms: transport-wide feedback, for a narrow line less often."""
        for leg in self._live():
            report = leg.arrivals_report()
            if report is not None:
                yield SendRtcp(leg.number, report)

    def speakers(self, now: float) -> Iterator[Command]:
        """Every 200 ms: whom each leg hears speaking, if that changed."""
        for leg in self._live():
            heard = [(pair.sender, pair.audio.source) for pair in leg.pairs]
            among = {seat: source.loudness for seat, source in heard if seat and source}
            speaker = loudest(among, leg.speaker, now)
            if speaker != leg.speaker:
                leg.speaker = speaker
                yield TellSpeaker(leg.number, speaker)

    def reports(self, now: float) -> Iterator[Send]:
        """Every second: reception reports."""
        for leg in self._live():
            report = leg.reception_report(now)
            if report is not None:
                yield SendRtcp(leg.number, report)

    def budgets(self, now: float) -> Iterator[Command]:
        """Every second: pictures as each line carries them; the leg is told what it no longer gets."""
        for leg in self._live():
            for track in leg.tracks.values():
                track.reception.rate(now)
        rates = {leg.seat: leg.layers.rates() for leg in self._live()}
        weighed = [leg for leg in self._live() if leg.weigh(rates, now)]
        if weighed:
            yield from self._rebind()
        for leg in weighed:
            qualities = leg.budget.qualities.items()
            yield TellPictures(leg.number, {mid: quality.name.lower() for mid, quality in qualities})

    def probes(self, now: float) -> Iterator[Send]:
        """Every second, after `budgets`."""
        for leg in self._live():
            yield from (SendRtp(leg.number, probe) for probe in leg.probes(now))

    def health(self, silent_s: Callable[[int], float]) -> Iterator[SeatHealth]:
        """Every second, after `reports`; `silent_s`: how long nothing has come from a leg."""
        for leg in self._live():
            up, down = leg.octets_since()
            receptions = [track.reception for track in leg.tracks.values()]
            even = [track.reception for track in leg.tracks.values() if track.kind is not Kind.SCREEN]
            yield SeatHealth(
                self.id,
                leg.seat,
                max((r.loss_before_repair for r in receptions), default=0.0),
                leg.downlink.loss,
                leg.downlink.rtt_ms,
                max([leg.downlink.jitter_ms, *(r.jitter_ms for r in even)]),  # a screen comes in bursts
                up * 8 // 1000,
                down * 8 // 1000,
                silent_s(leg.number),
            )

    def _live(self) -> Iterator[Leg]:
        return (leg for leg in self.legs.values() if leg.connected)
