/* SPDX-License-Identifier: ISC
 *
 * frame - sends frames, written as hexadecimal digits, out of a link: what a
 * hostile program in a zone can do with a packet socket.
 *
 *	frame LINK HEX...
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t
decode(const char *hex, unsigned char *out, size_t size)
{
	size_t n = 0;
	unsigned byte;

	for (; n < size && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[n++] = (unsigned char)byte;
	return n;
}

int
main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned char frame[1500];
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));

	if (argc < 3 || fd == -1) {
		perror("frame");
		return 2;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	for (int i = 2; i < argc; i++) {
		size_t n = decode(argv[i], frame, sizeof(frame));

		if (sendto(fd, frame, n, 0, (const void *)&to, sizeof(to)) ==
		    -1) {
			perror("frame: send");
			return 1;
		}
	}
	return close(fd) == 0 ? 0 : 1;
}
