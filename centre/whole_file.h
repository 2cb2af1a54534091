/*
 * A file that appears whole or not at all: it is written under another name in the same folder and
 * takes its own when all of it is on the disk.
 *
 * What stands under the name stays until then.  A crash leaves at most PATH.XXXXXX beside it, like
 * the file itself for its owner only (0600).  Knows not what is in it.
 */
#ifndef YOUDAI_CENTRE_WHOLE_FILE_H
#define YOUDAI_CENTRE_WHOLE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum [[nodiscard]] whole_file_status{
	WHOLE_FILE_OK = 0,
	WHOLE_FILE_NOT_WRITTEN, /* the path cannot be written, or is no regular file: errno says why */
	WHOLE_FILE_FULL,        /* no room left for it */
};

/* Its holder changes nothing in it. */
struct whole_file {
	int file; /* -1 while there is none */
	enum whole_file_status status;
	char path[PATH_MAX];
	char part[PATH_MAX + 8];
};

/* path is copied.  What is there already must be a regular file: a device or a link is never
 * replaced.  On failure there is nothing to keep or drop. */
enum whole_file_status whole_file_open(struct whole_file *out, const char *path);

/* The first failure is remembered and answered from then on. */
enum whole_file_status whole_file_write(struct whole_file *file, const void *bytes, size_t length);

/* Have it on the disk and give it its name.  On failure it is dropped. */
enum whole_file_status whole_file_keep(struct whole_file *file);

/* Remove what was written; does nothing after either of the two. */
void whole_file_drop(struct whole_file *file);

/* Have the name of a file that was given or changed by hand on the disk. */
bool whole_file_sync_name(const char *path);

#endif
