"""One person's connection to a room: the streams it sends, the slots it is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from rtc.core import rtcp
from rtc.core.bandwidth import LossLimit
from rtc.core.budget import PROBED_S, Budget, Quality
from rtc.core.departures import OVERHEAD
from rtc.core.layers import RIDS, Layers
from rtc.core.packets import (
    MID,
    PAYLOAD_TYPES,
    REPAIRED_RID,
    RID,
    TRANSPORT_SEQUENCE,
    VP8_REPAIR,
    Kind,
    Rtp,
    open_repair,
)
from rtc.core.parts import Arrival, Incoming, Outgoing, Parts, SlotParts
from rtc.core.signalling import FROM_ALL, SCREEN_DOWN, UPLINK, Answer, Line, ScreenLine, SlotLine

MAX_STREAMS = 8  # SSRCs of one leg we remember; a browser uses four, and as many for repairs
VIDEO_START, VIDEO_FLOOR, VIDEO_CEILING = 600_000, 100_000, 1_500_000  # bits a second
REPORTS_KEPT = 8
PACKET_OCTETS = OVERHEAD + 24  # what a packet costs its line beside its payload
LOSSY, VERY_LOSSY = 0.02, 0.12  # from there sound carries one frame before it, and two
ROOM_FOR_REPEATS = 3  # times what sound takes alone must be known to pass, or nothing known to limit the line
NARROW_BITS, NARROW_TURNS = 250_000, 3  # feedback takes 9 kbit/s; libwebrtc keeps it to a twentieth of a line
TRIED, MENDED_SHARE = 30, 8  # asks for lost sound, and more for each that was heeded
SHORTEST_RTT_MS, REPAIRS_KEPT = 40.0, 256
REPORTS_S = 1.5  # a report tells what was lost since the one before: so long it tells of the former line, too
PROBES = 5  # packets of one burst, as `congestion` asks for


@dataclass(slots=True)
class Pair:
    """The two slots that carry one other person; `sender` is None while it is free.

    `agreed`: the sections of these slots that the peer has answered and takes; what else is sent is lost.
    """

    audio: Outgoing
    video: Outgoing
    sender: str | None = None
    agreed: frozenset[str] = frozenset()

    @property
    def slots(self) -> tuple[Outgoing, ...]:
        return self.audio, self.video


@dataclass(slots=True)
class Canvas:
    """The slot in which the peer sees a screen; as of a `Pair`, `sender` and `agreed`."""

    screen: Outgoing
    sender: str | None = None
    agreed: frozenset[str] = frozenset()

    @property
    def slots(self) -> tuple[Outgoing, ...]:
        return (self.screen,)


@dataclass(slots=True)
class Downlink:
    """What the person's own reports say about the way to it."""

    loss: float = 0.0
    rtt_ms: float | None = None
    jitter_ms: float = 0.0


