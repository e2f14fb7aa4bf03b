// The plane's thread, its legs and its queues; calls.c is what Python calls.
#ifndef RTC_PLANE_PLANE_H
#define RTC_PLANE_PLANE_H

#include "line.h"
#include "streams.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

enum {
    MAX_SOCKETS = 16, BATCH = 64, ROUNDS = 4, OUTGOING = 512, WAITING = 1024, PATH_HEADS = 4096,
    MAX_STREAMS = 8, BUFFER = 2048
};
enum { RAW, RTP, RTCP, HEARD };  // what is handed up

typedef struct { int socket; socklen_t size; union { struct sockaddr any; struct sockaddr_in v4; struct sockaddr_in6 v6; } to; } path;
typedef struct path_node { path at; leg *owner; struct path_node *next; } path_node;

struct leg {
    int64_t number;
    int users;                  // tracks and slots that hold it, and the plane while it is open
    srtp_way *in, *out;         // NULL until the keys are there, and after closing
    path to;
    int aimed;
    int single, bundle;         // the way takes no segments; the bundle of this flush, -1: none
    int overheard;              // what is sent to it is handed up, unprotected: a recorder
    double heard_at;
    track *streams[MAX_STREAMS];
    int stream_count;
    arrival_log arrivals;
    departure_log departures;
    line line;
    int introduced;             // Python has heard of it: from then on its reports are read here
};

typedef struct { int kind, size; int64_t leg; path from; uint8_t data[MAX_DATAGRAM]; } handed;

typedef struct {
    int64_t refused, dropped, unsent, forwarded, asked;  // read by Python
    pthread_mutex_t lock;
    pthread_t thread;
    int users;                                      // tracks, slots and Python: the last one frees it
    int running, stopping, sockets[MAX_SOCKETS], socket_count, stop, bell;
    path_node *heads[PATH_HEADS];
    uint8_t in[BATCH][BUFFER], out[OUTGOING][BUFFER];
    path from[BATCH];
    leg *to[OUTGOING];
    int out_size[OUTGOING], out_count;
    handed waiting[WAITING];
    unsigned put, taken;                            // the thread puts, Python takes, neither waits for the other
    flight seen;
} plane;

static inline void lock(plane *p) { pthread_mutex_lock(&p->lock); }
static inline void unlock(plane *p) { pthread_mutex_unlock(&p->lock); }

// All with the lock held.
int same_path(const path *a, const path *b);
path_node **head_of(plane *p, const path *at);
void forget_path(plane *p, const path *at);
int may_send(const leg *l);
void reported(plane *p, leg *l, const uint8_t *body, int size, double now);  // transport-wide feedback
uint8_t *next_out(plane *p);                    // room for one packet and its trailer
void queue(plane *p, leg *l, int size);         // what was written there
void flush(plane *p);
void take(plane *p, const path *from, uint8_t *data, int size, double now);  // one datagram; `data` is changed

void *work(void *plane);                        // the thread

#endif
