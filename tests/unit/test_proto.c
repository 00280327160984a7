/* SPDX-License-Identifier: ISC
 *
 * What zoned and its clients say to one another: words, descriptors, refusals.
 */
#include "zoned/proto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

static struct err e;
static int pair[2];

static void
setup_pair(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			     pair),
	    0);
}

static void
assert_malformed(const char *buf, size_t len, const char *message)
{
	_autofree char *exact = mem_alloc(len + 1);

	memcpy(exact, buf, len);
	ck_assert_int_eq(zd_msg_check(exact, len, &e), -1);
	ck_assert_int_eq(e.code, EPROTO);
	ck_assert_str_eq(e.msg, message);
}

START_TEST(what_is_packed_is_unpacked)
{
	_cleanup_msg struct zd_msg m = { 0 };

	zd_msg_start(&m, "boot");
	zd_msg_add(&m, "args", "-s -i /x=y");
	zd_msg_addf(&m, "timeout", "%d", 60);
	zd_msg_add(&m, "empty", "");

	ck_assert_int_eq(zd_msg_check(m.buf, m.len, &e), 0);
	ck_assert_str_eq(zd_msg_type(&m), "boot");
	ck_assert(zd_msg_is(&m, "boot"));
	ck_assert(!zd_msg_is(&m, "boots"));
	ck_assert_str_eq(zd_msg_get(&m, "args"), "-s -i /x=y");
	ck_assert_uint_eq(zd_msg_num(&m, "timeout", 1), 60);
	ck_assert_str_eq(zd_msg_get(&m, "empty"), "");
}
END_TEST

START_TEST(a_key_is_the_whole_key)
{
	_cleanup_msg struct zd_msg m = { 0 };

	zd_msg_start(&m, "login");
	zd_msg_add(&m, "user", "a");
	zd_msg_add(&m, "us", "b");

	ck_assert_str_eq(zd_msg_get(&m, "us"), "b");
	ck_assert_str_eq(zd_msg_get(&m, "user"), "a");
	ck_assert_ptr_null(zd_msg_get(&m, "use"));
	ck_assert_ptr_null(zd_msg_get(&m, "login"));
}
END_TEST

START_TEST(the_first_of_two_keys_counts)
{
	_cleanup_msg struct zd_msg m = { 0 };

	zd_msg_start(&m, "login");
	zd_msg_add(&m, "user", "first");
	zd_msg_add(&m, "user", "second");

	ck_assert_str_eq(zd_msg_get(&m, "user"), "first");
}
END_TEST

START_TEST(what_is_no_number_is_the_other_one)
{
	_cleanup_msg struct zd_msg m = { 0 };

	zd_msg_start(&m, "shutdown");
	zd_msg_add(&m, "a", "12x");
	zd_msg_add(&m, "b", "-1");
	zd_msg_add(&m, "c", "");
	zd_msg_add(&m, "d", "18446744073709551616");

	ck_assert_uint_eq(zd_msg_num(&m, "a", 7), 7);
	ck_assert_uint_eq(zd_msg_num(&m, "b", 7), 7);
	ck_assert_uint_eq(zd_msg_num(&m, "c", 7), 7);
	ck_assert_uint_eq(zd_msg_num(&m, "d", 7), 7);
	ck_assert_uint_eq(zd_msg_num(&m, "none", 7), 7);
}
END_TEST

START_TEST(a_zeroed_message_has_nothing)
{
	struct zd_msg m = { 0 };

	ck_assert_str_eq(zd_msg_type(&m), "");
	ck_assert_ptr_null(zd_msg_get(&m, "user"));
	ck_assert_int_eq(zd_msg_take_fd(&m, 0), -1);
	zd_msg_done(&m);
}
END_TEST

/* A literal with the NULs written out, without the one that C adds. */
#define BYTES(s) s, sizeof(s) - 1

