// Incoming streams; see rtc/core/{packets,track,red,reception}.py, whose results these functions give, number for
// number: a test compares them over random streams.

#include "streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VIDEO_KEPT = 256, AUDIO_KEPT = 64, MAX_ASKS = 8 };
static const double GIVE_UP_S = 1.0, ASK_AGAIN_S = 0.04, REORDER_S = 0.01;
static const double SMOOTHING = 0.1, SPEECH = 127 - 50, PAUSE_S = 0.1;

int64_t unroll(unroller *u, uint16_t sequence) {
    if (u->newest < 0) u->newest = (int64_t)sequence + 0x10000;
    int64_t number = u->newest + (int64_t)((uint64_t)(sequence - u->newest + 0x8000) & 0xFFFF) - 0x8000;
    if (number > u->newest) u->newest = number;
    return number;
}

// -- reading a packet (RFC 3550, RFC 8285)

static int parse_extensions(const uint8_t *at, int size, int one_byte, rtp_packet *out) {
    const uint8_t *end = at + size;
    while (at < end) {
        int id, length;
        if (*at == 0) {  // padding between elements
            at++;
            continue;
        }
        if (one_byte) {
            id = *at >> 4;
            length = (*at++ & 15) + 1;
        } else {
            if (at + 2 > end) break;
            id = at[0];
            length = at[1];
            at += 2;
        }
        if (at + length > end) return -1;
        if (id == EXT_TRANSPORT) out->transport = length == 2 ? (int)get16(at) : -1;
        if (id == EXT_LEVEL) out->level = length ? *at & 127 : -1;
        at += length;
    }
    return 0;
}

int rtp_parse(const uint8_t *data, int size, rtp_packet *out) {
    int at = rtp_header(data, size);
    if (at < 0) return -1;
    *out = (rtp_packet){.payload_type = data[1] & 127, .marker = data[1] >> 7, .transport = -1, .level = -1,
                        .sequence = (uint16_t)get16(data + 2), .timestamp = get32(data + 4), .ssrc = get32(data + 8)};
    if (data[0] & 0x10) {
        int begin = HEADER + 4 * (data[0] & 15) + 4;
        uint32_t profile = get16(data + begin - 4);
        int known = profile == 0xBEDE || (profile & 0xFFF0) == 0x1000;
        if (known && parse_extensions(data + begin, at - begin, profile == 0xBEDE, out)) return -1;
    }
    int end = size - (data[0] & 0x20 ? data[size - 1] : 0);
    if (end < at) return -1;
    out->payload = data + at;
    out->size = end - at;
    return 0;
}

// -- tracks

track *track_new(uint32_t ssrc, int audio, int64_t *asked) {
    track *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->ssrc = ssrc;
    t->asked = asked;
    t->audio = audio;
    t->kept_count = audio ? AUDIO_KEPT : VIDEO_KEPT;
    t->kept = calloc(t->kept_count, sizeof *t->kept);
    if (!t->kept) {
        free(t);
        return NULL;
    }
    for (int i = 0; i < t->kept_count; i++) t->kept[i].number = -1;
    t->numbers.newest = t->newest = -1;
    t->spoke_at = t->level_at = -INFINITY;
    return t;
}

void track_want(track *t) {
    if (!t->wanted && !t->audio) ++*t->asked;  // sound has no key frames
    t->wanted = 1;
}

void track_free(track *t) {
    while (t->listener_count) {
        slot *s = t->listeners[0];
        if (s->next == t) slot_prepare(s, NULL);
        else slot_bind(s, NULL);
    }
    for (int i = 0; i < t->kept_count; i++) free(t->kept[i].payload);
    free(t->kept);
    free(t);
}

const kept_packet *track_kept(const track *t, int64_t number) {
    const kept_packet *kept = &t->kept[number & (t->kept_count - 1)];
    return kept->number == number ? kept : NULL;
}

static void count(track *t, int64_t number, const rtp_packet *p, double now) {
    double clock = t->audio ? 48000 : 90000;
    if (!t->started) {
        t->started = 1;
        t->base = t->highest = number;
    }
    t->received++;
    t->octets += p->size + HEADER;
    if (number < t->highest) return;
    t->highest = number;
    double transit = now * clock - p->timestamp, change = fabs(transit - t->transit);
    if (t->has_transit && change < clock * 10) t->jitter += (change - t->jitter) / 16;
    t->transit = transit;
    t->has_transit = 1;
}

static int forget_gap(track *t, int64_t number) {
    for (int64_t i = 0; i < t->missing; i++)
        if (t->gaps[i].number == number) {
            int asked = t->gaps[i].asks > 0;
            memmove(&t->gaps[i], &t->gaps[i + 1], (size_t)(--t->missing - i) * sizeof(gap));
            return asked;
        }
    return 0;
}

