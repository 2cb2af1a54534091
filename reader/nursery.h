/*
 * The nursery: a small process that makes one for each reader, in which the reader's driver runs.
 *
 * It is forked before the program has a thread, a key or a registry, so that nothing of them is in
 * the memory of the processes that it forks in turn, and forking needs no exec.  It reads nothing
 * that comes from a device.  It ends with the program that opened it, and its children with it;
 * signals of a terminal do not reach it.  Whatever ends a child by force is told on stderr, with
 * the reader's name and nothing of what was read.
 */
#ifndef YOUDAI_READER_NURSERY_H
#define YOUDAI_READER_NURSERY_H

#include <stdint.h>

#include "reader/source.h"

#define NURSERY_SPEC_MAX  1024 /* [byte] of a SPEC, with its zero */
#define NURSERY_CHILDREN  32   /* at a time */
#define NURSERY_SILENT_MS 4500 /* [ms] without a word: the child hangs, and is killed */

struct nursery;

typedef uint64_t nursery_clock(void); /* [ms] monotonic: a callback's type */

/* To be called while the process has one thread.  find tells the driver of a SPEC, clock the time by
 * which a child is silent for too long.  NULL where the system has not what it takes. */
struct nursery *nursery_open(source_finder *find, nursery_clock *clock);

/* From now on a nursery that was killed is begun anew when it is next asked: by starting program, whose
 * main() calls nursery_main first of all where NURSERY_ARGUMENT is its only argument.  Forking would not
 * do, as there are threads by then.  program is borrowed. */
#define NURSERY_ARGUMENT "--nursery"
void nursery_let_return(struct nursery *nursery, const char *program);
/* Be a nursery for the process that started this one, until that ends. */
void nursery_main(source_finder *find);

/* End the nursery, its children with it, and wait for it.  Accepts NULL. */
void nursery_close(struct nursery *nursery);

/* Ask for a process that runs the driver of the SPEC.  On SOURCE_OK *link is a socket to it, for the
 * caller to close: see nursery_receive_child, then apart.h.  From any thread. */
enum source_status nursery_ask(struct nursery *nursery, int *link, const char *spec);

/* The first packet on the link: wait at most timeout_ms.  A descriptor of the process (pidfd_open),
 * for the caller to close; -1 where none came within the time, -2 where none will come. */
int nursery_receive_child(int link, int timeout_ms);

uint64_t nursery_now_ms(const struct nursery *nursery);

#endif
