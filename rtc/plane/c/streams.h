// Incoming streams, outgoing slots, logs of arrivals and departures: what rtc.core's Track, Forwarder, ArrivalLog
// and DepartureLog do to each packet, with the same numbers. The heads of the structures are read by rtc/plane/native.py; keep both alike.
#ifndef RTC_PLANE_STREAMS_H
#define RTC_PLANE_STREAMS_H

#include "srtp.h"
#include "vp8.h"

enum {
    OPUS = 111, OPUS_RED = 63, VP8 = 96, VP8_REPAIR = 97,              // rtc/core/packets.py
    EXT_MID = 1, EXT_SEND_TIME = 3, EXT_TRANSPORT = 4, EXT_LEVEL = 6,
    SOUND = 0, STILLS = 1, SMALL = 2, FULL = 3,                    // rtc/core/budget.py
    MAX_LISTENERS = 64, MAX_GAP = 200, MAX_MISSING = 400, MAX_BLOCK = 24, MAX_DEPTH = 2, HEADER = 12,
    HISTORY = 256, KEPT_STRETCHES = 128, MAX_LOG = 2048, DEPARTURES_KEPT = 2048
};

typedef struct {
    int payload_type, marker, transport, level;         // -1: not stated
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    const uint8_t *payload;
    int size;
} rtp_packet;

typedef struct { int64_t newest; } unroller;            // -1 before the first

typedef struct {
    int64_t number;                                     // -1: empty
    uint32_t timestamp;
    uint16_t size;
    uint8_t marker;
    uint16_t room;                                      // of `payload`, which grows to what its stream sends
    uint8_t *payload;
} kept_packet;

typedef struct { int64_t number; int opens; } received;    // of one packet: up to MAX_DEPTH + 1

typedef struct { int64_t number, source; uint32_t stamp; int repeated; } sent_packet;

typedef struct { int64_t number; double noticed, ask_at; int asks; } gap;

typedef struct track track;
typedef struct slot slot;
typedef struct leg leg;

struct track {
    // read by Python
    int64_t started, base, highest, received, octets;
    double jitter, loudness, spoke_at;
    int64_t wanted, missing, mended;                    // mended: received after they were asked for
    // ours
    leg *owner;
    int64_t *asked;                                     // of the plane: how often any track began to ask for anything
    uint32_t ssrc;
    int audio, kept_count, listener_count;
    kept_packet *kept;
    unroller numbers;
    double transit, level_at;
    int has_transit;
    int64_t newest;                                     // of the gaps; -1 before the first
    gap gaps[MAX_MISSING + MAX_GAP];
    slot *listeners[MAX_LISTENERS];
};

struct slot {
    // read by Python
    int64_t waiting, packets, octets, time_offset;
    int64_t by_rtx, quality, depth;                     // depth: frames that each packet of sound repeats
    track *source, *next;                               // next: takes over with its key frame
    // ours
    leg *owner;
    picture_numbers pictures;
    int audio;
    uint32_t ssrc, repair_ssrc;
    uint8_t block[MAX_BLOCK];
    int block_size, stamp_at, stamp_size;               // in the block: two octets of a number or three of a time
    int64_t opened;                                     // source number from which this listener hears
    int64_t still;                                      // timestamp of the key frame that is shown; -1: none
    int64_t next_out, newest, starts[KEPT_STRETCHES + 1], offsets[KEPT_STRETCHES + 1];
    int stretches, has_newest;
    uint16_t repair_sequence;
    uint32_t last_time;
    int has_sent;
    double last_sent_at, repairs_since;
    int repairs_left;
    sent_packet history[HISTORY];
};

typedef struct {
    unroller numbers;
    int64_t next, first, last, logged;                  // next: -1 before the first report
    double at[MAX_LOG];                                 // 0: did not come
    uint8_t feedbacks;
} arrival_log;

typedef struct { int64_t number; double at; int16_t octets; uint8_t fate; } departure;

typedef struct { double began, sent; int64_t came_first, came, octets, behind, packets; } packet_group;

typedef struct {
    int64_t next;
    departure sent[DEPARTURES_KEPT];
    int64_t reference;
    int has_reference;
    packet_group group;                                 // without packets: none yet
} departure_log;

typedef struct { int64_t received, lost, count; packet_group groups[DEPARTURES_KEPT]; } flight;

int64_t unroll(unroller *u, uint16_t sequence);
int rtp_parse(const uint8_t *data, int size, rtp_packet *out);      // 0, or -1: malformed

track *track_new(uint32_t ssrc, int audio, int64_t *asked);
void track_want(track *t);                                          // a key frame
void track_free(track *t);
int track_receive(track *t, const rtp_packet *p, double now, received *out);   // how many; 0: all are copies
int track_due(track *t, double now, int64_t *out, int max);         // numbers to ask for, oldest first
const kept_packet *track_kept(const track *t, int64_t number);
void track_heard(track *t, int level, double now);

slot *slot_new(uint32_t ssrc, uint32_t repair_ssrc, int audio, int64_t first);
void slot_stamp(slot *s, const uint8_t *block, int size, int at, int octets);
void slot_bind(slot *s, track *source);                             // NULL: to nobody
void slot_switch(slot *s, track *source);                           // another layer of the same picture
void slot_prepare(slot *s, track *source);
void slot_show(slot *s, int quality);
int slot_forward(slot *s, track *t, const kept_packet *p, int64_t number, int opens, double now, uint8_t *out);
int slot_repair(slot *s, uint16_t sequence, double now, uint8_t *out);   // both: octets, or 0: nothing
int slot_probe(slot *s, double now, uint8_t *out);

void arrivals_reset(arrival_log *log);
void arrivals_count(arrival_log *log, uint16_t sequence, double now);
int arrivals_feedback(arrival_log *log, uint32_t media_ssrc, uint8_t *out, int room);  // octets, or 0

uint32_t departures_number(departure_log *log, int size, double now);
void departures_repeated(departure_log *log, uint32_t stamp);       // sent again under its number
void departures_forget(departure_log *log);                         // whatever is reported of them counts no more
void departures_heard(departure_log *log, const uint8_t *body, int size, flight *out);

#endif
