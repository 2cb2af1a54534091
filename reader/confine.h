/*
 * What a reader's process may do: it reads cards and images, which are hostile, with libraries that
 * were not written for that, and what takes them over is to get no further.
 *
 * Two steps, neither of which can be taken back.  While the device is opened: no other program, no
 * network, no look into other processes, files only to read and only devices, what libraries know of them
 * and what the address names (Landlock, where the kernel has it).  Once it is open: a list of calls, by
 * which nothing new can be opened, made executable or written to.  Whatever else it tries ends
 * the process at once (seccomp, SIGSYS).
 *
 * A kernel without these has the process run unconfined, which it says on stderr.
 */
#ifndef YOUDAI_READER_CONFINE_H
#define YOUDAI_READER_CONFINE_H

#include "reader/source.h"

/* address: of the SPEC, behind the colon. */
void confine_opening(enum source_reach reach, const char *address);
void confine_opened(enum source_reach reach, const char *address);

#endif
