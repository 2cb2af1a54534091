/*
 * Files of the service centre: one read whole, one written anew.  Knows not what is in them.
 */
#ifndef YOUDAI_CENTRE_FILE_H
#define YOUDAI_CENTRE_FILE_H

#include <stddef.h>

#include "centre/command.h"

#define IMPORT_FILE_MAX ((size_t)1 << 30) /* [byte] */

/* Read a file of at most `most` bytes; the caller frees *out with free.  *out has a zero byte behind
 * its end.  Trouble was said. */
enum outcome file_read(char **out, size_t *length, const char *path, size_t most);

/* The same of a file that none but its owner can open, else it is trouble. */
enum outcome file_read_secret(char **out, size_t *length, const char *path, size_t most);

/* Make a file that does not exist, for its owner only (0600), and have it on the disk.  Refused
 * where it exists.  What cannot be completed is removed. */
enum outcome file_create(const struct call *call, const char *path, const char *text,
			 size_t length);

#endif
