// A crowd of people in rooms, on one thread: paced SRTP out, counts and latencies in.
//
// Each member has a connected UDP socket and the keys of a finished DTLS handshake. It sends a "picture" (VP8
// by its headers, 4 packets a frame) and a "voice", each with the header extensions a browser sends, and reports
// once a second on what it receives; where its packets are numbered across streams, ten times a second on when each
// came (draft-holmer-rmcat-transport-wide-cc-extensions-01), as a browser does. SRTP is libsrtp's, so that a server's own is judged by another hand.

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <srtp2/srtp.h>

enum {
    MAX_MEMBERS = 2048,
    MAX_STREAMS = 64,
    BATCH = 32,
    DATAGRAM = 2048,
    OPENED_EVERY = 8,       // one packet in eight is decrypted: enough for a quantile, cheap enough for one core
    PICTURE_BYTES = 1200,   // with headers, before protection
    VOICE_BYTES = 132,
    VOICE_EVERY_US = 20000,
    REPORT_EVERY_US = 1000000,
    TICK_US = 500,
    FEEDBACK_EVERY_US = 100000,
    MAX_REPORTED = 500,     // packets of one feedback
    LOGGED = 2048,
    FRAME_PACKETS = 4,
    KEY_EVERY = 200,        // packets: a key frame every two seconds
    STAMP_AT = 8,           // bytes into the payload
    SLOTS = 100000          // of the histogram, 10 us each
};

enum { OPUS = 111, VP8 = 96, ID_MID = 1, ID_TRANSPORT = 4, ID_LEVEL = 6 };

typedef struct {
    uint32_t ssrc;
    int64_t first, highest, count;
} stream;

typedef struct {
    int fd, sends;
    srtp_t out, in;
    uint32_t picture_ssrc, voice_ssrc;
    uint16_t picture_number, voice_number, transport_number;
    uint32_t pictures;
    int64_t next_picture, next_voice, next_report, next_feedback;
    int64_t came[LOGGED], numbered_next, numbered_newest;   // us; 0: did not come. Numbers go on past 16 bits
    int numbered;
    uint8_t feedbacks;
    stream streams[MAX_STREAMS];
    int stream_count;
} member;

typedef struct {
    int64_t sent, received, expected, lost, opened, refused, controls, unsent, streams;
    int64_t p50_us, p95_us, p99_us;
} outcome;

static member *members[MAX_MEMBERS];
static int member_count, poller = -1;
static int64_t picture_every_us = 10000;
static int burst = 1;
static uint32_t histogram[SLOTS + 1];
static outcome total;

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void put16(uint8_t *at, uint32_t value) { at[0] = value >> 8; at[1] = value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16); put16(at + 2, value); }
static uint32_t get16(const uint8_t *at) { return at[0] << 8 | at[1]; }
static uint32_t get32(const uint8_t *at) { return get16(at) << 16 | get16(at + 2); }

static srtp_t open_srtp(const uint8_t *key, srtp_ssrc_type_t direction) {
    srtp_policy_t policy;
    srtp_t made = NULL;
    memset(&policy, 0, sizeof policy);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    policy.key = (uint8_t *)key;
    policy.ssrc.type = direction;
    policy.window_size = 1024;
    return srtp_create(&made, &policy) ? NULL : made;
}

// A member with the keys of AEAD_AES_128_GCM (key and salt, 28 bytes each); 0, or -1 if it cannot be had.
int crowd_add(int fd, const uint8_t *out, const uint8_t *in, int sends, uint32_t picture, uint32_t voice) {
    if (poller < 0) {
        srtp_init();
        poller = epoll_create1(0);
    }
    if (member_count == MAX_MEMBERS) return -1;
    member *m = calloc(1, sizeof *m);
    m->fd = fd;
    m->sends = sends;
    m->picture_ssrc = picture;
    m->voice_ssrc = voice;
    m->picture_number = rand();
    m->voice_number = rand();
    m->out = open_srtp(out, ssrc_any_outbound);
    m->in = open_srtp(in, ssrc_any_inbound);
    int on = 1, room = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = m};
    if (!m->out || !m->in || epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) return -1;
    members[member_count++] = m;
    return 0;
}

