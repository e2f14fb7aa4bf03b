// The data plane: a thread that reads the sockets, forwards what Python has routed, and hands up everything else.
//
// Rule 1: one lock; the thread holds it while it works on a batch, Python for one call. What a call forbids is
//         not sent after it has returned.
// Rule 2: no policy: who hears whom, when to ask for a key frame, what a report says is decided in rtc.core.
// Rule 3: every queue is bounded; what does not fit is dropped and counted.

#define _GNU_SOURCE
#include "plane.h"

#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);  // as asyncio's loop.time()
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// -- paths

int same_path(const path *a, const path *b) {
    if (a->socket != b->socket || a->to.any.sa_family != b->to.any.sa_family) return 0;
    if (a->to.any.sa_family == AF_INET)
        return a->to.v4.sin_port == b->to.v4.sin_port && a->to.v4.sin_addr.s_addr == b->to.v4.sin_addr.s_addr;
    return a->to.v6.sin6_port == b->to.v6.sin6_port && !memcmp(&a->to.v6.sin6_addr, &b->to.v6.sin6_addr, 16);
}

path_node **head_of(plane *p, const path *at) {
    uint32_t words[5] = {(uint32_t)at->socket, at->to.v4.sin_port, at->to.v4.sin_addr.s_addr, 0, 0};
    if (at->to.any.sa_family == AF_INET6) memcpy(words + 1, at->to.v6.sin6_addr.s6_addr, 16), words[0] += at->to.v6.sin6_port;
    uint32_t hash = 2166136261u;
    for (int i = 0; i < 5; i++) hash = (hash ^ words[i]) * 16777619u, hash ^= hash >> 15;
    return &p->heads[hash % PATH_HEADS];
}

static leg *whose(plane *p, const path *at) {
    for (path_node *n = *head_of(p, at); n; n = n->next)
        if (same_path(&n->at, at)) return n->owner;
    return NULL;
}

void forget_path(plane *p, const path *at) {
    for (path_node **n = head_of(p, at); *n; n = &(*n)->next)
        if (same_path(&(*n)->at, at)) {
            path_node *gone = *n;
            *n = gone->next;
            free(gone);
            return;
        }
}

// -- sending

// Packets to one listener, the same size but for a shorter last one, are one message (UDP_SEGMENT): the kernel takes
// it through its layers once. A picture of a browser is such packets.
typedef struct { leg *to; int first, last, count, octets, size; } bundle;
enum { SEGMENTS = 32, SEGMENTED_OCTETS = 60000 };

static int joins(const plane *p, const bundle *b, int size) {
    return !b->to->single && p->out_size[b->last] == b->size && size <= b->size && b->count < SEGMENTS &&
           b->octets + size <= SEGMENTED_OCTETS;
}

static int bundle_up(plane *p, int socket, bundle *bundles, int *after) {
    int count = 0;
    for (int i = 0; i < p->out_count; i++) p->to[i]->bundle = -1;
    for (int i = 0; i < p->out_count; i++) {
        leg *l = p->to[i];
        int size = p->out_size[i];
        if (l->to.socket != socket) continue;
        if (l->bundle < 0 || !joins(p, &bundles[l->bundle], size)) {
            l->bundle = count;
            bundles[count++] = (bundle){l, i, i, 1, size, size};
            continue;
        }
        bundle *b = &bundles[l->bundle];
        after[b->last] = i;
        b->last = i;
        b->count++;
        b->octets += size;
    }
    return count;
}

typedef union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(uint16_t))]; } segment_note;

static struct msghdr message_of(plane *p, const bundle *b, const int *after, struct iovec *parts, segment_note *note) {
    struct msghdr m = {.msg_name = &b->to->to.to, .msg_namelen = b->to->to.size, .msg_iov = parts, .msg_iovlen = (size_t)b->count};
    for (int i = b->first, n = 0; n < b->count; i = after[i], n++) parts[n] = (struct iovec){p->out[i], (size_t)p->out_size[i]};
    if (b->count == 1) return m;
    m.msg_control = note;
    m.msg_controllen = sizeof *note;
    note->head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
    *(uint16_t *)CMSG_DATA(&note->head) = (uint16_t)b->size;
    return m;
}

// A full buffer, or a peer that is gone: media is repaired by who misses it. But some ways take no segments.
static void send_singly(plane *p, const struct msghdr *whole, leg *to) {
    struct msghdr one = *whole;
    int again = whole->msg_iovlen > 1 && (errno == EIO || errno == EINVAL || errno == EMSGSIZE);
    if (again) to->single = 1;
    one.msg_control = NULL;
    one.msg_controllen = 0;
    one.msg_iovlen = 1;
    for (size_t i = 0; i < whole->msg_iovlen; i++, one.msg_iov++)
        if (!again || sendmsg(p->sockets[to->to.socket], &one, MSG_DONTWAIT) < 0) p->unsent++;
}

