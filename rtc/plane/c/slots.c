// Outgoing slots; see rtc/core/{forwarder,sequence}.py, whose results these functions give, octet for octet.

#include "plane.h"

#include <stdlib.h>
#include <string.h>

enum { REPAIRS_A_SECOND = 300, PROBE_OCTETS = 150, MAX_OFFSET = 1 << 14, MAX_OCTETS = 400 };

static void forget_history(slot *s) {
    for (int i = 0; i < HISTORY; i++) s->history[i].number = -1;
}

void slot_stamp(slot *s, const uint8_t *block, int size, int at, int octets) {
    if (size > MAX_BLOCK || at + octets > size || octets == s->stamp_size) return;
    memcpy(s->block, block, (size_t)size);
    s->block_size = size;
    s->stamp_at = at;
    s->stamp_size = octets;
    forget_history(s);
}

slot *slot_new(uint32_t ssrc, uint32_t repair_ssrc, int audio, int64_t first) {
    slot *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->ssrc = ssrc;
    s->repair_ssrc = repair_ssrc;
    s->audio = audio;
    s->next_out = first;
    s->repair_sequence = (uint16_t)first;
    s->last_time = (uint32_t)(first * 1000);
    s->waiting = 1;
    s->repairs_left = REPAIRS_A_SECOND;
    s->quality = FULL;
    s->still = -1;
    forget_history(s);
    return s;
}

static void unlisten(track *t, slot *s) {
    for (int i = 0; t && i < t->listener_count; i++)
        if (t->listeners[i] == s) {
            memmove(&t->listeners[i], &t->listeners[i + 1], sizeof(slot *) * (size_t)(--t->listener_count - i));
            return;
        }
}

static int join(track *t, slot *s) {
    if (!t || t->listener_count == MAX_LISTENERS) return 0;
    t->listeners[t->listener_count++] = s;
    track_want(t);
    return 1;
}

// Another layer from its next opening on; NULL: none.
void slot_prepare(slot *s, track *t) {
    if (t == s->next) return;
    unlisten(s->next, s);
    s->next = join(t, s) ? t : NULL;
}

void slot_bind(slot *s, track *source) {
    slot_prepare(s, NULL);
    unlisten(s->source, s);
    s->waiting = 1;
    forget_history(s);
    s->source = join(source, s) ? source : NULL;
}

void slot_switch(slot *s, track *source) {
    if (s->waiting && source != s->source) slot_bind(s, source);
    else slot_prepare(s, source == s->source ? NULL : source);
}

static void take_over(slot *s) {
    unlisten(s->source, s);
    s->source = s->next;
    s->next = NULL;
    s->waiting = 1;
}

void slot_show(slot *s, int quality) {
    int64_t before = s->quality;
    s->quality = quality;
    if (quality == before || (quality >= SMALL && before >= SMALL)) return;
    s->waiting = 1;
    s->still = -1;
    if (s->source && quality != SOUND) track_want(s->source);
}

static void open_at(slot *s, const kept_packet *p, int64_t number, double now) {
    double idle_s = s->has_sent ? now - s->last_sent_at : 0.0;
    int64_t pause = (int64_t)(idle_s * (s->audio ? 48000 : 90000));
    s->time_offset = (int64_t)s->last_time + (pause > 1 ? pause : 1) - p->timestamp;
    s->starts[0] = s->opened = number;
    s->offsets[0] = number - s->next_out;
    s->stretches = 1;
    s->newest = number - 1;
    s->has_newest = 1;
    s->waiting = 0;
    if (!s->audio) vp8_restart(&s->pictures, p->payload, p->size);
    forget_history(s);
}

// The outgoing number; -1 for what was sent before the restart or too long ago.
static int64_t out_number(slot *s, int64_t number) {
    int at = s->stretches - 1;
    while (at >= 0 && s->starts[at] > number) at--;
    if (at < 0 || !s->has_newest) return -1;
    int64_t out = number - s->offsets[at];
    if (number > s->newest) {
        s->newest = number;
        s->next_out = out + 1;
    }
    return out;
}

static int leave_out(slot *s, int64_t number) {
    if (!s->has_newest || number <= s->newest) return 0;
    int last = s->stretches - 1;
    int64_t offset = s->offsets[last] + 1;
    s->next_out = number - s->offsets[last];
    s->newest = number;
    if (s->starts[last] == number) {
        s->starts[last] = number + 1;
        s->offsets[last] = offset;
        return 1;
    }
    s->starts[s->stretches] = number + 1;
    s->offsets[s->stretches++] = offset;
    if (s->stretches > KEPT_STRETCHES) {
        s->stretches--;
        memmove(s->starts, s->starts + 1, sizeof(int64_t) * KEPT_STRETCHES);
        memmove(s->offsets, s->offsets + 1, sizeof(int64_t) * KEPT_STRETCHES);
    }
    return 1;
}

// A transport-wide number for a packet of that size, or the time (abs-send-time: 6.18 fixed point).
static uint32_t stamp(slot *s, int size, double now) {
    if (s->stamp_size == 2) return departures_number(&s->owner->departures, size, now);
    return (uint32_t)((uint64_t)(now * 0x40000) & 0xFFFFFF);
}

static int write_head(const slot *s, const kept_packet *p, int type, uint16_t number, uint32_t ssrc, uint32_t stamp,
                      uint8_t *out) {
    out[0] = 0x90;
    out[1] = (uint8_t)(type | p->marker << 7);
    put16(out + 2, number);
    put32(out + 4, (uint32_t)(p->timestamp + s->time_offset));
    put32(out + 8, ssrc);
    memcpy(out + HEADER, s->block, (size_t)s->block_size);
    uint8_t *at = out + HEADER + s->stamp_at;
    if (s->stamp_size == 3) *at++ = (uint8_t)(stamp >> 16);
    put16(at, stamp & 0xFFFF);
    return HEADER + s->block_size;
}