class Leg:
    """The state of a connection; the room decides what is bound to it."""

    def __init__(self, number: int, seat: str, joined_at: float, rng: Random, parts: Parts) -> None:
        self.number = number
        self.seat = seat
        self.joined_at = joined_at
        self.connected = False
        self.heard = False
        self.tracks: dict[tuple[Kind, str], Incoming] = {}  # by kind and layer
        self.layers = Layers()
        self.pairs: list[Pair] = []
        self.canvas: Canvas | None = None
        self.downlink = Downlink()
        self.speaker: str | None = None
        self._rng = rng
        self._parts = parts
        self._streams: dict[int, Incoming] = {}
        self._repairs: dict[int, Incoming] = {}
        self._answer: Answer | None = None
        self._arrivals = parts.arrivals(number)
        self._limit = LossLimit(VIDEO_START, VIDEO_FLOOR, VIDEO_CEILING)
        self._reports_sent: dict[tuple[int, int], float] = {}  # slot SSRC and middle of its NTP time: when
        self._octets_before = (0, 0)
        self.budget = Budget()
        self.line = parts.line(number)
        self._sent_before, self._weighed_at = (0, 0), joined_at
        self._lines: list[Line] = []
        self._offered: tuple[Line, ...] = ()
        self._turn = 0
        self._asks_for_sound = Counter[int]()  # by the SSRC asked
        self._repaired_at: dict[tuple[int, int], float] = {}
        self._moved_at = float("-inf")

    # -- what the peer settled

    def settle(self, answer: Answer) -> None:
        self._answer = answer
        offered = [*FROM_ALL, *(line.mid for line in self._offered)]
        taken = frozenset(mid for at, mid in enumerate(offered) if at not in answer.rejected)
        for place in self.places:
            place.agreed = taken & {slot.mid for slot in place.slots}
            for slot in place.slots if place.agreed else ():
                slot.stamp(numbered=answer.counts_arrivals)
                if slot.kind is not Kind.AUDIO:
                    slot.repair_by_rtx = answer.repair
        self.budget.probing = answer.counts_arrivals and answer.repair

    def grow(self, count: int, *, sees: bool = False, shares: bool = False) -> bool:
        """Have at least `count` pairs of slots; True if some were added (sections are never taken away).

        `sees`: a slot for a screen, too; `shares`: a section by which the peer sends its own.
        """
        before = len(self._lines)
        while len(self.pairs) < count:
            group, first = f"pair{len(self.pairs)}", len(FROM_ALL) + 2 * len(self.pairs)
            voice, film = (str(first), Kind.AUDIO), (str(first + 1), Kind.VIDEO)
            self.pairs.append(Pair(self._slot(*voice, group), self._slot(*film, group)))
        if sees and self.canvas is None:
            self.canvas = Canvas(self._slot(SCREEN_DOWN, Kind.SCREEN, "screen"))
        if shares and ScreenLine() not in self._lines:
            self._lines.append(ScreenLine())
        return len(self._lines) > before

    def _slot(self, mid: str, kind: Kind, group: str) -> Outgoing:
        ssrc, repair = self._rng.getrandbits(31) | 2, self._rng.getrandbits(31) | 2  # never OUR_SSRC
        first = self._rng.getrandbits(14)
        self._lines.append(SlotLine(mid, kind, ssrc, repair, group))
        return self._parts.slot(SlotParts(self.number, kind, mid, ssrc, repair, first))

    def offer(self) -> tuple[Line, ...]:
        """The sections of the offer that is made now; its answer settles them."""
        self._offered = tuple(self._lines)
        return self._offered

    @property
    def places(self) -> "list[Pair | Canvas]":
        """All that carries somebody to the peer."""
        return [*self.pairs, *([self.canvas] if self.canvas else [])]

    @property
    def pictures(self) -> list[Outgoing]:
        return [slot for place in self.places for slot in place.slots if slot.kind is not Kind.AUDIO]

    def slot_of(self, ssrc: int) -> Outgoing | None:
        return next((slot for place in self.places for slot in place.slots if slot.ssrc == ssrc), None)

    # -- packets of the peer

    def take(self, packet: Rtp, now: float) -> tuple[Incoming, list[Arrival]] | None:
        """Whose packet it is and what listeners see of it; None if it is unknown, a probe or a copy."""
        payload_type, _, _, _, ssrc, extensions, _ = packet
        sequence = extensions.get(TRANSPORT_SEQUENCE)
        if sequence is not None and len(sequence) == 2:
            self._arrivals.arrived(sequence[0] << 8 | sequence[1], now)
        if payload_type == VP8_REPAIR:
            return self._take_repair(packet, now)
        track = self._streams.get(ssrc) or self._meet(packet, now)
        if track is None or payload_type not in PAYLOAD_TYPES[track.kind]:
            return None
        arrivals = track.receive(packet, now)
        return (track, arrivals) if arrivals else None

    def _take_repair(self, packet: Rtp, now: float) -> tuple[Incoming, list[Arrival]] | None:
        track = self._repaired(packet)
        original = open_repair(packet, track.ssrc) if track else None
        arrivals = track.receive(original, now) if track and original else []
        return (track, arrivals) if track and arrivals else None

    def _repaired(self, packet: Rtp) -> Incoming | None:
        """What the stream repairs: the answer says it, or its section or layer does, or there is only one."""
        repairs = self._answer.repairs if self._answer else {}
        track = self._streams.get(repairs.get(packet.ssrc, 0)) or self._repairs.get(packet.ssrc)
        if track is not None:
            return track
        rid, shown = _text(packet, REPAIRED_RID), UPLINK.get(_text(packet, MID)) is Kind.SCREEN
        if (shown or rid in RIDS) and len(self._repairs) < MAX_STREAMS:
            track = self.tracks.get((Kind.SCREEN, "") if shown else (Kind.VIDEO, rid))
            if track is not None:  # the name is sent only at the beginning
                self._repairs[packet.ssrc] = track
            return track
        videos = self.videos
        return videos[0] if len(videos) == 1 else None

    @property
    def videos(self) -> list[Incoming]:
        """Of the camera."""
        return [track for (kind, _), track in self.tracks.items() if kind is Kind.VIDEO]

    @property
    def _seen(self) -> list[Incoming]:
        return [track for (kind, _), track in self.tracks.items() if kind is not Kind.AUDIO]

    def track(self, kind: Kind, quality: Quality = Quality.FULL) -> Incoming | None:
        """What a listener hears or sees of this person whose line lets so much of the picture through."""
        return self.layers.of(quality) if kind is Kind.VIDEO else self.tracks.get((kind, ""))

    def _meet(self, packet: Rtp, now: float) -> Incoming | None:
        """A stream not heard before: known by its mid, else by the answer, else by its payload type."""
        mid = _text(packet, MID)
        mid = mid or (self._answer.streams.get(packet.ssrc, "") if self._answer else "")
        kind = UPLINK.get(mid) or next(
            (kind for kind, types in PAYLOAD_TYPES.items() if packet.payload_type in types), None
        )
        if kind is None or len(self._streams) >= MAX_STREAMS:
            return None
        rid = _text(packet, RID) if kind is Kind.VIDEO else ""
        layer = kind, rid if rid in RIDS else ""
        before, track = self.tracks.get(layer), self._parts.track(self.number, self.seat, kind, packet.ssrc)
        self.tracks[layer] = self._streams[packet.ssrc] = track
        if kind is Kind.VIDEO:
            self.layers.put(layer[1], track, now)
        for slot in list(before.listeners) if before else []:
            if slot.source is before:
                slot.bind(track)
            else:
                slot.switch(track)
        self._repairs = {ssrc: of for ssrc, of in self._repairs.items() if of is not before}
        return track

    # -- feedback to the peer

    @property
    def asks(self) -> bool:
        """Whether anything is to be asked of the peer, now or soon."""
        return any(track.asks for track in self.tracks.values())

    def wishes(self, now: float) -> list[bytes]:
        """Key frames and lost packets to ask the peer for now."""
        wishes = []
        for track in self.tracks.values():
            if not track.asks:
                continue
            if track.kind is not Kind.AUDIO and track.keyframes.due(now):
                wishes.append(rtcp.EMPTY_REPORT + rtcp.write_picture_loss(track.ssrc))
            lost = track.gaps.due(now)
            if lost and (track.kind is not Kind.AUDIO or self._repeats_sound(track, len(lost))):
                numbers = [number & 0xFFFF for number in lost]
                wishes.append(rtcp.EMPTY_REPORT + rtcp.write_nack(track.ssrc, numbers))
        return wishes

    def _repeats_sound(self, track: Incoming, lost: int) -> bool:
        """Whether it says so or, as Chromium, does it without saying so: then what is asked for comes."""
        self._asks_for_sound[track.ssrc] += lost
        stated = self._answer is not None and self._answer.voice_repair
        return (
            stated or self._asks_for_sound[track.ssrc] <= TRIED + MENDED_SHARE * track.reception.counts.mended
        )

    def arrivals_report(self) -> bytes | None:
        """Transport-wide feedback, if the peer negotiated it and sent anything."""
        if self._answer is None or not self._answer.transport_wide:
            return None
        self._turn += 1
        known = self.line.bits_per_s if self._turn % NARROW_TURNS else None
        if known is not None and known < NARROW_BITS:
            return None
        seen = self._seen
        body = self._arrivals.feedback(seen[0].ssrc if seen else 0)
        return rtcp.EMPTY_REPORT + body if body else None

    def reception_report(self, now: float) -> bytes | None:
        blocks = [b for b in (track.reception.block(now) for track in self.tracks.values()) if b]
        if not blocks:
            return None
        report = rtcp.write_receiver_report(blocks)
        seen = self._seen
        if seen and self._answer is not None and not self._answer.transport_wide:
            rate = self._limit.report(max(track.reception.fraction_lost for track in seen))
            report += rtcp.write_bandwidth_limit(rate, [track.ssrc for track in seen])
        return report

    # -- reports about the way down

    def report_sent(self, report: rtcp.SenderReport, now: float) -> None:
        self._reports_sent[report.ssrc, report.ntp_time >> 16 & 0xFFFFFFFF] = now
        while len(self._reports_sent) > REPORTS_KEPT * max(1, len(self.places)):
            del self._reports_sent[next(iter(self._reports_sent))]

    def moved(self, now: float) -> None:
        """The peer is reached at another address, by a line of which nothing is known yet."""
        self.line.moved()
        self.budget.moved(now)
        self.downlink, self._moved_at = Downlink(), now

    def hear_blocks(self, blocks: tuple[rtcp.ReportBlock, ...], now: float) -> None:
        ours = [(slot, block) for block in blocks if (slot := self.slot_of(block.ssrc))]
        if not ours:
            return
        if now - self._moved_at > REPORTS_S:
            self.downlink.loss = max(block.fraction_lost for _, block in ours) / 256
        for slot, block in ours:
            clock_khz = 48 if slot.kind is Kind.AUDIO else 90
            self.downlink.jitter_ms = block.jitter / clock_khz
            sent_at = self._reports_sent.get((block.ssrc, block.last_report))
            if sent_at is not None:
                self.downlink.rtt_ms = max(0.0, 1000 * (now - sent_at - block.delay / 65536))
                self.line.went_around(self.downlink.rtt_ms)

    def may_repair(self, ssrc: int, sequence: int, now: float) -> bool:
        """Whether to send it again now: not into a full line, nor while the last repair is under way."""
        if self.line.full:
            return False
        rtt_s = (SHORTEST_RTT_MS if self.downlink.rtt_ms is None else self.downlink.rtt_ms) / 1000
        last = self._repaired_at.get((ssrc, sequence))
        if last is not None and now - last < rtt_s:
            return False
        self._repaired_at.pop((ssrc, sequence), None)
        self._repaired_at[ssrc, sequence] = now
        while len(self._repaired_at) > REPAIRS_KEPT:
            del self._repaired_at[next(iter(self._repaired_at))]
        return True

    def probes(self, now: float) -> list[bytes]:
        """A burst of padding, from which the line's width is seen, when a picture might come back."""
        slot = next((pair.video for pair in self.pairs if pair.video.mid in pair.agreed), None)
        if slot is None or not self.budget.probe_due(now):
            return []
        return [slot.probe(now) for _ in range(PROBES)]

    def quality(self, mid: str) -> Quality:
        return self.budget.qualities.get(mid, Quality.FULL)

    def weigh(self, rates: Mapping[str, Sequence[int]], now: float) -> dict[str, Quality]:
        """Once a second: fit the pictures to the line; by mid, what changed. `rates`: each seat's layers'."""
        passed, self._weighed_at = now - self._weighed_at, now
        voices, films = (
            self._sent([pair.audio for pair in self.pairs]),
            self._sent(self.pictures),
        )
        voice, film = (
            int(8 * (octets - before) / passed) if passed > 0 else 0
            for octets, before in zip((voices, films), self._sent_before, strict=True)
        )
        self._sent_before = voices, films
        loss = self._weigh_line(voice, now)
        full = self.line.full if self._answer and self._answer.counts_arrivals else None
        slots = {slot.mid: slot for slot in self.pictures if slot.source is not None}
        senders = {slot.mid: place.sender or "" for place in self.places for slot in place.slots}
        pictures = {mid: _layers(slot, rates.get(senders[mid], ())) for mid, slot in slots.items()}
        first = [mid for mid, slot in slots.items() if slot.kind is Kind.SCREEN]  # it is what is talked of
        first += [mid for mid in slots if senders[mid] == self.speaker]
        changed = self.budget.decide(pictures, first, sent=film, loss=loss, now=now, full=full)
        still_due = self.budget.still_due(now)
        for mid, quality in self.budget.qualities.items():
            slot = slots[mid]
            slot.show(quality)
            if still_due and quality is Quality.STILLS and slot.source is not None:
                slot.source.keyframes.want()
        return changed

    def _sent(self, slots: Sequence[Outgoing]) -> int:
        """Octets so far, as they cost the line."""
        return sum(slot.octets + PACKET_OCTETS * slot.packets for slot in slots)

    def _weigh_line(self, voice_bits: int, now: float) -> float:
        """What is left of the line for pictures, whether sound is to be repeated; the line's loss."""
        answer = self._answer
        if answer is None:
            return 0.0
        line = self.line.bits_per_s if answer.counts_arrivals else None
        loss = self.line.loss if answer.counts_arrivals else self.downlink.loss
        if line is not None:
            self.budget.estimated(max(0, line - voice_bits), now)
        if answer.counts_arrivals:
            self.budget.passed(self.line.burst_bits_per_s - voice_bits, self.line.burst_at)
        shown = self.line.burst_bits_per_s if now - self.line.burst_at <= PROBED_S else 0
        fits = (
            answer.redundancy
            and not self.line.full
            and (line is None or max(line, shown) >= ROOM_FOR_REPEATS * voice_bits)
        )
        depth = (loss >= LOSSY) + (loss >= VERY_LOSSY) if fits else 0
        for pair in self.pairs:
            pair.audio.repeat(depth)
        return loss

    def octets_since(self) -> tuple[int, int]:
        """Octets up and down since the last call."""
        up = sum(track.reception.counts.octets for track in self._streams.values())
        down = sum(slot.octets for place in self.places for slot in place.slots)
        before, self._octets_before = self._octets_before, (up, down)
        return up - before[0], down - before[1]


def _layers(slot: Outgoing, camera: Sequence[int]) -> Sequence[int]:
    """Bits a second of what could be sent there; `camera`: of the sender's, if it is one."""
    if slot.kind is Kind.SCREEN:
        return (slot.source.reception.bits_per_s if slot.source else 0,)
    return camera or (0,)


def _text(packet: Rtp, extension: int) -> str:
    return packet.extensions.get(extension, b"").decode("ascii", "replace")