// Whether it came after it was asked for.
static int saw(track *t, int64_t number, double now) {
    if (t->newest < 0) t->newest = number;
    if (number <= t->newest) return forget_gap(t, number);
    if (number - t->newest > MAX_GAP || t->missing >= MAX_MISSING) t->missing = 0;
    else
        for (int64_t lost = t->newest + 1; lost < number; lost++)
            t->gaps[t->missing++] = (gap){lost, now, now + REORDER_S, 0};
    *t->asked += t->missing > 0;
    t->newest = number;
    return 0;
}

static int make_room(kept_packet *kept, int size) {
    if (size <= kept->room) return 1;
    int room = (size + 63) / 64 * 64;
    uint8_t *payload = realloc(kept->payload, (size_t)room);
    if (!payload) return 0;
    kept->payload = payload;
    kept->room = (uint16_t)room;
    return 1;
}

static kept_packet *keep(track *t, int64_t number, uint32_t timestamp, int marker, const uint8_t *payload, int size) {
    if (number < 0 || size > MAX_DATAGRAM || track_kept(t, number)) return NULL;
    kept_packet *kept = &t->kept[number & (t->kept_count - 1)];
    if (!make_room(kept, size)) return NULL;
    kept->number = number;
    kept->timestamp = timestamp;
    kept->marker = (uint8_t)marker;
    kept->size = (uint16_t)size;
    if (size) memcpy(kept->payload, payload, (size_t)size);
    return kept;
}

static int64_t receive(track *t, const rtp_packet *p, double now, int *opens) {
    int64_t number = unroll(&t->numbers, p->sequence);
    if (!keep(t, number, p->timestamp, p->marker, p->payload, p->size)) return -1;
    count(t, number, p, now);
    if (p->level >= 0) track_heard(t, p->level, now);
    t->mended += saw(t, number, now);
    int newest = number == t->highest;
    *opens = newest && (t->audio ? p->size > 0 : vp8_starts_keyframe(p->payload, p->size));
    if (*opens && !t->audio) t->wanted = 0;
    return number;
}

// -- redundant sound (RFC 2198), see rtc/core/red.py

enum { FRAME_TICKS = 960, MAX_BLOCKS = 32 };

typedef struct { uint32_t offset; int size; const uint8_t *frame; } red_block;

// The packet's own frame takes its payload's place; blocks as they lie there, oldest first. Their number, or -1.
static int red_unpack(rtp_packet *p, red_block *blocks) {
    int at = 0, count = 0;
    for (; at < p->size && p->payload[at] & 0x80; at += 4) {
        if (at + 4 > p->size || (p->payload[at] & 127) != OPUS || count == MAX_BLOCKS) return -1;
        uint32_t word = get32(p->payload + at);
        blocks[count++] = (red_block){word >> 10 & 0x3FFF, (int)(word & 0x3FF), NULL};
    }
    if (at >= p->size || p->payload[at++] != OPUS) return -1;
    for (int i = 0; i < count; i++) {
        blocks[i].frame = p->payload + at;
        at += blocks[i].size;
    }
    if (at > p->size) return -1;
    p->payload += at;
    p->size -= at;
    p->payload_type = OPUS;
    return count;
}

int track_receive(track *t, const rtp_packet *given, double now, received *out) {
    rtp_packet p = *given;
    red_block blocks[MAX_BLOCKS];
    int found = 0, repeats = 0;
    if (p.payload_type == OPUS_RED && (!t->audio || (repeats = red_unpack(&p, blocks)) < 0)) return 0;
    for (int back = repeats < MAX_DEPTH ? repeats : MAX_DEPTH; back > 0; back--) {
        const red_block *b = &blocks[repeats - back];
        if (b->offset != (uint32_t)(back * FRAME_TICKS) || !b->size) continue;
        int64_t number = unroll(&t->numbers, p.sequence) - back;
        if (!keep(t, number, p.timestamp - (uint32_t)(back * FRAME_TICKS), 0, b->frame, b->size)) continue;
        saw(t, number, now);
        out[found++] = (received){number, 0};
    }
    int opens;
    int64_t number = receive(t, &p, now, &opens);
    if (number >= 0) out[found++] = (received){number, opens};
    return found;
}

void track_heard(track *t, int level, double now) {
    int faded = now - t->level_at > PAUSE_S && 127 - level < t->loudness;
    t->loudness += (faded ? 1.0 : SMOOTHING) * ((127 - level) - t->loudness);
    t->level_at = now;
    if (t->loudness > SPEECH) t->spoke_at = now;
}

int track_due(track *t, double now, int64_t *out, int max) {
    int due = 0;
    int64_t left = 0;
    for (int64_t i = 0; i < t->missing; i++) {
        gap g = t->gaps[i];
        if (now - g.noticed > GIVE_UP_S || g.asks >= MAX_ASKS) continue;
        if (now >= g.ask_at && due < max) {
            out[due++] = g.number;
            g.ask_at = now + ASK_AGAIN_S * (g.asks + 1);
            g.asks++;
        }
        t->gaps[left++] = g;
    }
    t->missing = left;
    return due;
}
