/* The load on an echo server: each connection sends a message, waits for all of it to come back, and sends the next.

       load PORT CONNECTIONS BYTES WARMUP REQUESTS PID

   For WARMUP seconds, then for REQUESTS requests that count. Writes one line

       RATE P50 P99 CPU DONE

   requests a second, latencies in microseconds, the processor time of server PID in ns a request, and how many requests
   that counts. Processor time is that of the scheduler's statistics of all threads: other work on the machine disturbs
   it little. The server gets a SIGCONT before the requests that count and one after them, and one earlier that warms it
   up for those. Where nobody asks for the signal it does nothing. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, LONGEST_US = 1000000, PATIENCE_MS = 10000, TRIES = 100 };

struct connection {
    int descriptor;
    int received; /* of the message that is under way */
    double sent_at;
};

static uint32_t latencies[LONGEST_US + 1]; /* how many requests took so many microseconds */
static char *message;
static int length;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* The processor time of all threads of a process, in ns. A thread that ends takes its own away with it: servers start
   and end theirs before the requests that count. */
static double processor_time(int pid)
{
    char path[512];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads)
        fail(path);
    double total = 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        if (thread->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, thread->d_name);
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        unsigned long long ran;
        if (fscanf(file, "%llu", &ran) == 1)
            total += ran;
        fclose(file);
    }
    closedir(threads);
    return total;
}

static int connect_to(int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    for (int tries = 0; connect(descriptor, (struct sockaddr *)&address, sizeof address); usleep(20000))
        if (++tries == TRIES)
            fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return descriptor;
}

static void request(struct connection *connection)
{
    connection->sent_at = now();
    connection->received = 0;
    if (write(connection->descriptor, message, length) != length)
        fail("write");
}

/* Reads what came back; whether that was the last of the message. */
static int receive(struct connection *connection)
{
    static char buffer[1 << 16];
    ssize_t count = read(connection->descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EAGAIN)
        return 0;
    if (count <= 0)
        fail("The server ended a connection");
    connection->received += count;
    return connection->received >= length;
}

/* The latency that so much of all requests did not exceed. */
static int percentile(double part, long requests)
{
    long seen = 0;
    for (int us = 0; us < LONGEST_US; us++)
        if ((seen += latencies[us]) >= requests * part)
            return us;
    return LONGEST_US;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: load PORT CONNECTIONS BYTES WARMUP REQUESTS PID\n");
        return 2;
    }
    int port = atoi(argv[1]), count = atoi(argv[2]);
    length = atoi(argv[3]);
    double warm_up = atof(argv[4]);
    long wanted = atol(argv[5]);
    int pid = atoi(argv[6]);

    message = malloc(length);
    memset(message, '.', length);
    message[length - 1] = '\n';
    struct connection *connections = calloc(count, sizeof *connections);
    int epoll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        connections[i].descriptor = connect_to(port);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].descriptor, &event);
    }
    for (int i = 0; i < count; i++)
        request(&connections[i]);

    enum { COLD, LUKEWARM, WARM } phase = COLD;
    double started = now(), processor = 0;
    long done = 0;
    struct epoll_event events[EVENTS];
    while (phase != WARM || done < wanted) {
        int ready = epoll_wait(epoll, events, EVENTS, PATIENCE_MS);
        if (ready == 0) {
            fprintf(stderr, "The server has not answered for %d ms.\n", PATIENCE_MS);
            return 1;
        }
        if (phase == COLD && now() - started >= warm_up / 2) {
            phase = LUKEWARM;
            kill(pid, SIGCONT);
        } else if (phase == LUKEWARM && now() - started >= warm_up) {
            phase = WARM;
            kill(pid, SIGCONT);
            done = 0;
            memset(latencies, 0, sizeof latencies);
            started = now();
            processor = processor_time(pid);
        }
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!receive(connection))
                continue;
            double us = (now() - connection->sent_at) * 1e6;
            latencies[us < LONGEST_US ? (int)us : LONGEST_US]++;
            done++;
            request(connection);
        }
    }
    double elapsed = now() - started;
    processor = processor_time(pid) - processor;
    kill(pid, SIGCONT);
    printf("%.0f %d %d %.0f %ld\n", done / elapsed, percentile(0.5, done), percentile(0.99, done), processor / done,
           done);
    return 0;
}
