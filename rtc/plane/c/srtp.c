// SRTP: key derivation, packet indices, replay, two ciphers. Numbers in comments are sections of RFC 3711.

#include "srtp.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

enum { KEY = 16, GCM_SALT = 12, CM_SALT = 14, GCM_TAG = 16, CM_TAG = 10, SHA1_KEY = 20 };
enum { LABEL_KEY, LABEL_MAC, LABEL_SALT };  // + 3 for SRTCP (4.3.1, 4.3.2)

// 4.3.3: the pseudo-random function is AES in counter mode over label and salt.
int srtp_derive(const uint8_t *master, int salt_size, int label, uint8_t *out, int size) {
    uint8_t iv[16] = {0}, zeros[32] = {0};
    int length;
    memcpy(iv, master + KEY, salt_size);
    iv[7] ^= (uint8_t)label;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int done = cipher && EVP_EncryptInit_ex(cipher, EVP_aes_128_ctr(), NULL, master, iv) &&
               EVP_EncryptUpdate(cipher, out, &length, zeros, size);
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

static EVP_MAC_CTX *new_mac(const uint8_t *key) {
    OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string("digest", "SHA1", 0), OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    if (mac && EVP_MAC_init(mac, key, SHA1_KEY, digest)) return mac;
    EVP_MAC_CTX_free(mac);
    return NULL;
}

static int use_keys(srtp_cipher *c, const uint8_t *key, const uint8_t *salt, const uint8_t *mac_key, int outbound) {
    const EVP_CIPHER *kind = mac_key ? EVP_aes_128_ctr() : EVP_aes_128_gcm();
    memcpy(c->salt, salt, mac_key ? CM_SALT : GCM_SALT);
    c->cipher = EVP_CIPHER_CTX_new();
    c->mac = mac_key ? new_mac(mac_key) : NULL;
    return c->cipher && EVP_CipherInit_ex(c->cipher, kind, NULL, key, NULL, mac_key ? 1 : outbound) &&
           (!mac_key || c->mac);
}

static int derive_keys(srtp_cipher *c, const uint8_t *master, int gcm, int outbound, int first_label) {
    uint8_t key[KEY], salt[CM_SALT], mac_key[SHA1_KEY];
    int size = gcm ? GCM_SALT : CM_SALT;
    int done = srtp_derive(master, size, first_label + LABEL_KEY, key, KEY) &&
               srtp_derive(master, size, first_label + LABEL_SALT, salt, size) &&
               srtp_derive(master, size, first_label + LABEL_MAC, mac_key, SHA1_KEY) &&
               use_keys(c, key, salt, gcm ? NULL : mac_key, outbound);
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(mac_key, sizeof mac_key);
    return done;
}

static srtp_way *new_way(int gcm) {
    srtp_way *way = calloc(1, sizeof *way);
    if (!way) return NULL;
    way->gcm = gcm;
    way->streams = calloc(MAX_SSRCS, sizeof *way->streams);
    way->reports = calloc(MAX_SSRCS, sizeof *way->reports);
    return way;
}

static srtp_way *or_none(srtp_way *way, int done) {
    if (done) return way;
    srtp_close(way);
    return NULL;
}

srtp_way *srtp_open(const uint8_t *key, int gcm, int outbound) {
    srtp_way *way = new_way(gcm);
    if (!way) return NULL;
    return or_none(way, way->streams && way->reports && derive_keys(&way->rtp, key, gcm, outbound, 0) &&
                            derive_keys(&way->rtcp, key, gcm, outbound, 3));
}

srtp_way *srtp_open_session(const uint8_t *key, const uint8_t *salt, const uint8_t *mac_key, int outbound) {
    srtp_way *way = new_way(!mac_key);
    if (!way) return NULL;
    return or_none(way, way->streams && way->reports && use_keys(&way->rtp, key, salt, mac_key, outbound) &&
                            use_keys(&way->rtcp, key, salt, mac_key, outbound));
}

void srtp_close(srtp_way *way) {
    if (!way) return;
    EVP_CIPHER_CTX_free(way->rtp.cipher);
    EVP_CIPHER_CTX_free(way->rtcp.cipher);
    EVP_MAC_CTX_free(way->rtp.mac);
    EVP_MAC_CTX_free(way->rtcp.mac);
    free(way->streams);
    free(way->reports);
    OPENSSL_cleanse(way, sizeof *way);
    free(way);
}

static srtp_stream *find(srtp_way *way, uint32_t ssrc) {
    for (int i = 0; i < way->count; i++)
        if (way->streams[i].ssrc == ssrc) return &way->streams[i];
    return NULL;
}

static srtp_stream *meet(srtp_way *way, uint32_t ssrc, int64_t index) {
    if (way->count == MAX_SSRCS) return NULL;
    srtp_stream *stream = &way->streams[way->count++];
    *stream = (srtp_stream){.ssrc = ssrc, .highest = index - 1};
    return stream;
}

// 3.3.1: the index nearest to the highest one seen; the first packet of a stream has roll-over count 0.
static int64_t guess(const srtp_stream *stream, uint16_t sequence) {
    if (!stream) return sequence;
    int64_t index = stream->highest + (int16_t)(sequence - (uint16_t)stream->highest);
    return index < 0 ? sequence : index;
}

// 3.3.2
static int repeated(const srtp_stream *stream, int64_t index) {
    if (!stream || index > stream->highest) return 0;
    if (index <= stream->highest - REPLAY_WINDOW) return 1;
    return stream->seen[index / 64 % (REPLAY_WINDOW / 64)] >> index % 64 & 1;
}

static void mark(srtp_stream *stream, int64_t index) {
    int64_t from = stream->highest + 1;
    if (from < index - REPLAY_WINDOW + 1) from = index - REPLAY_WINDOW + 1;
    for (int64_t i = from < 0 ? 0 : from; i <= index; i++)
        stream->seen[i / 64 % (REPLAY_WINDOW / 64)] &= ~(1ull << i % 64);
    if (index > stream->highest) stream->highest = index;
    stream->seen[index / 64 % (REPLAY_WINDOW / 64)] |= 1ull << index % 64;
}

// RFC 7714 section 8.1 and 9.1: two zero octets, SSRC, a word, two octets; over it the salt.
static void gcm_iv(uint8_t *iv, const srtp_cipher *c, uint32_t ssrc, uint64_t low48) {
    memset(iv, 0, 2);
    put32(iv + 2, ssrc);
    put16(iv + 6, (uint32_t)(low48 >> 32));
    put32(iv + 8, (uint32_t)low48);
    for (int i = 0; i < GCM_SALT; i++) iv[i] ^= c->salt[i];
}

// 4.1.1: salt, SSRC and index, each shifted to its place; the last two octets count blocks.
static void cm_iv(uint8_t *iv, const srtp_cipher *c, uint32_t ssrc, uint64_t low48) {
    memset(iv, 0, 16);
    put32(iv + 4, ssrc);
    put16(iv + 8, (uint32_t)(low48 >> 32));
    put32(iv + 10, (uint32_t)low48);
    for (int i = 0; i < CM_SALT; i++) iv[i] ^= c->salt[i];
}

static int seal(srtp_cipher *c, const uint8_t *iv, uint8_t *data, int clear, int size, const uint8_t *more) {
    int length;
    int done = EVP_EncryptInit_ex(c->cipher, NULL, NULL, NULL, iv) &&
               EVP_EncryptUpdate(c->cipher, NULL, &length, data, clear) &&
               (!more || EVP_EncryptUpdate(c->cipher, NULL, &length, more, 4)) &&
               EVP_EncryptUpdate(c->cipher, data + clear, &length, data + clear, size - clear) &&
               EVP_EncryptFinal_ex(c->cipher, data + size, &length) &&
               EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_GCM_GET_TAG, GCM_TAG, data + size);
    return done ? size + GCM_TAG : -1;
}

