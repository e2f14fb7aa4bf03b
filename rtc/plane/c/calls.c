// What Python calls (rtc/plane/native.py): each takes the lock for as long as it lasts.

#define _GNU_SOURCE
#include "plane.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

plane *plane_new(void) {
    plane *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    pthread_mutex_init(&p->lock, NULL);
    p->users = 1;
    p->stop = p->bell = -1;
    return p;
}

// Begin to read; the descriptor that becomes readable when something was handed up, or -1.
int plane_start(plane *p, const int *sockets, int count) {
    if (count > MAX_SOCKETS) return -1;
    if (p->stop < 0) p->stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (p->bell < 0) p->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    memcpy(p->sockets, sockets, sizeof(int) * (size_t)count);
    p->socket_count = count;
    p->stopping = 0;
    p->running = !pthread_create(&p->thread, NULL, work, p);
    return p->running ? p->bell : -1;
}

void plane_stop(plane *p) {
    uint64_t one = 1;
    __atomic_store_n(&p->stopping, 1, __ATOMIC_RELAXED);
    if (p->running && write(p->stop, &one, sizeof one) > 0) pthread_join(p->thread, NULL);
    if (p->running && read(p->stop, &one, sizeof one) < 0) return;
    p->running = 0;
}

// Python collects a plane and its parts in any order.
static void release_plane(plane *p) {
    lock(p);
    int left = --p->users;
    unlock(p);
    if (left) return;
    for (int i = 0; i < PATH_HEADS; i++)
        while (p->heads[i]) forget_path(p, &p->heads[i]->at);
    if (p->stop >= 0) close(p->stop);
    if (p->bell >= 0) close(p->bell);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void plane_free(plane *p) { release_plane(p); }

leg *plane_leg(int64_t number) {
    leg *l = calloc(1, sizeof *l);
    if (!l) return NULL;
    l->number = number;
    l->users = 1;
    l->heard_at = -1;
    arrivals_reset(&l->arrivals);
    line_reset(&l->line);
    return l;
}

static void release(leg *l) {
    if (--l->users == 0) free(l);
}

int plane_open(plane *p, leg *l, const uint8_t *in, const uint8_t *out, int gcm) {
    lock(p);
    l->in = srtp_open(in, gcm, 0);
    l->out = srtp_open(out, gcm, 1);
    unlock(p);
    return l->in && l->out ? 0 : -1;
}

void plane_overhear(plane *p, leg *l) {
    lock(p);
    l->overheard = 1;
    unlock(p);
}

void plane_close(plane *p, leg *l) {
    lock(p);
    flush(p);
    for (int i = 0; i < PATH_HEADS; i++)
        for (path_node **n = &p->heads[i]; *n;) {
            path_node *node = *n;
            if (node->owner != l) n = &node->next;
            else *n = node->next, free(node);
        }
    srtp_close(l->in);
    srtp_close(l->out);
    l->in = l->out = NULL;
    l->aimed = l->overheard = l->stream_count = 0;
    release(l);
    unlock(p);
}

static path path_of(int socket, const void *address, int size) {
    path at = {.socket = socket, .size = (socklen_t)size};
    memcpy(&at.to, address, (size_t)size <= sizeof at.to ? (size_t)size : sizeof at.to);
    return at;
}

void plane_admit(plane *p, leg *l, int socket, const void *address, int size) {
    path at = path_of(socket, address, size);
    path_node *node = calloc(1, sizeof *node);
    if (!node) return;
    lock(p);
    forget_path(p, &at);
    path_node **head = head_of(p, &at);
    *node = (path_node){at, l, *head};
    *head = node;
    unlock(p);
}

void plane_dismiss(plane *p, int socket, const void *address, int size) {
    path at = path_of(socket, address, size);
    lock(p);
    forget_path(p, &at);
    unlock(p);
}

void plane_aim(plane *p, leg *l, int socket, const void *address, int size) {
    lock(p);
    l->to = path_of(socket, address, size);
    l->aimed = 1;
    l->single = 0;
    unlock(p);
}

double plane_heard_at(plane *p, leg *l) {
    lock(p);
    double at = l->heard_at;
    unlock(p);
    return at;
}

// Protect one packet and keep it for `plane_flush`, or for the thread's next batch; `data` is copied.
void plane_send(plane *p, leg *l, int rtcp, const uint8_t *data, int size) {
    if (size > MAX_DATAGRAM) return;
    lock(p);
    if (may_send(l)) {
        uint8_t *out = next_out(p);
        memcpy(out, data, (size_t)size);
        queue(p, l, rtcp ? srtcp_protect(l->out, out, size) : srtp_protect(l->out, out, size));
    }
    unlock(p);
}

void plane_flush(plane *p) {
    lock(p);
    flush(p);
    unlock(p);
}

// The next datagram that was handed up: its octets, or 0 when none waits.
int plane_take(plane *p, int *kind, int64_t *number, int *socket, uint8_t *address, uint8_t *data) {
    if (__atomic_load_n(&p->put, __ATOMIC_ACQUIRE) == p->taken) return 0;
    const handed *h = &p->waiting[p->taken % WAITING];
    int size = h->size;
    *kind = h->kind;
    *number = h->leg;
    *socket = h->from.socket;
    memcpy(address, &h->from.to, sizeof h->from.to);
    memcpy(data, h->data, (size_t)size);
    __atomic_store_n(&p->taken, p->taken + 1, __ATOMIC_RELEASE);
    return size;
}

track *plane_track(plane *p, leg *l, uint32_t ssrc, int audio) {
    track *t = track_new(ssrc, audio, &p->asked);
    if (!t) return NULL;
    lock(p);
    t->owner = l;
    l->users++;
    p->users++;
    if (l->in && l->stream_count < MAX_STREAMS) l->streams[l->stream_count++] = t;
    unlock(p);
    return t;
}

void plane_free_track(plane *p, track *t) {
    lock(p);
    leg *l = t->owner;
    for (int i = 0; i < l->stream_count; i++)
        if (l->streams[i] == t) l->streams[i--] = l->streams[--l->stream_count];
    track_free(t);
    release(l);
    unlock(p);
    release_plane(p);
}

slot *plane_slot(plane *p, leg *l, uint32_t ssrc, uint32_t repair_ssrc, int audio, int64_t first) {
    slot *s = slot_new(ssrc, repair_ssrc, audio, first);
    if (!s) return NULL;
    lock(p);
    s->owner = l;
    l->users++;
    p->users++;
    unlock(p);
    return s;
}

// The extensions of its packets, with `octets` of a stamp at `at`: two for a transport-wide number, three for a time.
void plane_stamp(plane *p, slot *s, const uint8_t *block, int size, int at, int octets) {
    lock(p);
    slot_stamp(s, block, size, at, octets);
    unlock(p);
}

void plane_free_slot(plane *p, slot *s) {
    lock(p);
    slot_bind(s, NULL);
    release(s->owner);
    free(s);
    unlock(p);
    release_plane(p);
}

void plane_bind(plane *p, slot *s, track *t) {
    lock(p);
    slot_bind(s, t);
    unlock(p);
}

void plane_switch(plane *p, slot *s, track *t) {
    lock(p);
    slot_switch(s, t);
    unlock(p);
}

void plane_show(plane *p, slot *s, int quality) {
    lock(p);
    slot_show(s, quality);
    unlock(p);
}

// What a packet brought, into arrays of MAX_DEPTH + 1; how many.
int plane_receive(plane *p, track *t, const uint8_t *data, int size, double now, int64_t *numbers, int *opens) {
    rtp_packet packet;
    received came[MAX_DEPTH + 1];
    if (rtp_parse(data, size, &packet)) return 0;
    lock(p);
    int count = track_receive(t, &packet, now, came);
    unlock(p);
    for (int i = 0; i < count; i++) {
        numbers[i] = came[i].number;
        opens[i] = came[i].opens;
    }
    return count;
}

int plane_forward(plane *p, slot *s, track *t, int64_t number, int opens, double now, uint8_t *out) {
    lock(p);
    const kept_packet *kept = track_kept(t, number);
    int size = kept ? slot_forward(s, t, kept, number, opens, now, out) : 0;
    unlock(p);
    return size;
}

int plane_repair(plane *p, slot *s, int sequence, double now, uint8_t *out) {
    lock(p);
    int size = slot_repair(s, (uint16_t)sequence, now, out);
    unlock(p);
    return size;
}

int plane_probe(plane *p, slot *s, double now, uint8_t *out) {
    lock(p);
    int size = slot_probe(s, now, out);
    unlock(p);
    return size;
}

int plane_due(plane *p, track *t, double now, int64_t *out, int max) {
    lock(p);
    int count = track_due(t, now, out, max);
    unlock(p);
    return count;
}

void plane_arrived(plane *p, leg *l, int sequence, double now) {
    lock(p);
    arrivals_count(&l->arrivals, (uint16_t)sequence, now);
    unlock(p);
}

int plane_feedback(plane *p, leg *l, uint32_t media_ssrc, uint8_t *out, int room) {
    lock(p);
    int size = arrivals_feedback(&l->arrivals, media_ssrc, out, room);
    unlock(p);
    return size;
}

// What the leg's line carries; it is there until it is given back.
line *plane_line(plane *p, leg *l) {
    lock(p);
    l->users++;
    p->users++;
    unlock(p);
    return &l->line;
}

void plane_free_line(plane *p, leg *l) {
    lock(p);
    release(l);
    unlock(p);
    release_plane(p);
}

void plane_line_moved(plane *p, leg *l) {
    lock(p);
    departures_forget(&l->departures);
    line_reset(&l->line);
    unlock(p);
}

void plane_reported(plane *p, leg *l, const uint8_t *feedback, int size, double now) {
    lock(p);
    reported(p, l, feedback, size, now);
    unlock(p);
}
