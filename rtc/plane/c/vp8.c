// Where a picture begins, and the numbers that tie pictures together; see rtc/core/vp8.py.

#include "vp8.h"

#include "srtp.h"

typedef struct { int picture, wide, base; } places;     // 0: not there

static places find(const uint8_t *p, int size) {
    places at = {0, 0, 0};
    if (size < 2 || !(p[0] & 0x80)) return at;
    int next = 2;
    if (p[1] & 0x80) {
        at.wide = size > next && p[next] & 0x80;
        at.picture = next;
        next += 1 + at.wide;
    }
    if (next > size) return (places){0, 0, 0};
    if (p[1] & 0x40 && next < size) at.base = next;
    return at;
}

static int picture_id(const uint8_t *p, places at) {
    return at.wide ? (int)(get16(p + at.picture) & 0x7FFF) : p[at.picture] & 0x7F;
}

// The first packet of a key frame (sections 4.2 and 4.3).
int vp8_starts_keyframe(const uint8_t *p, int size) {
    if (!size || !(p[0] & 0x10) || p[0] & 0x07) return 0;
    int at = 1;
    if (p[0] & 0x80 && size > 1) {
        uint8_t control = p[1];
        at = 2;
        if (control & 0x80) at += size > at && p[at] & 0x80 ? 2 : 1;
        at += !!(control & 0x40) + !!(control & 0x30);
    }
    return at < size && !(p[at] & 1);
}

void vp8_restart(picture_numbers *n, const uint8_t *p, int size) {
    if (!n->has_newest) return;
    places at = find(p, size);
    n->picture_shift = n->picture >= 0 && at.picture ? (n->picture + 1 - picture_id(p, at)) & 0x7FFF : 0;
    n->base_shift = n->base >= 0 && at.base ? (n->base + 1 - p[at.base]) & 0xFF : 0;
}

void vp8_sent(picture_numbers *n, const uint8_t *p, int size) {
    places at = find(p, size);
    n->has_newest = 1;
    n->picture = at.picture ? picture_id(p, at) + n->picture_shift : -1;
    n->base = at.base ? p[at.base] + n->base_shift : -1;
}

void vp8_write(const picture_numbers *n, uint8_t *p, int size) {
    if (!n->picture_shift && !n->base_shift) return;
    places at = find(p, size);
    if (at.picture) {
        int number = picture_id(p, at) + n->picture_shift;
        if (at.wide) put16(p + at.picture, (uint32_t)(0x8000 | (number & 0x7FFF)));
        else p[at.picture] = (uint8_t)(number & 0x7F);
    }
    if (at.base) p[at.base] = (uint8_t)(p[at.base] + n->base_shift);
}
