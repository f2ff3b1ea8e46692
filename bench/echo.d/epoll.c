/* Echo in C on bare epoll: what one thread can do on this system. Writes the port that it took. */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"

enum { BUFFER = 65536, EVENTS = 512 };

static void watch(int epoll, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

static void take(int epoll, int listener)
{
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0)
        return;
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(epoll, connection);
}

static void echo(int connection, char *buffer)
{
    ssize_t count = read(connection, buffer, BUFFER);
    if (count <= 0 || write(connection, buffer, count) != count)
        close(connection);
}

int main(void)
{
    static char buffer[BUFFER];
    static struct epoll_event events[EVENTS];
    int epoll = check(epoll_create1(0), "epoll_create1");
    int listener = listen_on_any_port();
    watch(epoll, listener);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == listener)
                take(epoll, listener);
            else
                echo(events[i].data.fd, buffer);
    }
}
