// Hostile datagrams into the plane in C, for as many rounds as are asked for: `fuzz SEED ROUNDS`.
//
// Two thirds are sealed with the right keys after they were spoiled, so that what reads the inside of packets is
// reached; the rest are spoiled afterwards, or are noise. Built with the sanitizers, which end it at a fault.

#include "plane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plane *plane_new(void);
leg *plane_leg(int64_t number);
int plane_open(plane *p, leg *l, const uint8_t *in, const uint8_t *out, int gcm);
void plane_admit(plane *p, leg *l, int socket, const void *address, int size);
void plane_aim(plane *p, leg *l, int socket, const void *address, int size);
track *plane_track(plane *p, leg *l, uint32_t ssrc, int audio);
slot *plane_slot(plane *p, leg *l, uint32_t ssrc, uint32_t repair, int audio, int64_t first);
void plane_stamp(plane *p, slot *s, const uint8_t *block, int size, int at, int octets);
int plane_probe(plane *p, slot *s, double now, uint8_t *out);
void plane_bind(plane *p, slot *s, track *t);
void plane_switch(plane *p, slot *s, track *t);
int plane_repair(plane *p, slot *s, int sequence, double now, uint8_t *out);
int plane_due(plane *p, track *t, double now, int64_t *out, int max);
int plane_feedback(plane *p, leg *l, uint32_t media_ssrc, uint8_t *out, int room);
int plane_take(plane *p, int *kind, int64_t *number, int *socket, uint8_t *address, uint8_t *data);
void plane_close(plane *p, leg *l);
void plane_free_track(plane *p, track *t);
void plane_free_slot(plane *p, slot *s);
void plane_free(plane *p);

enum { TRACKS = 2, LEGS = 2 };

static uint64_t state;

static uint32_t chance(uint32_t below) {  // xorshift64*
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 2685821657736338717ull >> 33) % below;
}

static int write_packet(uint8_t *data, uint16_t *numbers) {
    int audio = chance(2), size = 12;
    memset(data, 0, 12);
    data[0] = 0x80 | (chance(4) ? 0 : chance(16)) | (chance(8) ? 0 : 0x20);
    data[1] = (uint8_t)(audio ? (chance(3) ? OPUS : OPUS_RED) : chance(8) ? VP8 : VP8_REPAIR) | (chance(4) ? 0 : 0x80);
    numbers[audio] += chance(50) ? 1 : chance(400);
    put16(data + 2, chance(500) ? numbers[audio] : numbers[audio] - chance(900));
    put32(data + 4, chance(1u << 31));
    put32(data + 8, chance(30) ? 10u + (uint32_t)audio : chance(1u << 31));
    if (chance(2)) {
        data[0] |= 0x10;
        put16(data + size, chance(3) ? 0xBEDE : 0x1000);
        uint32_t words = chance(6);
        put16(data + size + 2, chance(10) ? words : chance(65536));
        size += 4;
        for (uint32_t i = 0; i < 4 * words; i++) data[size++] = (uint8_t)chance(256);
    }
    for (uint32_t n = data[1] % 128 == OPUS_RED ? chance(4) : 0; n; n--) {  // heads of blocks, most of them sound
        put32(data + size, 0x80u << 24 | (uint32_t)OPUS << 24 | (chance(9) ? 960 * n : chance(1 << 14)) << 10 | chance(40));
        size += 4;
    }
    if (data[1] % 128 == OPUS_RED) data[size++] = (uint8_t)(chance(9) ? OPUS : chance(256));
    for (uint32_t left = chance(8) ? chance(60) + chance(60) : chance(1400); left; left--) data[size++] = (uint8_t)chance(256);
    return size > MAX_DATAGRAM ? MAX_DATAGRAM : size;
}

// Numbers are mostly spared: one that leaps ahead makes all that follow too old to be looked into.
static void spoil(uint8_t *data, int size) {
    uint32_t from = size > 13 && chance(500) ? 12 : 0;
    for (uint32_t n = chance(3) ? 0 : chance(4); n && size; n--)
        data[from + chance((uint32_t)size - from)] ^= (uint8_t)(1 << chance(8));
    if (!chance(9) && size) data[0] ^= (uint8_t)(1 << chance(6));
}

static void send_one(plane *p, srtp_way *peer, const path *from, uint16_t *numbers, double now) {
    uint8_t data[2048];
    int size = write_packet(data, numbers), kind = (int)chance(6);
    if (kind < 4) {
        if (kind == 3) data[1] = (uint8_t)(192 + chance(32));
        spoil(data, size);
        int sealed = kind == 3 ? srtcp_protect(peer, data, size) : srtp_protect(peer, data, size);
        size = sealed < 0 ? size : sealed;
    } else if (kind == 4) spoil(data, size);
    else for (int i = 0; i < size; i++) data[i] = (uint8_t)chance(256);
    if (!chance(20)) size = (int)chance((uint32_t)size + 1);
    uint8_t *exact = malloc((size_t)size + MAX_TRAILER);  // so that a read beyond the packet is seen
    memcpy(exact, data, (size_t)size);
    take(p, from, exact, size, now);
    free(exact);
}

