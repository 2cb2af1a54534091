#include "tests/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PARSER                                                             \
	"/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as tree; " \
	"tree.parse(sys.stdin.buffer)'"

void capture_begin(struct capture *capture)
{
	*capture = (struct capture){ 0 };
	capture->out = open_memstream(&capture->text, &capture->length);
	assert_non_null(capture->out);
}

const char *capture_end(struct capture *capture)
{
	assert_int_equal(fclose(capture->out), 0);
	return capture->text;
}

void capture_free(struct capture *capture)
{
	free(capture->text);
}

void assert_well_formed(const char *text)
{
	FILE *file = tmpfile();
	char command[256];
	int status;

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0 && fflush(file) == 0);
	snprintf(command, sizeof command, PARSER " </proc/%ld/fd/%d", (long)getpid(), fileno(file));
	status = system(command);
	fclose(file);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		print_message("skipped: no python3\n");
		skip();
	}
	if (status != 0)
		fail_msg("not well-formed: %s", text);
}

void assert_self_contained(const char *text)
{
	static const char *const addresses[] = {
		"http:",   "https:",  "//",    "src=",    "href",
		"@import", "<script", "<link", "<iframe", "<object"
	};

	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (strstr(text, addresses[i]) != NULL)
			fail_msg("%s: %s", addresses[i], strstr(text, addresses[i]));
	assert_int_equal(times(text, "url("), times(text, "url(#"));
}

size_t times(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

size_t boxes_of(struct box boxes[BOXES_MAX], const char *svg)
{
	size_t count = 0;

	while ((svg = strstr(svg, "<rect x=")) != NULL) {
		struct box *box = &boxes[count++];

		assert_true(count < BOXES_MAX);
		assert_int_equal(sscanf(svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"",
					&box->x, &box->y, &box->width, &box->height),
				 4);
		svg++;
	}
	return count;
}
