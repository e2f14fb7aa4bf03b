// VP8 in RTP (RFC 7741): what rtc/core/vp8.py does, number for number.
#ifndef RTC_PLANE_VP8_H
#define RTC_PLANE_VP8_H

#include <stdint.h>

typedef struct {
    int has_newest, picture, base;                      // as sent last; -1: it had none
    int picture_shift, base_shift;
} picture_numbers;

int vp8_starts_keyframe(const uint8_t *payload, int size);
void vp8_restart(picture_numbers *n, const uint8_t *payload, int size);     // decoding begins with this payload
void vp8_sent(picture_numbers *n, const uint8_t *payload, int size);        // of the source; it was the newest
void vp8_write(const picture_numbers *n, uint8_t *payload, int size);       // the source's, made ours in place

#endif