// Feedback about what the leg was sent: mostly of numbers it was given, with any chunks and deltas, and mostly by
// itself or after an empty report.
static void report(plane *p, const leg *l, srtp_way *peer, const path *from, double now) {
    uint8_t data[600] = {0x80, 201, 0, 1, 0, 0, 0, 7}, *part = data + (chance(2) ? 8 : 0), *body = part + 12;
    int words = 2 + (int)chance(50), size;
    for (int i = 0; i < 4 * words; i++) body[i] = (uint8_t)chance(256);
    put16(body, (uint32_t)(l->departures.next - chance(400)) & 0xFFFF);
    if (chance(9)) put16(body + 2, chance(300));
    put16(part, (chance(3) ? 0x8F00 : 0xAF00) | 205);
    put16(part + 2, (uint32_t)words + 2);
    size = (int)(body - data) + 4 * words;
    if (part[0] & 0x20) data[size - 1] = (uint8_t)chance(chance(5) ? 4 : 256);
    if (!chance(9)) spoil(data, size);
    if (!chance(20)) size = 8 + (int)chance((uint32_t)size - 7);
    size = srtcp_protect(peer, data, size);
    uint8_t *exact = malloc((size_t)size);
    memcpy(exact, data, (size_t)size);
    take(p, from, exact, size, now);
    free(exact);
}

int main(int count, char **words) {
    state = count > 1 ? strtoull(words[1], NULL, 10) | 1 : 1;
    long rounds = count > 2 ? atol(words[2]) : 100000;
    uint8_t keys[LEGS][2][30] = {{{1}, {2}}, {{3}, {4}}}, out[2048], address[64], block[12] = {0xBE, 0xDE, 0, 2, 0x10, '3', 0x32};
    int64_t due[MAX_MISSING + MAX_GAP], number;
    int kind, socket, gcm = (int)(state >> 1 & 1);
    plane *p = plane_new();
    leg *legs[LEGS];
    path from = {.size = sizeof(struct sockaddr_in), .to.v4 = {.sin_family = AF_INET, .sin_port = 9}};
    for (int i = 0; i < LEGS; i++) {
        legs[i] = plane_leg(i + 1);
        plane_open(p, legs[i], keys[i][0], keys[i][1], gcm);
        plane_aim(p, legs[i], 0, &from.to, (int)from.size);
    }
    path back = from;
    back.to.v4.sin_port = 10;
    plane_admit(p, legs[0], 0, &from.to, (int)from.size);
    plane_admit(p, legs[1], 0, &back.to, (int)back.size);
    srtp_way *peer = srtp_open(keys[0][0], gcm, 1), *listener = srtp_open(keys[1][0], gcm, 1);
    track *tracks[TRACKS];
    slot *slots[TRACKS];
    uint16_t numbers[TRACKS] = {65000, 65000};
    for (int audio = 0; audio < TRACKS; audio++) {
        tracks[audio] = plane_track(p, legs[0], 10u + (uint32_t)audio, audio);
        slots[audio] = plane_slot(p, legs[1], 20u + (uint32_t)audio, 30, audio, 7);
        plane_stamp(p, slots[audio], block, sizeof block, 7, 3 - audio);
        slots[audio]->by_rtx = !audio;
        plane_bind(p, slots[audio], tracks[audio]);
    }
    double now = 100;
    for (long n = 0; n < rounds; n++) {
        int which = (int)chance(TRACKS);
        now += chance(100) / 10000.0;
        send_one(p, peer, &from, numbers, now);
        if (!chance(4)) plane_repair(p, slots[which], (int)chance(65536), now, out);
        if (!chance(4)) plane_repair(p, slots[which], (int)(slots[which]->next_out - 1 - chance(200)) & 0xFFFF, now, out);
        if (!chance(50)) slots[1]->depth = chance(MAX_DEPTH + 1);
        if (!chance(90)) plane_probe(p, slots[0], now, out);
        if (!chance(400)) plane_stamp(p, slots[which], block, sizeof block, 7, 2 + (int)chance(2));
        if (!chance(20)) report(p, legs[1], listener, &back, now);
        if (!chance(9)) plane_due(p, tracks[which], now, due, MAX_MISSING + MAX_GAP);
        if (!chance(30)) plane_feedback(p, legs[0], 10, out, sizeof out);
        if (!chance(200)) plane_bind(p, slots[which], chance(2) ? tracks[which] : NULL);
        if (!chance(300)) slot_show(slots[0], (int)chance(4));
        if (!chance(100)) plane_switch(p, slots[which], tracks[chance(TRACKS)]);
        while (!chance(3) && plane_take(p, &kind, &number, &socket, address, out)) continue;
    }
    printf("%lld forwarded, %lld refused, %lld dropped\n", (long long)p->forwarded, (long long)p->refused, (long long)p->dropped);
    int alive = p->forwarded > rounds / 20 && legs[1]->line.base_count;  // a fuzzer that is turned away at the door finds nothing
    for (int i = 0; i < TRACKS; i++) plane_free_slot(p, slots[i]), plane_free_track(p, tracks[i]);
    for (int i = 0; i < LEGS; i++) plane_close(p, legs[i]);
    srtp_close(peer);
    srtp_close(listener);
    plane_free(p);
    return alive ? 0 : 3;
}