static int unseal(srtp_cipher *c, const uint8_t *iv, uint8_t *data, int clear, int size, const uint8_t *more) {
    int length;
    size -= GCM_TAG;
    if (size < clear) return -1;
    int done = EVP_DecryptInit_ex(c->cipher, NULL, NULL, NULL, iv) &&
               EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_GCM_SET_TAG, GCM_TAG, data + size) &&
               EVP_DecryptUpdate(c->cipher, NULL, &length, data, clear) &&
               (!more || EVP_DecryptUpdate(c->cipher, NULL, &length, more, 4)) &&
               EVP_DecryptUpdate(c->cipher, data + clear, &length, data + clear, size - clear) &&
               EVP_DecryptFinal_ex(c->cipher, data + size, &length) > 0;
    return done ? size : -1;
}

static int crypt(srtp_cipher *c, const uint8_t *iv, uint8_t *data, int size) {
    int length;
    return EVP_EncryptInit_ex(c->cipher, NULL, NULL, NULL, iv) &&
           EVP_EncryptUpdate(c->cipher, data, &length, data, size);
}

static int tag_of(srtp_cipher *c, const uint8_t *data, int size, const uint8_t *roll, uint8_t *tag) {
    size_t length;
    return EVP_MAC_init(c->mac, NULL, 0, NULL) && EVP_MAC_update(c->mac, data, size) &&
           (!roll || EVP_MAC_update(c->mac, roll, 4)) && EVP_MAC_final(c->mac, tag, &length, SHA1_KEY);
}

int srtp_protect(srtp_way *way, uint8_t *data, int size) {
    int clear = rtp_header(data, size);
    if (clear < 0) return -1;
    uint32_t ssrc = get32(data + 8);
    srtp_stream *stream = find(way, ssrc);
    int64_t index = guess(stream, (uint16_t)get16(data + 2));
    if (!stream && !(stream = meet(way, ssrc, index))) return -1;
    if (index > stream->highest) stream->highest = index;  // an older one is a repair: the same packet again
    uint8_t iv[16], roll[4], tag[SHA1_KEY];
    if (way->gcm) {
        gcm_iv(iv, &way->rtp, ssrc, (uint64_t)index);
        return seal(&way->rtp, iv, data, clear, size, NULL);
    }
    cm_iv(iv, &way->rtp, ssrc, (uint64_t)index);
    put32(roll, (uint32_t)(index >> 16));
    if (!crypt(&way->rtp, iv, data + clear, size - clear) || !tag_of(&way->rtp, data, size, roll, tag)) return -1;
    memcpy(data + size, tag, CM_TAG);
    return size + CM_TAG;
}

