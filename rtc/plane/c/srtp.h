// SRTP and SRTCP of one peer (RFC 3711; AES-GCM after RFC 7714), by OpenSSL.
#ifndef RTC_PLANE_SRTP_H
#define RTC_PLANE_SRTP_H

#include <openssl/evp.h>
#include <stdint.h>

enum {
    REPLAY_WINDOW = 1024,   // packets; a burst of video reorders by dozens, never by hundreds
    MAX_SSRCS = 128,        // of one direction of a peer: seven others with three streams are 21
    MAX_DATAGRAM = 1500,
    MAX_TRAILER = 20        // tag and SRTCP index
};

typedef struct {
    uint32_t ssrc;
    int64_t highest;        // unrolled packet index
    uint64_t seen[REPLAY_WINDOW / 64];
} srtp_stream;

// Each SSRC that reports counts by itself (RFC 3711 section 3.2.3): a browser reports from every stream it sends.
typedef struct {
    uint32_t ssrc;
    int64_t highest;
    uint64_t seen;
} srtcp_stream;

typedef struct {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac;       // NULL with GCM
    uint8_t salt[14];
} srtp_cipher;

typedef struct {
    int gcm;
    srtp_cipher rtp, rtcp;
    srtp_stream *streams;   // MAX_SSRCS of them
    int count;
    uint32_t next_rtcp;     // index of the next packet sent
    srtcp_stream *reports;  // MAX_SSRCS of what was received
    int report_count;
} srtp_way;

// `key` is the master key and salt: 28 bytes with GCM, 30 without. NULL if OpenSSL has none of it.
srtp_way *srtp_open(const uint8_t *key, int gcm, int outbound);
// The same from session keys, as the vectors of RFC 7714 give them; without `mac_key` it is GCM.
srtp_way *srtp_open_session(const uint8_t *key, const uint8_t *salt, const uint8_t *mac_key, int outbound);
void srtp_close(srtp_way *way);

// One key of a session (RFC 3711 section 4.3.1) from the master key and salt; 0 if OpenSSL fails.
int srtp_derive(const uint8_t *master, int salt_size, int label, uint8_t *out, int size);

// In place; `data` has room for MAX_TRAILER more. The new length, or -1: forged, broken, repeated or no room.
int srtp_protect(srtp_way *way, uint8_t *data, int size);
int srtp_unprotect(srtp_way *way, uint8_t *data, int size);
int srtcp_protect(srtp_way *way, uint8_t *data, int size);
int srtcp_unprotect(srtp_way *way, uint8_t *data, int size);

static inline uint32_t get16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }
static inline uint32_t get32(const uint8_t *at) { return get16(at) << 16 | get16(at + 2); }
static inline void put16(uint8_t *at, uint32_t value) { at[0] = (uint8_t)(value >> 8); at[1] = (uint8_t)value; }
static inline void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16); put16(at + 2, value); }

// Where the payload begins: fixed header, contributing sources, extension; -1 if that is past the end.
static inline int rtp_header(const uint8_t *data, int size) {
    if (size < 12 || data[0] >> 6 != 2) return -1;
    int at = 12 + 4 * (data[0] & 15);
    if (data[0] & 0x10) {
        if (at + 4 > size) return -1;
        at += 4 + 4 * (int)get16(data + at + 2);
    }
    return at > size ? -1 : at;
}

#endif
