// Transport-wide numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01), both ways; see
// rtc/core/{bandwidth,departures}.py, whose results these functions give, number for number.

#include "streams.h"

#include <math.h>
#include <string.h>

enum { MAX_STATUSES = 1000, OUR_SSRC = 1 };
static const double TICK_S = 0.00025, REFERENCE_S = 0.064;

// -- what came to us

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

// -- what was sent to a receiver

enum { IN_FLIGHT, MISSED, SETTLED, REPEATED };
enum { OVERHEAD = 44, BURST_TICKS = 20, MAX_BURST_TICKS = 400, REFERENCE_TICKS = 256 };
static const double BURST_S = 0.005;

uint32_t departures_number(departure_log *log, int size, double now) {
    int64_t number = log->next++;
    log->sent[number % DEPARTURES_KEPT] = (departure){number, now, (int16_t)(size + OVERHEAD), IN_FLIGHT};
    return (uint32_t)(number & 0xFFFF);
}

void departures_repeated(departure_log *log, uint32_t stamp) {
    int64_t newest = log->next - 1, number = newest - ((newest - (int64_t)stamp) & 0xFFFF);
    departure *d = number < 0 ? NULL : &log->sent[number % DEPARTURES_KEPT];
    if (!d || d->number != number) return;
    if (d->fate == IN_FLIGHT) d->fate = REPEATED;
    else if (d->fate == MISSED) d->fate = SETTLED;
}

void departures_forget(departure_log *log) {
    for (int i = 0; i < DEPARTURES_KEPT; i++) log->sent[i].fate = SETTLED;
    log->group.packets = 0;
}

// Ticks from the reference time to each arrival, INT64_MIN: missing. Their number, or -1: malformed.
static int read_arrivals(const uint8_t *body, int size, int64_t *came) {
    if (size < 8) return -1;
    int count = (int)get16(body + 2), at = 8, known = 0, octets = 0;
    static const int64_t missing = INT64_MIN;
    if (count > DEPARTURES_KEPT) return -1;
    while (known < count) {
        if (at + 2 > size) return -1;
        uint32_t chunk = get16(body + at);
        at += 2;
        int run = !(chunk & 0x8000), wide = !!(chunk & 0x4000);
        int symbols = run ? (int)(chunk & 0x1FFF) : wide ? 7 : 14;
        for (int i = 0; i < symbols && known < count; i++) {
            int status = (int)(run ? chunk >> 13 & 3 : wide ? chunk >> (12 - 2 * i) & 3 : chunk >> (13 - i) & 1);
            if (status == 3) return -1;
            octets += status;
            came[known++] = status;
        }
    }
    if (at + octets > size) return -1;
    int64_t clock = 0;
    for (int i = 0; i < count; i++) {
        int status = (int)came[i];
        clock += status == 1 ? body[at] : status == 2 ? (int16_t)get16(body + at) : 0;
        came[i] = status ? clock : missing;
        at += status;
    }
    return count;
}

static int belongs(const packet_group *g, double sent, int64_t came) {
    if (sent - g->began <= BURST_S) return 1;
    int64_t later = came - g->came;
    return (double)later * TICK_S < sent - g->sent && later <= BURST_TICKS && came - g->came_first < MAX_BURST_TICKS;
}

static void group_up(departure_log *log, const departure *d, int64_t came, flight *out) {
    packet_group *g = &log->group;
    if (g->packets && belongs(g, d->at, came)) {
        g->sent = d->at;
        if (came < g->came_first) g->came_first = came;
        if (came > g->came) g->came = came;
        g->octets += d->octets;
        g->behind += d->octets;
        g->packets++;
        return;
    }
    if (g->packets) out->groups[out->count++] = *g;
    *g = (packet_group){d->at, d->at, came, came, d->octets, 0, 1};
}

static int64_t unroll_reference(departure_log *log, int64_t reference) {
    int64_t before = log->has_reference ? log->reference : reference;
    log->has_reference = 1;
    return log->reference = before + ((reference - before + 0x800000) & 0xFFFFFF) - 0x800000;
}

void departures_heard(departure_log *log, const uint8_t *body, int size, flight *out) {
    int64_t came[DEPARTURES_KEPT];
    out->received = out->lost = out->count = 0;
    int count = read_arrivals(body, size, came);
    if (count < 0 || !log->next) return;
    int64_t clock = unroll_reference(log, get32(body + 4) >> 8) * REFERENCE_TICKS, newest = log->next - 1;
    int64_t number = newest - ((newest - (int64_t)get16(body)) & 0xFFFF);
    for (int i = 0; i < count; i++, number++) {
        departure *d = number < 0 ? NULL : &log->sent[number % DEPARTURES_KEPT];
        if (!d || d->number != number || d->fate == SETTLED || number >= log->next) continue;
        if (d->fate == REPEATED) {
            out->lost++;
            d->fate = SETTLED;
            continue;
        }
        if (came[i] == INT64_MIN) {
            out->lost += d->fate == IN_FLIGHT;
            d->fate = MISSED;
            continue;
        }
        out->received++;
        if (d->fate == MISSED) out->lost--;
        else group_up(log, d, clock + came[i], out);
        d->fate = SETTLED;
    }
}