static int open_rtp(srtp_way *way, uint8_t *data, int size, uint32_t ssrc, int64_t index) {
    int clear = rtp_header(data, size);
    uint8_t iv[16], roll[4], tag[SHA1_KEY];
    if (clear < 0) return -1;
    if (way->gcm) {
        gcm_iv(iv, &way->rtp, ssrc, (uint64_t)index);
        return unseal(&way->rtp, iv, data, clear, size, NULL);
    }
    size -= CM_TAG;
    if (size < clear) return -1;
    put32(roll, (uint32_t)(index >> 16));
    if (!tag_of(&way->rtp, data, size, roll, tag) || CRYPTO_memcmp(tag, data + size, CM_TAG)) return -1;
    cm_iv(iv, &way->rtp, ssrc, (uint64_t)index);
    return crypt(&way->rtp, iv, data + clear, size - clear) ? size : -1;
}

int srtp_unprotect(srtp_way *way, uint8_t *data, int size) {
    if (size < 12) return -1;
    uint32_t ssrc = get32(data + 8);
    srtp_stream *stream = find(way, ssrc);
    int64_t index = guess(stream, (uint16_t)get16(data + 2));
    if (repeated(stream, index)) return -1;
    size = open_rtp(way, data, size, ssrc, index);
    if (size < 0 || (!stream && !(stream = meet(way, ssrc, index)))) return -1;
    mark(stream, index);
    return size;
}

int srtcp_protect(srtp_way *way, uint8_t *data, int size) {
    if (size < 8) return -1;
    uint32_t ssrc = get32(data + 4), index = way->next_rtcp++ & 0x7FFFFFFF;
    uint8_t iv[16], word[4], tag[SHA1_KEY];
    put32(word, 0x80000000 | index);
    if (way->gcm) {
        gcm_iv(iv, &way->rtcp, ssrc, index);
        size = seal(&way->rtcp, iv, data, 8, size, word);
        if (size > 0) memcpy(data + size, word, 4);
        return size < 0 ? -1 : size + 4;
    }
    cm_iv(iv, &way->rtcp, ssrc, index);
    if (!crypt(&way->rtcp, iv, data + 8, size - 8)) return -1;
    memcpy(data + size, word, 4);
    if (!tag_of(&way->rtcp, data, size + 4, NULL, tag)) return -1;
    memcpy(data + size + 4, tag, CM_TAG);
    return size + 4 + CM_TAG;
}

static int open_rtcp(srtp_way *way, uint8_t *data, int size, uint32_t *index) {
    int tail = way->gcm ? 4 : 4 + CM_TAG;
    uint8_t iv[16], word[4], tag[SHA1_KEY];
    if (size < 8 + tail + (way->gcm ? GCM_TAG : 0)) return -1;
    memcpy(word, data + size - tail, 4);
    *index = get32(word) & 0x7FFFFFFF;
    if (!(word[0] & 0x80)) return -1;  // not encrypted: no browser sends it, and it would be readable
    size -= tail;
    if (way->gcm) {
        gcm_iv(iv, &way->rtcp, get32(data + 4), *index);
        return unseal(&way->rtcp, iv, data, 8, size, word);
    }
    if (!tag_of(&way->rtcp, data, size + 4, NULL, tag) || CRYPTO_memcmp(tag, data + size + 4, CM_TAG)) return -1;
    cm_iv(iv, &way->rtcp, get32(data + 4), *index);
    return crypt(&way->rtcp, iv, data + 8, size - 8) ? size : -1;
}

static srtcp_stream *reporter(srtp_way *way, uint32_t ssrc) {
    for (int i = 0; i < way->report_count; i++)
        if (way->reports[i].ssrc == ssrc) return &way->reports[i];
    if (way->report_count == MAX_SSRCS) return NULL;
    srtcp_stream *stream = &way->reports[way->report_count++];
    *stream = (srtcp_stream){.ssrc = ssrc, .highest = -1};
    return stream;
}

int srtcp_unprotect(srtp_way *way, uint8_t *data, int size) {
    uint32_t index;
    size = open_rtcp(way, data, size, &index);
    srtcp_stream *stream = size < 0 ? NULL : reporter(way, get32(data + 4));
    if (!stream) return -1;
    int64_t behind = stream->highest - index;
    if (behind >= 64 || (behind >= 0 && stream->seen >> behind & 1)) return -1;
    if (behind < 0) {
        stream->seen = -behind >= 64 ? 0 : stream->seen << -behind;
        stream->highest = index;
        behind = 0;
    }
    stream->seen |= 1ull << behind;
    return size;
}
