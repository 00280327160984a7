/* SPDX-License-Identifier: ISC
 *
 * drop - the last steps of every process that enters a zone.
 */
#include "zoned/drop.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/attr.h"
#include "base/raw.h"

#define NONE (~0ULL)

/* Limits a zone's processes start with, all that there are: none is the
 * caller's. What is not limited here the control groups limit. Raising a hard
 * limit takes a capability of the host, which zoned may have (zd_limits_own).
 * Columns: resource, soft, hard. */
static const struct {
	int resource;
	uint64_t soft;
	uint64_t hard;
} limits[] = {
	{ RLIMIT_CPU, NONE, NONE },
	{ RLIMIT_FSIZE, NONE, NONE },
	{ RLIMIT_DATA, NONE, NONE },
	{ RLIMIT_STACK, 8 << 20, NONE },
	{ RLIMIT_CORE, 0, NONE },
	{ RLIMIT_RSS, NONE, NONE },
	{ RLIMIT_NPROC, NONE, NONE },
	{ RLIMIT_NOFILE, 1024, 524288 },
	{ RLIMIT_MEMLOCK, 8 << 20, 8 << 20 },
	{ RLIMIT_AS, NONE, NONE },
	{ RLIMIT_LOCKS, NONE, NONE },
	{ RLIMIT_SIGPENDING, 32768, 32768 },
	{ RLIMIT_MSGQUEUE, 819200, 819200 },
	{ RLIMIT_NICE, 0, 0 },
	{ RLIMIT_RTPRIO, 0, 0 },
	{ RLIMIT_RTTIME, NONE, NONE },
};

struct limit {
	uint64_t soft;
	uint64_t hard;
};

/* As the table says; where that takes a capability that is not there, as near
 * to it as the hard limit lets us. */
static long
set_limits(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(limits); i++) {
		struct limit l = { limits[i].soft, limits[i].hard };
		struct limit own;
		long ret = raw4(SYS_prlimit64, 0, limits[i].resource, &l, 0);

		if (ret != -EPERM) {
			if (ret < 0)
				return ret;
			continue;
		}
		ret = raw4(SYS_prlimit64, 0, limits[i].resource, 0, &own);
		if (ret < 0)
			return ret;
		if (own.hard < l.hard)
			l.hard = own.hard;
		if (l.soft > l.hard)
			l.soft = l.hard;
		ret = raw4(SYS_prlimit64, 0, limits[i].resource, &l, 0);
		if (ret < 0)
			return ret;
	}
	return 0;
}

long
zd_limits_own(void)
{
	return set_limits();
}

static long
default_signals(void)
{
	/* The kernel's sigaction: handler, flags, restorer, mask. */
	const unsigned long dfl[4] = { 0 };
	const uint64_t none = 0;

	for (int sig = 1; sig <= 64; sig++)
		(void)raw4(SYS_rt_sigaction, sig, dfl, 0, sizeof(none));
	return raw4(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof(none));
}

static long
bound_caps(uint64_t caps)
{
	for (int cap = 0; cap < 64; cap++) {
		long ret;

		if (caps & (1ULL << cap))
			continue;
		ret = raw5(SYS_prctl, PR_CAPBSET_DROP, cap, 0, 0, 0);
		if (ret == -EINVAL)
			break; /* past the kernel's last capability */
		if (ret < 0)
			return ret;
	}
	return raw5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0,
	    0);
}

static long
set_caps(uint64_t caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = {
		{ (uint32_t)caps, (uint32_t)caps, 0 },
		{ (uint32_t)(caps >> 32), (uint32_t)(caps >> 32), 0 },
	};

	return raw2(SYS_capset, &head, data);
}

long
zd_drop(const struct zd_power *power, const char **step)
{
	long ret;

	*step = "personality";
	ret = raw1(SYS_personality, power->persona);
	if (ret < 0)
		return ret;

	*step = "scheduling class";
	if (power->sched != SCHED_OTHER) {
		const int priority = 0;

		ret = raw3(SYS_sched_setscheduler, 0, power->sched, &priority);
		if (ret < 0)
			return ret;
	}

	*step = "session keyring";
	ret = raw2(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
	/* A kernel without keyrings has none to leak. */
	if (ret < 0 && ret != -ENOSYS)
		return ret;
	(void)raw1(SYS_umask, 022);
	*step = "resource limits";
	ret = set_limits();
	if (ret < 0)
		return ret;
	*step = "signals";
	ret = default_signals();
	if (ret < 0)
		return ret;
	*step = "capability bound";
	ret = bound_caps(power->caps);
	if (ret < 0)
		return ret;
	*step = "system call filter";
	/* Without no-new-privileges (set-user-id programs work in a zone), so
	 * while CAP_SYS_ADMIN of the zone's user namespace is still there. */
	ret = priv_filter_apply_raw(power->filter);
	if (ret < 0)
		return ret;
	*step = "capabilities";
	ret = set_caps(power->caps);
	return ret < 0 ? ret : 0;
}
