// Incoming streams, outgoing slots and arrival logs: what rtc.core's Track, Forwarder and ArrivalLog do to each
// packet, with the same numbers. The heads of the structures are read by rtc/plane/native.py; keep both alike.
#ifndef RTC_PLANE_STREAMS_H
#define RTC_PLANE_STREAMS_H

#include "srtp.h"
#include "vp8.h"

enum {
    OPUS = 111, VP8 = 96, VP8_REPAIR = 97,              // rtc/core/packets.py
    EXT_MID = 1, EXT_SEND_TIME = 3, EXT_TRANSPORT = 4, EXT_LEVEL = 6,
    SOUND = 0, STILLS = 1, SMALL = 2, FULL = 3,                    // rtc/core/budget.py
    MAX_LISTENERS = 64, MAX_GAP = 200, MAX_MISSING = 400, MAX_BLOCK = 24,
    HISTORY = 256, KEPT_STRETCHES = 128, MAX_LOG = 2048
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

typedef struct { int64_t number; double noticed, ask_at; int asks; } gap;

typedef struct track track;
typedef struct slot slot;
typedef struct leg leg;

struct track {
    // read by Python
    int64_t started, base, highest, received, octets;
    double jitter, loudness, spoke_at;
    int64_t wanted, missing;
    // ours
    leg *owner;
    uint32_t ssrc;
    int audio, kept_count, listener_count;
    kept_packet *kept;
    unroller numbers;
    double transit;
    int has_transit;
    int64_t newest;                                     // of the gaps; -1 before the first
    gap gaps[MAX_MISSING + MAX_GAP];
    slot *listeners[MAX_LISTENERS];
};

struct slot {
    // read by Python
    int64_t waiting, packets, octets, time_offset;
    int64_t by_rtx, quality;
    track *source, *next;                               // next: takes over with its key frame
    // ours
    leg *owner;
    picture_numbers pictures;
    int audio;
    uint32_t ssrc, repair_ssrc;
    uint8_t block[MAX_BLOCK];
    int block_size, stamp_at;                           // of the send time in the block
    int64_t still;                                      // timestamp of the key frame that is shown; -1: none
    int64_t next_out, newest, starts[KEPT_STRETCHES + 1], offsets[KEPT_STRETCHES + 1];
    int stretches, has_newest;
    uint16_t repair_sequence;
    uint32_t last_time;
    int has_sent;
    double last_sent_at, repairs_since;
    int repairs_left;
    struct { int64_t number, source; } history[HISTORY];
};

typedef struct {
    unroller numbers;
    int64_t next, first, last, logged;                  // next: -1 before the first report
    double at[MAX_LOG];                                 // 0: did not come
    uint8_t feedbacks;
} arrival_log;

int rtp_parse(const uint8_t *data, int size, rtp_packet *out);      // 0, or -1: malformed

track *track_new(uint32_t ssrc, int audio);
void track_free(track *t);
int64_t track_receive(track *t, const rtp_packet *p, double now, int *opens);  // number, or -1: a copy
int track_due(track *t, double now, int64_t *out, int max);         // numbers to ask for, oldest first
const kept_packet *track_kept(const track *t, int64_t number);
void track_heard(track *t, int level, double now);

slot *slot_new(uint32_t ssrc, uint32_t repair_ssrc, int audio, int64_t first, const uint8_t *block, int size);
void slot_bind(slot *s, track *source);                             // NULL: to nobody
void slot_switch(slot *s, track *source);                           // another layer of the same picture
void slot_show(slot *s, int quality);
int slot_forward(slot *s, track *t, const kept_packet *p, int64_t number, int opens, double now, uint8_t *out);
int slot_repair(slot *s, uint16_t sequence, double now, uint8_t *out);   // both: octets, or 0: nothing

void arrivals_reset(arrival_log *log);
void arrivals_count(arrival_log *log, uint16_t sequence, double now);
int arrivals_feedback(arrival_log *log, uint32_t media_ssrc, uint8_t *out, int room);  // octets, or 0

#endif