// The member of that socket is gone.
void crowd_remove(int fd) {
    for (int i = 0; i < member_count; i++) {
        member *m = members[i];
        if (m->fd != fd) continue;
        epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
        srtp_dealloc(m->out);
        srtp_dealloc(m->in);
        free(m);
        members[i] = members[--member_count];
        return;
    }
}

// A packet of each picture every so many us, or so many at once after so many times that.
void crowd_pace(int64_t us, int at_once) {
    picture_every_us = us;
    burst = at_once;
}

// Fixed header and one-byte extensions as Chromium sends them; returns the length.
static int write_header(member *m, uint8_t *at, int type, int marker, uint16_t number, uint32_t time, uint32_t ssrc) {
    at[0] = 0x90;
    at[1] = type | (marker ? 0x80 : 0);
    put16(at + 2, number);
    put32(at + 4, time);
    put32(at + 8, ssrc);
    put16(at + 12, 0xBEDE);
    put16(at + 14, 2);
    uint8_t *e = at + 16;
    *e++ = ID_MID << 4;
    *e++ = type == OPUS ? '0' : '1';
    *e++ = ID_TRANSPORT << 4 | 1;
    put16(e, m->transport_number++);
    e += 2;
    if (type == OPUS) {
        *e++ = ID_LEVEL << 4;
        *e++ = 30;
    }
    while (e < at + 24) *e++ = 0;
    return 24;
}

static void send_protected(member *m, uint8_t *packet, int size) {
    if (srtp_protect(m->out, packet, &size)) return;
    if (send(m->fd, packet, size, MSG_DONTWAIT) < 0) total.unsent++;
    else total.sent++;
}

static void stamp(uint8_t *payload) {
    int64_t at = now_us();
    memcpy(payload + STAMP_AT, &at, sizeof at);
}

static void send_picture(member *m) {
    static uint8_t packet[DATAGRAM];
    int place = m->pictures % FRAME_PACKETS, key = m->pictures % KEY_EVERY < FRAME_PACKETS;
    uint32_t frame = m->pictures++ / FRAME_PACKETS;
    int head = write_header(m, packet, VP8, place == FRAME_PACKETS - 1, m->picture_number++, frame * 3600, m->picture_ssrc);
    uint8_t *payload = packet + head;
    payload[0] = place ? 0x80 : 0x90;
    payload[1] = 0x80;
    put16(payload + 2, 0x8000 | (frame & 0x7FFF));
    payload[4] = key ? 0x10 : 0x11;
    stamp(payload);
    send_protected(m, packet, PICTURE_BYTES);
}

static void send_voice(member *m) {
    static uint8_t packet[DATAGRAM];
    uint16_t number = m->voice_number++;
    int head = write_header(m, packet, OPUS, 0, number, number * 960u, m->voice_ssrc);
    packet[head] = 0x78;
    stamp(packet + head);
    send_protected(m, packet, VOICE_BYTES);
}

static void send_report(member *m) {
    static uint8_t packet[DATAGRAM];
    int blocks = m->stream_count > 31 ? 31 : m->stream_count, size = 8 + 24 * blocks;
    memset(packet, 0, size);
    packet[0] = 0x80 | blocks;
    packet[1] = 201;
    put16(packet + 2, size / 4 - 1);
    put32(packet + 4, m->picture_ssrc ? m->picture_ssrc : 7);
    for (int i = 0; i < blocks; i++) {
        put32(packet + 8 + 24 * i, m->streams[i].ssrc);
        put32(packet + 16 + 24 * i, m->streams[i].highest);
    }
    if (!srtp_protect_rtcp(m->out, packet, &size) && send(m->fd, packet, size, MSG_DONTWAIT) < 0) total.unsent++;
}

static void put_status(uint8_t *chunks, int i, uint32_t status) {
    uint8_t *chunk = chunks + i / 7 * 2;
    if (i % 7 == 0) put16(chunk, 0xC000);
    put16(chunk, get16(chunk) | status << (12 - 2 * (i % 7)));
}

