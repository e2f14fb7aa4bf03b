// draft-ietf-rmcat-gcc-02 over a receiver's feedback; see rtc/core/congestion.py, whose results these functions give,
// number for number: each sum is written as there, since the order of its parts decides the last digit.

#include "line.h"

#include <math.h>
#include <string.h>

enum { GROUPS_SUMMED = 60, NEAR_DEVIATIONS = 3, WIDE = 2, MIN_BURST = 4, MIN_BURST_OCTETS = 600 };
static const double TICK_S = 0.00025, CHI = 0.01, STATE_NOISE = 1e-3;
static const double OVERUSE_MS = 10, THRESHOLD_MS = 12.5, MIN_THRESHOLD_MS = 6, MAX_THRESHOLD_MS = 600;
static const double OUTLIER_MS = 15, MAX_STEP_MS = 100, GROW = 0.01, SHRINK = 0.00018;
static const double BETA = 0.85, ETA = 1.08, HEADROOM = 1.5, SLACK_BITS = 10000, UNKNOWN_RTT_MS = 200;
static const double WINDOW_S = 0.5, SHORTEST_S = 0.25, JUDGED_S = 1, STANDING_S = 0.1;
static const double FULL_LOSS = 0.30, HEAVY_LOSS = 0.10, LIGHT_LOSS = 0.02;

static double least(double a, double b) { return a < b ? a : b; }
static double most(double a, double b) { return a > b ? a : b; }

void line_reset(line *l) {
    memset(l, 0, sizeof *l);
    l->bits_per_s = -1;
    l->received_bits_per_s = l->rate = l->mean_kbps = l->loss_limit = -1;
    l->burst_at = -INFINITY;
    l->quickest = INFINITY;
    l->rtt_ms = UNKNOWN_RTT_MS;
    l->error = 0.1;
    l->noise = 1;
    l->spread = 0.4;
    l->threshold = THRESHOLD_MS;
}

// -- the delay between groups (sections 5.3, 5.4)

static void filter(line *l, double later_ms, double apart_ms, int stable) {
    double residual = later_ms - l->drift, far = 3 * sqrt(l->noise);
    if (!(-far <= residual && residual <= far)) residual = residual > 0 ? far : -far;
    if (stable) {
        double alpha = pow(1 - CHI, 30 * apart_ms / 1000);
        l->noise = most(1, alpha * l->noise + (1 - alpha) * residual * residual);
    }
    double error = l->error + STATE_NOISE, gain = error / (l->noise + error);
    l->drift += residual * gain;
    l->error = (1 - gain) * error;
    if (l->groups < GROUPS_SUMMED) l->groups++;
}

static void judge_delay(line *l, double total, double apart_ms) {
    if (total <= l->threshold) {
        l->over_ms = l->overs = 0;
        l->signal = total < -l->threshold ? UNDERUSE : NORMAL;
        return;
    }
    l->over_ms += apart_ms;
    l->overs++;
    if (l->over_ms > OVERUSE_MS && l->overs > 1 && l->drift >= l->before) {
        l->over_ms = l->overs = 0;
        l->signal = OVERUSE;
    }
}

static void adapt(line *l, double total, double came_ms) {
    double beyond = fabs(total) - l->threshold;
    if (beyond > OUTLIER_MS) return;
    double step = least(MAX_STEP_MS, most(0, came_ms)) * (beyond > 0 ? GROW : SHRINK);
    l->threshold = most(MIN_THRESHOLD_MS, least(MAX_THRESHOLD_MS, l->threshold + step * beyond));
}

static void detect(line *l, const packet_group *g) {
    double apart_ms = 1000 * (g->sent - l->earlier.sent);
    double came_ms = 1000 * TICK_S * (double)(g->came - l->earlier.came);
    filter(l, came_ms - apart_ms, apart_ms, l->signal == NORMAL);
    double total = l->drift * l->groups;
    judge_delay(l, total, apart_ms);
    adapt(l, total, came_ms);
    l->before = l->drift;
}

// -- the rate that delay allows (section 5.5)

static double grown(line *l, double kbps, double packet_bits, double passed) {
    if (l->mean_kbps >= 0) {
        if (fabs(kbps - l->mean_kbps) <= NEAR_DEVIATIONS * sqrt(l->spread * l->mean_kbps)) {
            double share = least(1, 1000 * passed / (100 + l->rtt_ms));
            return l->rate + most(1000, 0.5 * share * packet_bits);
        }
        if (kbps > l->mean_kbps) l->mean_kbps = -1;
    }
    return l->rate * pow(ETA, passed);
}

static void remember(line *l, double kbps) {
    if (l->mean_kbps < 0) {
        l->mean_kbps = kbps;
        return;
    }
    double error = l->mean_kbps - kbps;
    l->mean_kbps = 0.95 * l->mean_kbps + 0.05 * kbps;
    double spread = 0.95 * l->spread + 0.05 * error * error / most(1, l->mean_kbps);
    l->spread = most(0.4, least(2.5, spread));
}

static void control(line *l, line_signal signal, double received, double packet_bits, double now) {
    double passed = least(1, now - l->updated_at);
    l->updated_at = now;
    if (signal == OVERUSE) {
        remember(l, received / 1000);
        l->rate = BETA * received;
        l->holds = 1;
    } else if (signal == UNDERUSE || l->holds) {
        l->holds = signal == UNDERUSE;
    } else if (l->rate >= 0) {
        double ceiling = HEADROOM * received + SLACK_BITS;
        if (l->rate < ceiling) l->rate = least(ceiling, grown(l, received / 1000, packet_bits, passed));
    }
}

// -- what comes through, in bursts and altogether

