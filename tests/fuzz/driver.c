/* SPDX-License-Identifier: ISC
 *
 * driver - run a fuzz entry point over the files named, as an ordinary test.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/mem.h"

enum { INPUT_MAX = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	static const uint8_t nothing[1];

	(void)LLVMFuzzerTestOneInput(nothing, 0);
	(void)printf("ok - nothing at all\n");
	for (int i = 1; i < argc; i++) {
		_autofree char *text = NULL;
		_autofree uint8_t *exact = NULL;
		struct err e = { 0 };
		size_t len;

		if (fd_read_file(AT_FDCWD, argv[i], INPUT_MAX, &text, &len,
			&e) == -1) {
			(void)printf("not ok - %s\n", e.msg);
			return EXIT_FAILURE;
		}
		/* Without the NUL, so that reading one byte too far shows. */
		exact = mem_alloc(len);
		memcpy(exact, text, len);
		(void)LLVMFuzzerTestOneInput(exact, len);
		(void)printf("ok - %s\n", argv[i]);
		(void)fflush(stdout);
	}
	return EXIT_SUCCESS;
}