static void send_feedback(member *m) {
    static uint8_t packet[DATAGRAM], deltas[2 * MAX_REPORTED];
    int64_t first = m->numbered_next, count = m->numbered_newest - first + 1, earliest = INT64_MAX;
    if (!m->numbered || count <= 0) return;
    if (count > MAX_REPORTED) first += count - MAX_REPORTED, count = MAX_REPORTED;
    for (int64_t n = first; n < first + count; n++)
        if (m->came[n % LOGGED] && m->came[n % LOGGED] < earliest) earliest = m->came[n % LOGGED];
    int64_t reference = earliest / 64000, clock = reference * 256;  // ticks of 250 us
    int octets = 0, at = 20 + 2 * (((int)count + 6) / 7);
    for (int i = 0; i < count; i++) {
        int64_t *came = &m->came[(first + i) % LOGGED], ticks = *came / 250 - clock;
        int small = ticks >= 0 && ticks < 256;
        put_status(packet + 20, i, !*came ? 0 : small ? 1 : 2);
        if (!*came) continue;
        clock += ticks;
        if (small) deltas[octets++] = (uint8_t)ticks;
        else put16(deltas + octets, (uint32_t)ticks & 0xFFFF), octets += 2;
        *came = 0;
    }
    memcpy(packet + at, deltas, octets);
    int size = at + octets, padding = -size & 3;
    memset(packet + size, 0, padding);
    if (padding) packet[size + padding - 1] = padding;
    size += padding;
    packet[0] = 0x80 | (padding ? 0x20 : 0) | 15;
    packet[1] = 205;
    put16(packet + 2, size / 4 - 1);
    put32(packet + 4, m->picture_ssrc ? m->picture_ssrc : 7);
    put32(packet + 8, m->streams[0].ssrc);
    put16(packet + 12, first & 0xFFFF);
    put16(packet + 14, count);
    put32(packet + 16, (reference & 0xFFFFFF) << 8 | m->feedbacks++);
    m->numbered_next = first + count;
    if (!srtp_protect_rtcp(m->out, packet, &size) && send(m->fd, packet, size, MSG_DONTWAIT) < 0) total.unsent++;
}

// The transport-wide number, if the packet has one in the one-byte form.
static void note_arrival(member *m, const uint8_t *data, int size, int64_t at) {
    int next = 12 + 4 * (data[0] & 15), end;
    if (!(data[0] & 0x10) || next + 4 > size || get16(data + next) != 0xBEDE) return;
    end = next + 4 + 4 * get16(data + next + 2);
    for (next += 4; next < end && end <= size; next += 2 + (data[next] & 15)) {
        while (next < end && !data[next]) next++;
        if (next + 3 > end || data[next] != (ID_TRANSPORT << 4 | 1)) continue;
        uint16_t number = get16(data + next + 1);
        if (!m->numbered) m->numbered_newest = number + 0x10000, m->numbered_next = m->numbered_newest, m->numbered = 1;
        int64_t unrolled = m->numbered_newest + (int16_t)(number - (uint16_t)m->numbered_newest);
        if (unrolled > m->numbered_newest) m->numbered_newest = unrolled;
        if (unrolled >= m->numbered_next) m->came[unrolled % LOGGED] = at;
        return;
    }
}

static void count_latency(int64_t sent_at, int64_t received_at) {
    int64_t slot = (received_at - sent_at) / 10;
    histogram[slot < 0 ? 0 : slot > SLOTS ? SLOTS : slot]++;
}

static void open_packet(member *m, uint8_t *data, int size, int64_t received_at) {
    if (srtp_unprotect(m->in, data, &size)) {
        total.refused++;
        return;
    }
    total.opened++;
    int at = 12 + 4 * (data[0] & 15);
    if (data[0] & 0x10) at += 4 + 4 * get16(data + at + 2);
    int64_t sent_at;
    if (at + STAMP_AT + 8 > size) return;
    memcpy(&sent_at, data + at + STAMP_AT, sizeof sent_at);
    count_latency(sent_at, received_at);
}

static stream *stream_of(member *m, uint32_t ssrc, uint16_t number) {
    for (int i = 0; i < m->stream_count; i++)
        if (m->streams[i].ssrc == ssrc) return &m->streams[i];
    if (m->stream_count == MAX_STREAMS) return NULL;
    stream *s = &m->streams[m->stream_count++];
    *s = (stream){.ssrc = ssrc, .first = number, .highest = number - 1};
    return s;
}

