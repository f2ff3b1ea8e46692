/* Echo in C on io_uring: a receive, then a send, one operation under way for each connection. Writes the port that it
   took. */
#define _GNU_SOURCE
#include <errno.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "listen.h"

enum { ENTRIES = 4096, BUFFER = 4096 };

struct connection {
    int descriptor;
    int length; /* of what is to be sent; 0 while it receives */
    int sent;
    char buffer[BUFFER];
};

static struct io_uring ring;

static struct io_uring_sqe *entry(void *data)
{
    struct io_uring_sqe *sqe;
    while (!(sqe = io_uring_get_sqe(&ring)))
        io_uring_submit(&ring);
    io_uring_sqe_set_data(sqe, data);
    return sqe;
}

/* The data of an accept is null. */
static void take(int listener)
{
    struct io_uring_sqe *sqe = entry(NULL);
    io_uring_prep_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
}

static void receive(struct connection *connection)
{
    struct io_uring_sqe *sqe = entry(connection);
    connection->length = connection->sent = 0;
    io_uring_prep_recv(sqe, connection->descriptor, connection->buffer, BUFFER, 0);
}

static void send_rest(struct connection *connection)
{
    struct io_uring_sqe *sqe = entry(connection);
    io_uring_prep_send(sqe, connection->descriptor, connection->buffer + connection->sent,
                       connection->length - connection->sent, MSG_NOSIGNAL);
}

static void open_connection(int descriptor)
{
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *connection = malloc(sizeof *connection);
    connection->descriptor = descriptor;
    receive(connection);
}

static void go_on(struct connection *connection, int result)
{
    if (result <= 0) {
        close(connection->descriptor);
        free(connection);
    } else if (connection->length == 0) {
        connection->length = result;
        send_rest(connection);
    } else if ((connection->sent += result) < connection->length)
        send_rest(connection);
    else
        receive(connection);
}

static void open_ring(void)
{
    int result = -EINVAL;
#if defined(IORING_SETUP_SINGLE_ISSUER) && defined(IORING_SETUP_DEFER_TASKRUN)
    result = io_uring_queue_init(ENTRIES, &ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
#endif
    if (result == -EINVAL)
        result = io_uring_queue_init(ENTRIES, &ring, 0);
    if (result < 0) {
        fprintf(stderr, "io_uring_setup: %s\n", strerror(-result));
        exit(1);
    }
}

int main(void)
{
    open_ring();
    int listener = listen_on_any_port();
    take(listener);
    for (;;) {
        io_uring_submit_and_wait(&ring, 1);
        struct io_uring_cqe *cqe;
        unsigned head, seen = 0;
        io_uring_for_each_cqe(&ring, head, cqe)
        {
            struct connection *connection = io_uring_cqe_get_data(cqe);
            if (connection)
                go_on(connection, cqe->res);
            else {
                if (cqe->res >= 0)
                    open_connection(cqe->res);
                take(listener);
            }
            seen++;
        }
        io_uring_cq_advance(&ring, seen);
    }
}
