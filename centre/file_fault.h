/*
 * A file that is refused: where it is wrong and why, for people on stderr, for programs as JSON.
 */
#ifndef YOUDAI_CENTRE_FILE_FAULT_H
#define YOUDAI_CENTRE_FILE_FAULT_H

#include "centre/command.h"

struct file_fault {
	const char *path;     /* JSON path; NULL where line and column say where */
	int64_t line, column; /* from 1; line 0 where path says where */
	const char *why;
	const char *reason; /* name for programs; NULL: malformed */
};

/* Say each fault of the file that the call names first, whether there are more, and that nothing of
 * it was taken.  count > 0. */
enum outcome refuse_file(const struct call *call, const struct file_fault *faults, size_t count,
			 bool more);

#endif