START_TEST(malformed_packets_are_refused)
{
	assert_malformed(BYTES(""), "malformed message");
	assert_malformed(BYTES("boot"), "malformed message");
	assert_malformed(BYTES("boot\0args=x"), "malformed message");
	assert_malformed(BYTES("\0"), "message without a type");
	assert_malformed(BYTES("\0args=x\0"), "message without a type");
	assert_malformed(BYTES("123456789012345678901234567890123\0"),
	    "message without a type");
	assert_malformed(BYTES("boot\0args\0"), "malformed word in message");
	assert_malformed(BYTES("boot\0\0"), "malformed word in message");
	assert_malformed(BYTES("boot\0=x\0"), "malformed word in message");
	assert_malformed(BYTES("boot\0a=b\0=\0"), "malformed word in message");
}
END_TEST

START_TEST(a_packet_of_the_longest_kind_and_one_byte_more)
{
	_autofree char *buf = mem_alloc(ZD_MSG_MAX + 1);

	memset(buf, 'x', ZD_MSG_MAX + 1);
	memcpy(buf, "boot\0a=", 7);
	buf[ZD_MSG_MAX - 1] = '\0';
	ck_assert_int_eq(zd_msg_check(buf, ZD_MSG_MAX, &e), 0);

	buf[ZD_MSG_MAX - 1] = 'x';
	buf[ZD_MSG_MAX] = '\0';
	assert_malformed(buf, ZD_MSG_MAX + 1, "malformed message");
}
END_TEST

