// What happens to a packet between two SRTP sessions; see rtc/core/{track,reception,forwarder,sequence,bandwidth}.py,
// whose results these functions give, number for number: a test compares them over random streams.

#include "streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VIDEO_KEPT = 256, AUDIO_KEPT = 64, MAX_ASKS = 8, REPAIRS_A_SECOND = 300, HEADER = 12 };
enum { MAX_STATUSES = 1000, OUR_SSRC = 1 };
static const double GIVE_UP_S = 1.0, ASK_AGAIN_S = 0.04, REORDER_S = 0.01, TICK_S = 0.00025, REFERENCE_S = 0.064;
static const double SMOOTHING = 0.1, SPEECH = 127 - 50;

static int64_t unroll(unroller *u, uint16_t sequence) {
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

static void prepare(slot *s, track *t);

track *track_new(uint32_t ssrc, int audio) {
    track *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->ssrc = ssrc;
    t->audio = audio;
    t->kept_count = audio ? AUDIO_KEPT : VIDEO_KEPT;
    t->kept = calloc(t->kept_count, sizeof *t->kept);
    if (!t->kept) {
        free(t);
        return NULL;
    }
    for (int i = 0; i < t->kept_count; i++) t->kept[i].number = -1;
    t->numbers.newest = t->newest = -1;
    t->spoke_at = -INFINITY;
    return t;
}

void track_free(track *t) {
    while (t->listener_count) {
        slot *s = t->listeners[0];
        if (s->next == t) prepare(s, NULL);
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

static void forget_gap(track *t, int64_t number) {
    for (int64_t i = 0; i < t->missing; i++)
        if (t->gaps[i].number == number) {
            memmove(&t->gaps[i], &t->gaps[i + 1], (size_t)(--t->missing - i) * sizeof(gap));
            return;
        }
}

static void saw(track *t, int64_t number, double now) {
    if (t->newest < 0) t->newest = number;
    if (number <= t->newest) {
        forget_gap(t, number);
        return;
    }
    if (number - t->newest > MAX_GAP || t->missing >= MAX_MISSING) t->missing = 0;
    else
        for (int64_t lost = t->newest + 1; lost < number; lost++)
            t->gaps[t->missing++] = (gap){lost, now, now + REORDER_S, 0};
    t->newest = number;
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

int64_t track_receive(track *t, const rtp_packet *p, double now, int *opens) {
    int64_t number = unroll(&t->numbers, p->sequence);
    if (number < 0 || p->size > MAX_DATAGRAM || track_kept(t, number)) return -1;
    kept_packet *kept = &t->kept[number & (t->kept_count - 1)];
    if (!make_room(kept, p->size)) return -1;
    kept->number = number;
    kept->timestamp = p->timestamp;
    kept->marker = (uint8_t)p->marker;
    kept->size = (uint16_t)p->size;
    if (p->size) memcpy(kept->payload, p->payload, p->size);
    count(t, number, p, now);
    if (p->level >= 0) track_heard(t, p->level, now);
    saw(t, number, now);
    if (t->audio) {
        *opens = p->size > 0;
        return number;
    }
    *opens = number == t->highest && vp8_starts_keyframe(p->payload, p->size);
    if (*opens) t->wanted = 0;
    return number;
}

void track_heard(track *t, int level, double now) {
    t->loudness += SMOOTHING * ((127 - level) - t->loudness);
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

// -- slots

slot *slot_new(uint32_t ssrc, uint32_t repair_ssrc, int audio, int64_t first, const uint8_t *block, int size) {
    slot *s = size <= MAX_BLOCK ? calloc(1, sizeof *s) : NULL;
    if (!s) return NULL;
    s->ssrc = ssrc;
    s->repair_ssrc = repair_ssrc;
    s->audio = audio;
    s->next_out = first;
    s->repair_sequence = (uint16_t)first;
    s->last_time = (uint32_t)(first * 1000);
    s->waiting = 1;
    s->repairs_left = REPAIRS_A_SECOND;
    memcpy(s->block, block, size);
    s->block_size = size;
    s->quality = FULL;
    s->still = -1;
    int after_mid = size > 5 ? 6 + (block[4] & 15) : size;  // where a second element begins
    if (after_mid + 3 < size && block[after_mid] == (EXT_SEND_TIME << 4 | 2)) s->stamp_at = after_mid + 1;
    for (int i = 0; i < HISTORY; i++) s->history[i].number = -1;
    return s;
}

static void unlisten(track *t, slot *s) {
    for (int i = 0; t && i < t->listener_count; i++)
        if (t->listeners[i] == s) {
            memmove(&t->listeners[i], &t->listeners[i + 1], sizeof(slot *) * (size_t)(--t->listener_count - i));
            return;
        }
}

static int listen(track *t, slot *s) {
    if (!t || t->listener_count == MAX_LISTENERS) return 0;
    t->listeners[t->listener_count++] = s;
    t->wanted = 1;
    return 1;
}

static void forget_history(slot *s) {
    for (int i = 0; i < HISTORY; i++) s->history[i].number = -1;
}

// Another layer from its next opening on; NULL: none.
static void prepare(slot *s, track *t) {
    if (t == s->next) return;
    unlisten(s->next, s);
    s->next = listen(t, s) ? t : NULL;
}

void slot_bind(slot *s, track *source) {
    prepare(s, NULL);
    unlisten(s->source, s);
    s->waiting = 1;
    forget_history(s);
    s->source = listen(source, s) ? source : NULL;
}

void slot_switch(slot *s, track *source) {
    if (s->waiting && source != s->source) slot_bind(s, source);
    else prepare(s, source == s->source ? NULL : source);
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
    if (s->source && quality != SOUND) s->source->wanted = 1;
}

static void open_at(slot *s, const kept_packet *p, int64_t number, double now) {
    double idle_s = s->has_sent ? now - s->last_sent_at : 0.0;
    int64_t pause = (int64_t)(idle_s * (s->audio ? 48000 : 90000));
    s->time_offset = (int64_t)s->last_time + (pause > 1 ? pause : 1) - p->timestamp;
    s->starts[0] = number;
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

static int write_packet(const slot *s, const kept_packet *p, int type, uint16_t number, uint32_t ssrc, double now,
                        uint8_t *out) {
    out[0] = 0x90;
    out[1] = (uint8_t)(type | p->marker << 7);
    put16(out + 2, number);
    put32(out + 4, (uint32_t)(p->timestamp + s->time_offset));
    put32(out + 8, ssrc);
    memcpy(out + HEADER, s->block, s->block_size);
    uint32_t time = (uint32_t)((uint64_t)(now * 0x40000) & 0xFFFFFF);  // 6.18 fixed point
    if (s->stamp_at) {
        out[HEADER + s->stamp_at] = (uint8_t)(time >> 16);
        put16(out + HEADER + s->stamp_at + 1, time);
    }
    return HEADER + s->block_size;
}

static int write_payload(const slot *s, const kept_packet *p, uint8_t *out) {
    if (p->size) memcpy(out, p->payload, p->size);
    if (!s->audio) vp8_write(&s->pictures, out, p->size);
    return p->size;
}

static int fits(const slot *s, const kept_packet *p) {
    return HEADER + s->block_size + 2 + p->size <= MAX_DATAGRAM;
}

int slot_forward(slot *s, track *t, const kept_packet *p, int64_t number, int opens, double now, uint8_t *out) {
    if (t != s->source) {
        if (t != s->next) return 0;
        if (!opens) {
            t->wanted = 1;
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
            if (s->source) s->source->wanted = 1;
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
    s->history[mine % HISTORY].number = mine;
    s->history[mine % HISTORY].source = number;
    s->packets++;
    s->octets += p->size;
    int at = write_packet(s, p, s->audio ? OPUS : VP8, (uint16_t)mine, s->ssrc, now, out);
    return at + write_payload(s, p, out + at);
}

int slot_repair(slot *s, uint16_t sequence, double now, uint8_t *out) {
    if (now - s->repairs_since >= 1.0) {
        s->repairs_since = now;
        s->repairs_left = REPAIRS_A_SECOND;
    }
    int64_t number = s->history[sequence % HISTORY].number;
    if (number < 0 || (number & 0xFFFF) != sequence || !s->source || !s->repairs_left) return 0;
    const kept_packet *p = track_kept(s->source, s->history[sequence % HISTORY].source);
    if (!p) return 0;
    s->repairs_left--;
    int at = s->by_rtx ? write_packet(s, p, VP8_REPAIR, ++s->repair_sequence, s->repair_ssrc, now, out)
                       : write_packet(s, p, s->audio ? OPUS : VP8, sequence, s->ssrc, now, out);
    if (s->by_rtx) {
        put16(out + at, sequence);
        at += 2;
    }
    return at + write_payload(s, p, out + at);
}

// -- arrivals (draft-holmer-rmcat-transport-wide-cc-extensions-01)

void arrivals_reset(arrival_log *log) {
    memset(log, 0, sizeof *log);
    log->numbers.newest = log->next = -1;
}

void arrivals_count(arrival_log *log, uint16_t sequence, double now) {
    int64_t number = unroll(&log->numbers, sequence);
    if (number < 0 || (log->next >= 0 && number < log->next)) return;
    if (!log->logged) log->first = log->last = number;
    int64_t first = number < log->first ? number : log->first, last = number > log->last ? number : log->last;
    if (last - first >= MAX_LOG) {
        if (number < log->last) return;
        memset(log->at, 0, sizeof log->at);  // a jump: what came before it says nothing of the line now
        log->logged = 0;
        first = last = number;
    }
    log->first = first;
    log->last = last;
    double *at = &log->at[number % MAX_LOG];
    if (*at != 0) return;
    *at = now;
    log->logged++;
}

static double earliest(const arrival_log *log, int64_t first) {
    double found = INFINITY;
    for (int64_t n = first; n <= log->last; n++) {
        double at = n >= log->first ? log->at[n % MAX_LOG] : 0;
        if (at != 0 && at < found) found = at;
    }
    return found;
}

// Chunks of seven two-bit symbols into `chunks`, deltas into `deltas`; the octets of deltas.
static int encode(const arrival_log *log, int64_t first, int statuses, double previous, uint8_t *chunks, uint8_t *deltas) {
    int size = 0;
    for (int i = 0; i < statuses; i++) {
        if (i % 7 == 0) put16(chunks + i / 7 * 2, 0xC000);
        double at = first + i >= log->first ? log->at[(first + i) % MAX_LOG] : 0;
        if (at == 0) continue;
        double ticks = nearbyint((at - previous) / TICK_S);
        ticks = ticks < -0x8000 ? -0x8000 : ticks > 0x7FFF ? 0x7FFF : ticks;
        previous += ticks * TICK_S;
        int small = ticks >= 0 && ticks <= 255;
        uint8_t *chunk = chunks + i / 7 * 2;
        put16(chunk, get16(chunk) | (small ? 1u : 2u) << (12 - 2 * (i % 7)));
        if (small) deltas[size++] = (uint8_t)ticks;
        else {
            put16(deltas + size, (uint32_t)(int32_t)ticks);
            size += 2;
        }
    }
    return size;
}

int arrivals_feedback(arrival_log *log, uint32_t media_ssrc, uint8_t *out, int room) {
    uint8_t deltas[2 * MAX_STATUSES];
    if (!log->logged) return 0;
    int64_t first = log->next < 0 ? log->first : log->next, lowest = log->last - MAX_STATUSES + 1;
    if (first < lowest) first = log->first > lowest ? log->first : lowest;
    int statuses = (int)(log->last - first + 1), chunk_octets = 2 * ((statuses + 6) / 7);
    int64_t reference = (int64_t)(earliest(log, first) / REFERENCE_S);
    if (20 + chunk_octets + 2 * statuses + 3 > room) return 0;
    int delta_octets = encode(log, first, statuses, (double)reference * REFERENCE_S, out + 20, deltas);
    int size = 20 + chunk_octets + delta_octets, padding = -size & 3;
    memcpy(out + 20 + chunk_octets, deltas, delta_octets);
    if (padding) memset(out + size, 0, padding);
    if (padding) out[size + padding - 1] = (uint8_t)padding;
    out[0] = (uint8_t)(0x80 | (padding ? 0x20 : 0) | 15);
    out[1] = 205;
    put16(out + 2, (uint32_t)((size + padding) / 4 - 1));
    put32(out + 4, OUR_SSRC);
    put32(out + 8, media_ssrc);
    put16(out + 12, (uint32_t)first);
    put16(out + 14, (uint32_t)statuses);
    put32(out + 16, (uint32_t)((reference & 0xFFFFFF) << 8 | log->feedbacks++));
    log->next = log->last + 1;
    log->logged = 0;
    memset(log->at, 0, sizeof log->at);
    return size + padding;
}
