/* SPDX-License-Identifier: ISC
 *
 * doctor - what "zoneadm doctor" finds out about this host: a list of findings.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum doctor_status {
	DOCTOR_OK,
	DOCTOR_LIMITED, /* zones run, with less */
	DOCTOR_MISSING, /* zones do not run */
	DOCTOR_UNKNOWN, /* could not be tried: not root */
	DOCTOR_DIFFERS, /* is not what it was made as: tampered with */
};

struct doctor_finding {
	const char *group; /* a heading: "kernel", "limits" */
	char *name;
	enum doctor_status status;
	char *detail;     /* what was found, "" for nothing to say */
	const char *hint; /* what to do, or what it costs; NULL: nothing */
	uint64_t zones;   /* limits: number of zones it allows */
};

struct doctor_report {
	struct doctor_finding *finding;
	size_t n;
};
void doctor_report_done(struct doctor_report *report);

/* Add a finding; the detail is printed from fmt. Returns it for more. */
struct doctor_finding *doctor_add(struct doctor_report *report,
    const char *group, const char *name, enum doctor_status status,
    const char *fmt, ...) PRINTF(5, 6);

/* Each tries its part and adds what it finds. dirs: directories whose file
 * systems are to hold zones, n of them. */
void doctor_kernel(struct doctor_report *report);
void doctor_filesystems(struct doctor_report *report, char *const *dirs,
    size_t n);
void doctor_cgroups(struct doctor_report *report);
/* zone: of this one's range alone; NULL: of all. */
void doctor_ids(struct doctor_report *report, const char *zone);
void doctor_limits(struct doctor_report *report);
void doctor_programs(struct doctor_report *report);

/* Whether the files in memory of the directories that the zone inherits (NULL:
 * that any zone does) are those on disk. Reads each file that is in memory once
 * more; silent progress on a terminal. -1 where configurations are not read. */
int doctor_memory(struct doctor_report *report, const char *zone, struct err *e)
    MUST_CHECK;
