#include "tests/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vectors_path(char *out, size_t size, const char *path)
{
	const char *folder = getenv("YOUDAI_VECTORS");

	(void)snprintf(out, size, "%s/%s", folder == NULL ? "../shared/vectors" : folder, path);
}

json_t *vectors_load(const char *path)
{
	char name[4096];
	json_error_t error;
	json_t *document;

	vectors_path(name, sizeof name, path);
	document = json_load_file(name, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &error);
	if (document == NULL && json_error_code(&error) != json_error_cannot_open_file) {
		fprintf(stderr, "%s, line %d: %s\n", name, error.line, error.text);
		abort();
	}
	if (document == NULL)
		printf("skipped: the published vector %s is not there\n", path);
	return document;
}

size_t vectors_hex(uint8_t *out, size_t size, const char *hex)
{
	size_t length = strlen(hex) / 2;

	if (strlen(hex) % 2 != 0 || length > size)
		abort();
	for (size_t i = 0; i < length; i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			abort();
		out[i] = (uint8_t)byte;
	}
	return length;
}
