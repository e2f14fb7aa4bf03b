"""Session descriptions of bots: what is read of a server's, and their own, with all that a browser takes."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from bench.bots import Bot, Remote
from rtc.core.layers import RIDS
from rtc.core.packets import AUDIO_LEVEL, MID, RID, TRANSPORT_SEQUENCE
from rtc.net.sdp import LEVEL_URI, MID_URI, RID_URI, TRANSPORT_URI


class Section(NamedTuple):
    """One section of a description; formats that it does not have are empty, SSRCs it does not state 0."""

    kind: str
    mid: str
    main: str
    red: str = ""
    rtx: str = ""
    ssrc: int = 0
    repair_ssrc: int = 0
    counts: bool = False  # transport-wide feedback was asked for


def remote_of(description: str) -> Remote:
    """The transport that a description states, by its first section."""

    def first(pattern: str) -> str:
        found = re.search(pattern, description, re.M)
        if found is None:
            raise ValueError(f"no {pattern} in the description")
        return found[1]

    host, port = first(r"^a=candidate:\S+ 1 (?i:udp) \d+ (\S+ \d+) typ host").split()
    return Remote(first(r"^a=ice-ufrag:(\S+)"), first(r"^a=ice-pwd:(\S+)"), (host, int(port)))


def sections_of(description: str) -> list[Section]:
    texts = re.split(r"^(?=m=)", description.replace("\r", ""), flags=re.M)[1:]
    return [_section(text) for text in texts if re.match(r"m=(audio|video) ", text)]


def _section(text: str) -> Section:
    def found(pattern: str) -> str:
        match = re.search(pattern, text, re.M)
        return match[1] if match else ""

    main = found(r"^a=rtpmap:(\d+) (?i:opus/48000/2|VP8/90000)$")
    group = re.search(r"^a=ssrc-group:FID (\d+) (\d+)$", text, re.M)
    return Section(
        found(r"^m=(\w+)"),
        found(r"^a=mid:(\S+)"),
        main,
        found(r"^a=rtpmap:(\d+) (?i:red/48000/2)$"),
        found(rf"^a=fmtp:(\d+) apt={main}$"),
        int(group[1] if group else found(r"^a=ssrc:(\d+)") or 0),
        int(group[2]) if group else 0,
        re.search(r"^a=rtcp-fb:\S+ transport-cc$", text, re.M) is not None,
    )


def describe(
    bot: Bot, sections: Sequence[Section], setup: str, sends: Collection[str], *, layers: bool = False
) -> str:
    """A description with these sections; those whose mid is in `sends` carry the bot's own streams."""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    for section in sections:
        formats = " ".join(filter(None, (section.red, section.main, section.rtx)))
        lines += [f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {formats}", f"a=mid:{section.mid}"]
        lines += [*bot.transport_lines(setup), *_codec_lines(section)]
        if section.mid in sends:
            lines += _own_lines(section, bot, layers=layers and section.kind == "video")
        else:
            lines += ["a=recvonly", *(_count_lines(section) if section.counts else ())]
    return "\r\n".join(lines) + "\r\n"


def _codec_lines(section: Section) -> list[str]:
    main = section.main
    if section.kind == "audio":
        lines = [f"a=rtpmap:{main} opus/48000/2", f"a=fmtp:{main} useinbandfec=1", f"a=rtcp-fb:{main} nack"]
        if section.red:
            lines += [f"a=rtpmap:{section.red} red/48000/2", f"a=fmtp:{section.red} {main}/{main}"]
        return lines
    lines = [f"a=rtpmap:{main} VP8/90000"]
    lines += [f"a=rtcp-fb:{main} {feedback}" for feedback in ("nack", "nack pli", "ccm fir")]
    if section.rtx:
        lines += [f"a=rtpmap:{section.rtx} rtx/90000", f"a=fmtp:{section.rtx} apt={main}"]
    return lines


def _own_lines(section: Section, bot: Bot, *, layers: bool) -> list[str]:
    ssrc = bot.voice if section.kind == "audio" else bot.picture
    lines = ["a=sendonly", f"a=extmap:{MID} {MID_URI}", *_count_lines(section)]
    if section.kind == "audio":
        lines.append(f"a=extmap:{AUDIO_LEVEL} {LEVEL_URI}")
    if layers:
        lines += [f"a=extmap:{RID} {RID_URI}", *(f"a=rid:{rid} send" for rid in RIDS)]
        return [*lines, f"a=simulcast:send {';'.join(RIDS)}"]
    return [*lines, f"a=ssrc:{ssrc} cname:bot"]


def _count_lines(section: Section) -> list[str]:
    return [f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}", f"a=rtcp-fb:{section.main} transport-cc"]