static void flush_socket(plane *p, int socket) {
    struct mmsghdr messages[OUTGOING];
    struct iovec parts[OUTGOING];
    segment_note notes[OUTGOING];
    bundle bundles[OUTGOING];
    int after[OUTGOING], sent = 0, used = 0, count = bundle_up(p, socket, bundles, after);
    for (int i = 0; i < count; used += bundles[i++].count)
        messages[i].msg_hdr = message_of(p, &bundles[i], after, &parts[used], &notes[i]);
    while (sent < count) {
        int done = sendmmsg(p->sockets[socket], messages + sent, (unsigned)(count - sent), MSG_DONTWAIT);
        if (done > 0) sent += done;
        else {
            send_singly(p, &messages[sent].msg_hdr, bundles[sent].to);
            sent++;
        }
    }
}

void flush(plane *p) {
    for (int s = 0; p->out_count && s < p->socket_count; s++) flush_socket(p, s);
    p->out_count = 0;
}

int may_send(const leg *l) { return l && l->out && l->aimed; }

uint8_t *next_out(plane *p) {
    if (p->out_count == OUTGOING) flush(p);
    return p->out[p->out_count];
}

void queue(plane *p, leg *l, int size) {
    if (size <= 0) return;
    p->to[p->out_count] = l;
    p->out_size[p->out_count++] = size;
}

// -- receiving

static int hand_up(plane *p, int kind, int64_t number, const path *from, const uint8_t *data, int size) {
    if (p->put - __atomic_load_n(&p->taken, __ATOMIC_ACQUIRE) == WAITING) {
        p->dropped++;
        return 0;
    }
    handed *h = &p->waiting[p->put % WAITING];
    h->kind = kind;
    h->leg = number;
    h->from = *from;
    h->size = size;
    memcpy(h->data, data, (size_t)size);
    __atomic_store_n(&p->put, p->put + 1, __ATOMIC_RELEASE);
    return 1;
}

static void introduce(plane *p, int kind, leg *l, const path *from, const uint8_t *data, int size) {
    if (hand_up(p, kind, l->number, from, data, size)) l->introduced = 1;
}

static track *stream_of(const leg *l, uint32_t ssrc) {
    for (int i = 0; i < l->stream_count; i++)
        if (l->streams[i]->ssrc == ssrc) return l->streams[i];
    return NULL;
}

static void spread(plane *p, track *t, int64_t number, int opens, double now) {
    const kept_packet *kept = track_kept(t, number);
    for (int i = 0; i < t->listener_count; i++) {  // none is added or taken away: a switch leaves the other track
        slot *s = t->listeners[i];
        uint8_t *out = next_out(p);
        int size = slot_forward(s, t, kept, number, opens, now, out);
        if (size && s->owner->overheard) hand_up(p, HEARD, s->owner->number, &s->owner->to, out, size);
        if (!size || !may_send(s->owner)) continue;
        queue(p, s->owner, srtp_protect(s->owner->out, out, size));
        p->forwarded++;
    }
}

static void forward(plane *p, track *t, const rtp_packet *packet, double now) {
    received came[MAX_DEPTH + 1];
    int count = track_receive(t, packet, now, came);
    for (int i = 0; i < count; i++) spread(p, t, came[i].number, came[i].opens, now);
}

static void take_rtp(plane *p, leg *l, const path *from, uint8_t *data, int size, double now) {
    rtp_packet packet;
    size = srtp_unprotect(l->in, data, size);
    if (size < 0 || rtp_parse(data, size, &packet)) {
        p->refused++;
        return;
    }
    track *t = packet.payload_type == VP8_REPAIR ? NULL : stream_of(l, packet.ssrc);
    if (!t) {
        introduce(p, RTP, l, from, data, size);
        return;
    }
    if (packet.transport >= 0) arrivals_count(&l->arrivals, (uint16_t)packet.transport, now);
    if (t->audio ? packet.payload_type == OPUS || packet.payload_type == OPUS_RED : packet.payload_type == VP8)
        forward(p, t, &packet, now);
}

// -- reports

void reported(plane *p, leg *l, const uint8_t *body, int size, double now) {
    departures_heard(&l->departures, body, size, &p->seen);
    line_heard(&l->line, &p->seen, now);
}

enum { RECEIVER_REPORT = 201, TRANSPORT_FEEDBACK = 205, TRANSPORT_WIDE = 15 };