START_TEST(a_message_travels_with_its_descriptors)
{
	_cleanup_msg struct zd_msg m = { 0 };
	_cleanup_msg struct zd_msg got = { 0 };
	_autoclose int fd = -1;
	struct stat a;
	struct stat b;

	setup_pair();
	zd_msg_start(&m, "done");
	zd_msg_add(&m, "tty", "pts/0");
	zd_msg_add_fd(&m, open("/dev/null", O_RDONLY | O_CLOEXEC));
	zd_msg_add_fd(&m, open("/", O_RDONLY | O_CLOEXEC));
	ck_assert_int_eq(zd_msg_send(pair[0], &m, &e), 0);
	ck_assert_int_eq(zd_msg_recv(pair[1], &got, &e), 1);

	ck_assert_str_eq(zd_msg_get(&got, "tty"), "pts/0");
	ck_assert_uint_eq(got.nfds, 2);
	fd = zd_msg_take_fd(&got, 1);
	ck_assert_int_eq(fstat(fd, &a), 0);
	ck_assert_int_eq(stat("/", &b), 0);
	ck_assert(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(zd_msg_take_fd(&got, 1), -1);
	ck_assert_int_eq(zd_msg_take_fd(&got, 2), -1);
}
END_TEST

START_TEST(descriptors_not_taken_are_closed)
{
	struct zd_msg m;
	int p[2];
	char byte;

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	zd_msg_start(&m, "done");
	zd_msg_add_fd(&m, p[1]);
	zd_msg_done(&m);

	ck_assert_int_eq(read(p[0], &byte, 1), 0);
}
END_TEST

START_TEST(one_descriptor_too_many_is_closed_not_sent)
{
	_cleanup_msg struct zd_msg m = { 0 };
	int p[2];
	char byte;

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	zd_msg_start(&m, "done");
	for (int i = 0; i < ZD_MAX_FDS; i++)
		zd_msg_add_fd(&m, dup(STDIN_FILENO));
	zd_msg_add_fd(&m, p[1]);

	ck_assert_uint_eq(m.nfds, ZD_MAX_FDS);
	ck_assert_int_eq(read(p[0], &byte, 1), 0);
}
END_TEST

START_TEST(a_command_of_128_kib_travels)
{
	_cleanup_msg struct zd_msg m = { 0 };
	_cleanup_msg struct zd_msg got = { 0 };
	_autofree char *command = mem_alloc(128 * 1024);

	setup_pair();
	memset(command, 'x', 128 * 1024 - 1);
	zd_msg_start(&m, "login");
	zd_msg_add(&m, "command", command);
	ck_assert_int_eq(zd_msg_send(pair[0], &m, &e), 0);
	ck_assert_int_eq(zd_msg_recv(pair[1], &got, &e), 1);
	ck_assert_str_eq(zd_msg_get(&got, "command"), command);
}
END_TEST

START_TEST(a_message_too_long_is_not_sent)
{
	_cleanup_msg struct zd_msg m = { 0 };
	_autofree char *word = mem_alloc(ZD_MSG_MAX);

	setup_pair();
	memset(word, 'x', ZD_MSG_MAX - 1);
	zd_msg_start(&m, "login");
	zd_msg_add(&m, "command", word);
	ck_assert_int_eq(zd_msg_send(pair[0], &m, &e), -1);
	ck_assert_int_eq(e.code, E2BIG);
	ck_assert_str_eq(e.msg, "message too long");
}
END_TEST

START_TEST(a_message_too_long_is_not_received)
{
	_autofree char *packet = mem_alloc(ZD_MSG_MAX + 1);
	struct zd_msg got = { 0 };

	setup_pair();
	memset(packet, 'x', ZD_MSG_MAX);
	ck_assert_int_eq(send(pair[0], packet, ZD_MSG_MAX + 1, 0),
	    ZD_MSG_MAX + 1);
	ck_assert_int_eq(zd_msg_recv(pair[1], &got, &e), -1);
	ck_assert_int_eq(e.code, EPROTO);
	ck_assert_str_eq(e.msg, "message too long");
	ck_assert_ptr_null(got.buf);
}
END_TEST

START_TEST(descriptors_of_a_malformed_packet_are_closed)
{
	struct zd_msg got = { 0 };
	int p[2];
	char byte;

	setup_pair();
	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	ck_assert_int_eq(fd_send(pair[0], "bad", 3, &p[1], 1, &e), 0);
	(void)close(p[1]);
	ck_assert_int_eq(zd_msg_recv(pair[1], &got, &e), -1);
	ck_assert_int_eq(e.code, EPROTO);

	ck_assert_int_eq(read(p[0], &byte, 1), 0);
}
END_TEST

START_TEST(the_other_side_has_closed)
{
	struct zd_msg got = { 0 };

	setup_pair();
	(void)close(pair[0]);
	ck_assert_int_eq(zd_msg_recv(pair[1], &got, &e), 0);
}
END_TEST

START_TEST(an_error_travels)
{
	_cleanup_msg struct zd_msg m = { 0 };
	struct err back = { 0 };

	(void)err_set(&e, ERR_STATE, "not running");
	zd_msg_from_err(&m, &e);

	ck_assert(zd_msg_is(&m, "error"));
	ck_assert_int_eq(zd_msg_to_err(&m, &back), -1);
	ck_assert_int_eq(back.code, ERR_STATE);
	ck_assert_str_eq(back.msg, "not running");
}
END_TEST

START_TEST(an_error_without_words)
{
	_cleanup_msg struct zd_msg m = { 0 };

	zd_msg_start(&m, "error");
	ck_assert_int_eq(zd_msg_to_err(&m, &e), -1);
	ck_assert_int_eq(e.code, EPROTO);
	ck_assert_str_eq(e.msg, "no reason given");
}
END_TEST

UNIT_MAIN("proto", what_is_packed_is_unpacked, a_key_is_the_whole_key,
    the_first_of_two_keys_counts, what_is_no_number_is_the_other_one,
    a_zeroed_message_has_nothing, malformed_packets_are_refused,
    a_packet_of_the_longest_kind_and_one_byte_more,
    a_message_travels_with_its_descriptors, descriptors_not_taken_are_closed,
    one_descriptor_too_many_is_closed_not_sent, a_command_of_128_kib_travels,
    a_message_too_long_is_not_sent, a_message_too_long_is_not_received,
    descriptors_of_a_malformed_packet_are_closed, the_other_side_has_closed,
    an_error_travels, an_error_without_words)