// A bit for each frame before the packet that this listener may be told again.
static int repeatable(const slot *s, const kept_packet *p, int64_t number) {
    int bits = 0;
    for (int back = 1; back <= s->depth; back++) {
        const kept_packet *past = number - back >= s->opened ? track_kept(s->source, number - back) : NULL;
        uint32_t offset = past ? p->timestamp - past->timestamp : 0;
        if (past && past->size && past->size <= MAX_OCTETS && offset && offset < MAX_OFFSET) bits |= 1 << (back - 1);
    }
    return bits;
}

// The payload as it is sent to this listener; its octets, or -1: a frame it would repeat is gone.
static int write_payload(const slot *s, const kept_packet *p, int64_t number, int repeated, uint8_t *out) {
    int at = 0;
    for (int back = MAX_DEPTH; back && repeated; back--) {
        if (!(repeated >> (back - 1) & 1)) continue;
        const kept_packet *past = track_kept(s->source, number - back);
        if (!past) return -1;
        put32(out + at, (uint32_t)(0x80 | OPUS) << 24 | (p->timestamp - past->timestamp) << 10 | past->size);
        at += 4;
    }
    if (repeated) out[at++] = OPUS;
    for (int back = MAX_DEPTH; back && repeated; back--) {
        if (!(repeated >> (back - 1) & 1)) continue;
        const kept_packet *past = track_kept(s->source, number - back);
        memcpy(out + at, past->payload, past->size);
        at += past->size;
    }
    if (p->size) memcpy(out + at, p->payload, p->size);
    if (!s->audio) vp8_write(&s->pictures, out, p->size);
    return at + p->size;
}

static int fits(const slot *s, const kept_packet *p) {
    return HEADER + s->block_size + 2 + p->size <= MAX_DATAGRAM;
}

int slot_forward(slot *s, track *t, const kept_packet *p, int64_t number, int opens, double now, uint8_t *out) {
    if (t != s->source) {
        if (t != s->next) return 0;
        if (!opens) {
            track_want(t);
            return 0;
        }
        take_over(s);
    }
    if (s->quality < SMALL) {
        if (s->quality == SOUND || !(opens || p->timestamp == s->still)) return 0;
        if (opens) {
            s->still = p->timestamp;
            open_at(s, p, number, now);
        }
    } else if (s->waiting) {
        if (!opens) {
            if (s->source) track_want(s->source);
            return 0;
        }
        open_at(s, p, number, now);
    } else if (!p->size && leave_out(s, number)) return 0;
    int64_t mine = out_number(s, number);
    if (mine < 0 || !fits(s, p)) return 0;
    uint32_t timestamp = (uint32_t)(p->timestamp + s->time_offset);
    if (timestamp - s->last_time < 0x80000000u) {
        s->last_time = timestamp;
        s->last_sent_at = now;
        s->has_sent = 1;
        if (!s->audio) vp8_sent(&s->pictures, p->payload, p->size);
    }
    int repeated = s->audio && s->depth && p->size && p->size <= MAX_OCTETS ? repeatable(s, p, number) : 0;
    int head = HEADER + s->block_size, size = write_payload(s, p, number, repeated, out + head);
    uint32_t stamped = stamp(s, head + size, now);
    write_head(s, p, repeated ? OPUS_RED : s->audio ? OPUS : VP8, (uint16_t)mine, s->ssrc, stamped, out);
    s->history[mine % HISTORY] = (sent_packet){mine, number, stamped, repeated};
    s->packets++;
    s->octets += size;
    return head + size;
}

int slot_repair(slot *s, uint16_t sequence, double now, uint8_t *out) {
    if (now - s->repairs_since >= 1.0) {
        s->repairs_since = now;
        s->repairs_left = REPAIRS_A_SECOND;
    }
    sent_packet sent = s->history[sequence % HISTORY];
    if (sent.number < 0 || (sent.number & 0xFFFF) != sequence || !s->source || !s->repairs_left) return 0;
    const kept_packet *p = track_kept(s->source, sent.source);
    int head = HEADER + s->block_size, rtx = s->by_rtx ? 2 : 0;
    int size = p ? write_payload(s, p, sent.source, sent.repeated, out + head + rtx) : -1;
    if (size < 0) return 0;
    s->repairs_left--;
    if (!rtx) {  // octet for octet as before: its number is a nonce that is used already
        if (s->stamp_size == 2) departures_repeated(&s->owner->departures, sent.stamp);
        int type = sent.repeated ? OPUS_RED : s->audio ? OPUS : VP8;
        write_head(s, p, type, sequence, s->ssrc, sent.stamp, out);
        return head + size;
    }
    put16(out + head, sequence);
    uint32_t stamped = stamp(s, head + rtx + size, now);
    write_head(s, p, VP8_REPAIR, ++s->repair_sequence, s->repair_ssrc, stamped, out);
    return head + rtx + size;
}

int slot_probe(slot *s, double now, uint8_t *out) {
    kept_packet nothing = {.timestamp = (uint32_t)(s->last_time - s->time_offset)};
    int head = HEADER + s->block_size;
    memset(out + head, 0, PROBE_OCTETS - 1);
    out[head + PROBE_OCTETS - 1] = PROBE_OCTETS;
    uint32_t stamped = stamp(s, head + PROBE_OCTETS, now);
    write_head(s, &nothing, VP8_REPAIR, ++s->repair_sequence, s->repair_ssrc, stamped, out);
    out[0] |= 0x20;
    return head + PROBE_OCTETS;
}
