/*
 * A reader's serial line, held open beside the library that speaks over it: locked, so that no two
 * of us use it, and watched, so that it is seen to hang up at once.
 *
 * Knows nothing of what is spoken there, and reads and writes nothing.
 */
#ifndef YOUDAI_READER_LINE_H
#define YOUDAI_READER_LINE_H

#include <stdbool.h>

#include "reader/source.h"

/* Open and lock the line of a libnfc connection, "driver:path" or "driver:path:speed".  *line is
 * written on SOURCE_OK, the caller closes it; -1 where the reader is not at a serial line.
 * SOURCE_ABSENT where there is no such line or another has it. */
enum source_status line_open(int *line, const char *address);

/* Wait on the line, or for the time alone where it is -1: false as soon as it is hung up. */
bool line_holds(int line, int timeout_ms);

#endif