// Octets of a compound's next part if Python need not see it, feedback with `*body` octets of its own or an empty
// report; else 0. What is not well formed is Python's.
static int plain_part(const uint8_t *data, int size, int *body) {
    if (size < 8 || data[0] >> 6 != 2) return 0;
    int whole = 4 * ((int)get16(data + 2) + 1), padding = data[0] & 0x20 ? data[whole <= size ? whole - 1 : 0] : 0;
    *body = 0;
    if (whole > size) return 0;
    if (data[0] == 0x80 && data[1] == RECEIVER_REPORT) return whole == 8 ? whole : 0;
    *body = whole - 12 - padding;
    return data[1] == TRANSPORT_FEEDBACK && (data[0] & 31) == TRANSPORT_WIDE && *body > 0 ? whole : 0;
}

// Ten a second from every listener: what Python made of each took a third of all the time.
static int read_feedback(plane *p, leg *l, const uint8_t *data, int size, double now) {
    int body, part, at = 0;
    for (; at < size && (part = plain_part(data + at, size - at, &body)); at += part) continue;
    if (!l->introduced || at != size) return 0;
    for (at = 0; at < size && (part = plain_part(data + at, size - at, &body)); at += part)
        if (body) reported(p, l, data + at + 12, body, now);
    return 1;
}

static void take_secured(plane *p, leg *l, const path *from, uint8_t *data, int size, double now) {
    if (l->aimed && same_path(from, &l->to)) l->heard_at = now;
    if (!l->in) return;
    if (data[1] < 192 || data[1] > 223) {  // RFC 5761 section 4
        take_rtp(p, l, from, data, size, now);
        return;
    }
    size = srtcp_unprotect(l->in, data, size);
    if (size < 0) p->refused++;
    else if (!read_feedback(p, l, data, size, now)) introduce(p, RTCP, l, from, data, size);
}

// First byte of RFC 7983; what is neither media nor fit for Python's demultiplexer goes no further.
void take(plane *p, const path *from, uint8_t *data, int size, double now) {
    if (size < 12 || size > MAX_DATAGRAM) {
        p->dropped++;
        return;
    }
    if (data[0] >> 6 != 2) {
        hand_up(p, RAW, 0, from, data, size);
        return;
    }
    leg *l = whose(p, from);
    if (l) take_secured(p, l, from, data, size, now);
    else p->dropped++;
}

static int read_batch(plane *p, int socket) {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){p->in[i], BUFFER};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &p->from[i].to, .msg_namelen = sizeof p->from[i].to, .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(p->sockets[socket], messages, BATCH, MSG_DONTWAIT, NULL);
    double now = now_s();
    for (int i = 0; i < count; i++) {
        p->from[i].socket = socket;
        p->from[i].size = messages[i].msg_hdr.msg_namelen;
        take(p, &p->from[i], p->in[i], (int)messages[i].msg_len, now);
    }
    return count;
}

static void ring(plane *p) {
    uint64_t one = 1;
    if (write(p->bell, &one, sizeof one) < 0) return;  // already ringing
}

// Resting between batches: at eight rooms of four 12 instead of 17 us a packet; with a quarter of a millisecond 15.
static const struct timespec rest = {0, 450000};
enum { ENOUGH = 24 };  // packets of a batch that needs no rest to be worth its system calls

// Where it may (CAP_SYS_NICE), it runs before the interpreter: on a core that both share, a tick of Python's held
// packets up; measured with 36 rooms, p99 1.3 ms without and 0.8 with it.
enum { BEFORE_PYTHON = -10 };

// Takes what came, and sends what came of it; whether anything came.
static int work_once(plane *p) {
    int came = 0;
    lock(p);
    unsigned before = p->put;
    for (int i = 0; i < p->socket_count; i++)
        for (int n = 0, count = BATCH; n < ROUNDS && count == BATCH; n++) came |= (count = read_batch(p, i)) > 0;
    flush(p);
    int news = p->put != before;
    unlock(p);
    if (news) ring(p);
    return came;
}

void *work(void *given) {
    plane *p = given;
    setpriority(PRIO_PROCESS, 0, BEFORE_PYTHON);  // of this thread alone, on Linux
    struct pollfd ready[MAX_SOCKETS + 1];
    for (int i = 0; i < p->socket_count; i++) ready[i] = (struct pollfd){p->sockets[i], POLLIN, 0};
    ready[p->socket_count] = (struct pollfd){p->stop, POLLIN, 0};
    for (;;) {
        if (poll(ready, (nfds_t)p->socket_count + 1, -1) < 0 && errno != EINTR) return NULL;
        if (ready[p->socket_count].revents) return NULL;
        int64_t forwarded = p->forwarded;
        while (work_once(p) && !__atomic_load_n(&p->stopping, __ATOMIC_RELAXED)) {
            if (p->forwarded - forwarded < ENOUGH) nanosleep(&rest, NULL);
            forwarded = p->forwarded;
        }
    }
}
