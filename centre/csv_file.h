/*
 * The CSV file that a call names first: read into memory as UTF-8, and refused where it is wrong.
 */
#ifndef YOUDAI_CENTRE_CSV_FILE_H
#define YOUDAI_CENTRE_CSV_FILE_H

#include "centre/command.h"
#include "centre/csv.h"
#include "centre/note_act.h"

/* The file as UTF-8, and the hash of what lies on the disk; *text is the caller's to free, whatever
 * comes of it.  What stands in the way was said. */
enum outcome csv_file_read(const struct call *call, char **text, size_t *length,
			   uint8_t hash[static FILE_HASH_BYTES]);

/* Say where it is wrong and why, and that nothing of it was taken; reason for programs, NULL none. */
enum outcome csv_file_refuse(const struct call *call, const struct csv_fault *found,
			     const char *reason);

#endif
