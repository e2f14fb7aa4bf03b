// What one receiver's line carries, from its transport-wide feedback: what rtc.core.congestion makes of it, with the
// same numbers. The head is read by rtc/plane/library.py; keep both alike.
#ifndef RTC_PLANE_LINE_H
#define RTC_PLANE_LINE_H

#include "streams.h"

enum { MAX_GROUPS = 200, BURSTS = 3, BASE_SECONDS = 15 };

typedef enum { NORMAL, OVERUSE, UNDERUSE } line_signal;

typedef struct { int64_t came, octets, packets; } arrived_group;

typedef struct {
    // read by Python
    int64_t full, bits_per_s, burst_bits_per_s;         // bits_per_s: -1 while nothing is known to limit the line
    double loss, burst_at, received_bits_per_s;         // the last: -1 before there is half a window
    // written by Python
    double rtt_ms;
    // ours: the filter, the detector
    double drift, error, noise, threshold, over_ms, before;
    int groups, overs;
    line_signal signal;
    // the rate that delay allows, and loss; negative: none yet
    double rate, updated_at, mean_kbps, spread, loss_limit;
    int holds;
    // what came
    packet_group earlier;                               // without packets: none yet
    arrived_group came[MAX_GROUPS + 1];                 // a ring
    int first_came, came_count;
    int64_t octets, packets;
    int64_t bursts[BURSTS];                             // the newest last
    int burst_count, new_bursts;
    int64_t received, lost;                             // since the loss was last judged
    double judged_at, quickest, base[BASE_SECONDS];
    int judges, base_count;
} line;

void line_reset(line *l);
void line_heard(line *l, const flight *f, double now);

#endif