static const arrived_group *came_at(const line *l, int place) {
    return &l->came[(l->first_came + place) % (MAX_GROUPS + 1)];
}

static double received_rate(const line *l) {
    if (!l->came_count) return -1;
    const arrived_group *first = came_at(l, 0);
    double span = (double)(came_at(l, l->came_count - 1)->came - first->came) * TICK_S;
    return span >= SHORTEST_S ? (double)(8 * (l->octets - first->octets)) / span : -1;
}

static void keep_burst(line *l, int64_t width) {
    if (l->burst_count == BURSTS) memmove(l->bursts, l->bursts + 1, sizeof *l->bursts * --l->burst_count);
    l->bursts[l->burst_count++] = width;
    if (l->new_bursts < BURSTS) l->new_bursts++;
}

static void keep(line *l, const packet_group *g, double now) {
    l->came[(l->first_came + l->came_count++) % (MAX_GROUPS + 1)] = (arrived_group){g->came, g->octets, g->packets};
    l->quickest = least(l->quickest, (double)g->came * TICK_S - g->sent);
    l->octets += g->octets;
    l->packets += g->packets;
    while ((double)(g->came - came_at(l, 0)->came) * TICK_S > WINDOW_S || l->came_count > MAX_GROUPS) {
        l->octets -= came_at(l, 0)->octets;
        l->packets -= came_at(l, 0)->packets;
        l->first_came = (l->first_came + 1) % (MAX_GROUPS + 1);
        l->came_count--;
    }
    if (g->packets < MIN_BURST || g->behind < MIN_BURST_OCTETS) return;
    int64_t apart = g->came - g->came_first;
    keep_burst(l, (int64_t)((double)(8 * g->behind) / ((double)(apart > 1 ? apart : 1) * TICK_S)));
    l->burst_at = now;
}

// Of the newest `count` bursts; 0 of none.
static double middle_burst(const line *l, int count) {
    const int64_t *b = l->bursts + l->burst_count - count;
    if (count < 2) return count ? (double)b[0] : 0;
    if (count == 2) return (double)(b[0] + b[1]) / 2;
    int64_t low = b[0] < b[1] ? b[0] : b[1], high = b[0] < b[1] ? b[1] : b[0];
    return (double)(b[2] < low ? low : b[2] > high ? high : b[2]);
}

// -- once a second

static double quickest_of_all(const line *l) {
    double found = INFINITY;
    for (int i = 0; i < l->base_count; i++) found = least(found, l->base[i]);
    return found;
}

static void look_for_a_queue(line *l, double received) {
    int fresh = l->new_bursts;
    l->new_bursts = 0;
    if (l->quickest - quickest_of_all(l) <= STANDING_S) {
        l->full = 0;
        return;
    }
    if (!l->full) {  // another line than the one that let the older ones through
        memmove(l->bursts, l->bursts + l->burst_count - fresh, sizeof *l->bursts * (size_t)fresh);
        l->burst_count = fresh;
    }
    l->full = !(fresh && received >= 0 && middle_burst(l, fresh) >= WIDE * received);
}

static void judge_loss(line *l, double received) {
    int64_t came = l->received, lost = l->lost;
    l->received = l->lost = 0;
    l->loss = came + lost > 0 ? most(0, (double)lost / (double)(came + lost)) : 0;
    if (received < 0) return;
    if (l->loss > HEAVY_LOSS) {
        double sent = received / (1 - least(0.99, l->loss));
        double limit = (l->loss_limit > 0 ? l->loss_limit : sent) * (1 - 0.5 * l->loss);
        l->loss_limit = l->loss > FULL_LOSS ? received : most(received, limit);
    } else if (l->loss < LIGHT_LOSS && l->loss_limit >= 0) {
        l->loss_limit = least(1.05 * l->loss_limit, most(l->loss_limit, HEADROOM * received + SLACK_BITS));
    }
}

static void judge(line *l, const flight *f, double received, double now) {
    l->received += f->received;
    l->lost += f->lost;
    if (!l->judges) l->judged_at = now;
    l->judges = 1;
    if (now - l->judged_at < JUDGED_S) return;
    if (l->quickest < INFINITY) {
        if (l->base_count == BASE_SECONDS) memmove(l->base, l->base + 1, sizeof *l->base * --l->base_count);
        l->base[l->base_count++] = l->quickest;
        look_for_a_queue(l, received);
        l->quickest = INFINITY;
    } else l->full = 0;
    l->judged_at = now;
    judge_loss(l, received);
}

static void state(line *l, double received) {
    double known = INFINITY;
    if (l->rate >= 0) known = l->rate;
    if (l->loss_limit >= 0) known = least(known, l->loss_limit);
    if (l->full && received >= 0) known = least(known, received);
    l->bits_per_s = known < INFINITY ? (int64_t)known : -1;
    l->burst_bits_per_s = (int64_t)middle_burst(l, l->burst_count);
    l->received_bits_per_s = received;
}

void line_heard(line *l, const flight *f, double now) {
    line_signal worst = NORMAL;
    for (int64_t i = 0; i < f->count; i++) {
        keep(l, &f->groups[i], now);
        if (l->earlier.packets) {
            detect(l, &f->groups[i]);
            if (l->signal != NORMAL && worst != OVERUSE) worst = l->signal;
        }
        l->earlier = f->groups[i];
    }
    double received = received_rate(l);
    if (received >= 0 && f->count) {
        double packet_bits = (double)(8 * l->octets) / (double)(l->packets > 1 ? l->packets : 1);
        control(l, worst, received, packet_bits, now);
    }
    judge(l, f, received, now);
    state(l, received);
}