static void take(member *m, uint8_t *data, int size, int64_t received_at) {
    if (size < 12 || data[0] >> 6 != 2) return;
    if (data[1] >= 192 && data[1] <= 223) {
        total.controls++;
        return;
    }
    uint16_t number = get16(data + 2);
    stream *s = stream_of(m, get32(data + 8), number);
    if (!s) return;
    int16_t ahead = number - (uint16_t)s->highest;
    note_arrival(m, data, size, received_at);
    if (ahead > 0) s->highest += ahead;
    s->count++;
    if (++total.received % OPENED_EVERY == 0 || s->count < 3) open_packet(m, data, size, received_at);
}

static int64_t kernel_time(struct msghdr *message, int64_t otherwise) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
        }
    return otherwise;
}

static int receive_batch(member *m) {
    static uint8_t data[BATCH][DATAGRAM];
    static char control[BATCH][64];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){data[i], DATAGRAM};
        messages[i].msg_hdr = (struct msghdr){
            .msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = sizeof control[i]};
    }
    int count = recvmmsg(m->fd, messages, BATCH, MSG_DONTWAIT, NULL);
    int64_t now = now_us();
    for (int i = 0; i < count; i++) take(m, data[i], messages[i].msg_len, kernel_time(&messages[i].msg_hdr, now));
    return count;
}

static void start_clocks(int64_t now) {
    for (int i = 0; i < member_count; i++) {  // spread over the interval, as people are
        members[i]->next_picture = now + burst * picture_every_us * i / member_count;
        members[i]->next_voice = now + (int64_t)VOICE_EVERY_US * i / member_count + 137;
        members[i]->next_report = now + (int64_t)REPORT_EVERY_US * i / member_count + 291;
        members[i]->next_feedback = now + (int64_t)FEEDBACK_EVERY_US * i / member_count + 413;
    }
}

static void forget_counts(void) {
    memset(histogram, 0, sizeof histogram);
    memset(&total, 0, sizeof total);
    for (int i = 0; i < member_count; i++)
        for (int k = 0; k < members[i]->stream_count; k++) {
            members[i]->streams[k].first = members[i]->streams[k].highest + 1;
            members[i]->streams[k].count = 0;
        }
}

// Send and receive for that long; what was counted in the first `warm_s` is forgotten.
void crowd_run(double warm_s, double seconds) {
    int64_t begun = now_us(), warm_until = begun + warm_s * 1e6, end = warm_until + seconds * 1e6;
    struct epoll_event ready[256];
    int warm = 0;
    int64_t tick = 0;
    start_clocks(begun);
    for (int64_t now = begun; now < end; now = now_us()) {
        if (!warm && now >= warm_until) {
            forget_counts();
            warm = 1;
        }
        for (int i = 0; i < member_count && now >= tick; i++) {
            member *m = members[i];
            for (; m->sends && m->next_picture <= now; m->next_picture += burst * picture_every_us)
                for (int n = 0; n < burst; n++) send_picture(m);
            for (; m->sends && m->next_voice <= now; m->next_voice += VOICE_EVERY_US) send_voice(m);
            for (; m->next_report <= now; m->next_report += REPORT_EVERY_US) send_report(m);
            for (; m->next_feedback <= now; m->next_feedback += FEEDBACK_EVERY_US) send_feedback(m);
        }
        // Never sooner because something came: else a server that sends in batches is sent to right after each.
        if (now >= tick) tick = now - now % TICK_US + TICK_US;
        int64_t left = tick - now_us();
        struct timespec pause = {0, left > 0 ? 1000 * left : 0};
        int count = epoll_pwait2(poller, ready, 256, &pause, NULL);
        for (int i = 0; i < count; i++)
            while (receive_batch(ready[i].data.ptr) == BATCH) continue;
    }
}

static int64_t quantile(double share) {
    int64_t all = 0, seen = 0;
    for (int i = 0; i <= SLOTS; i++) all += histogram[i];
    for (int i = 0; i <= SLOTS; i++)
        if ((seen += histogram[i]) && seen >= share * all) return 10LL * i;
    return -1;
}

void crowd_outcome(outcome *out) {
    *out = total;
    for (int i = 0; i < member_count; i++)
        for (int k = 0; k < members[i]->stream_count; k++) {
            stream *s = &members[i]->streams[k];
            int64_t expected = s->highest - s->first + 1;
            out->expected += expected;
            out->lost += expected > s->count ? expected - s->count : 0;
            out->streams += s->count > 0;
        }
    out->p50_us = quantile(0.50);
    out->p95_us = quantile(0.95);
    out->p99_us = quantile(0.99);
}
