/* SPDX-License-Identifier: ISC
 *
 * rtt - one byte to and fro over UDP, again and again: what a packet takes.
 *
 *	rtt serve PORT
 *	rtt ask ADDRESS PORT COUNT	prints the median in microseconds
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { WARM = 500, PATIENCE_S = 2 };

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
serve(int fd, struct sockaddr_in *at)
{
	char byte;

	if (bind(fd, (struct sockaddr *)at, sizeof(*at)) == -1)
		return 1;
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&from,
		    &len);

		if (n == 1)
			(void)!sendto(fd, &byte, 1, 0, (struct sockaddr *)&from,
			    len);
	}
}

static int
ask(int fd, struct sockaddr_in *at, size_t count)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	double *took = calloc(count + 1, sizeof(*took));
	char byte = 'x';

	if (!took || connect(fd, (struct sockaddr *)at, sizeof(*at)) == -1)
		return 1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	for (size_t i = 0; i < count + WARM; i++) {
		double start = now();

		if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
			return 1;
		if (i >= WARM)
			took[i - WARM] = now() - start;
	}
	qsort(took, count, sizeof(*took), by_size);
	(void)printf("%.2f\n", took[count / 2]);
	free(took);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		at.sin_port = htons((uint16_t)atoi(argv[2]));
		return serve(fd, &at);
	}
	if (argc != 5 || inet_pton(AF_INET, argv[2], &at.sin_addr) != 1)
		return 2;
	at.sin_port = htons((uint16_t)atoi(argv[3]));
	return ask(fd, &at, (size_t)atoi(argv[4]));
}
