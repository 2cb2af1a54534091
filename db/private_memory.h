/*
 * What passes through this process's memory, names, certificate numbers, keys and passphrases, stays there.
 *
 * Does not know what lies where, and wipes nothing: who holds a secret wipes it.  What the machine swaps
 * out or sends to sleep is the machine's affair.
 */
#ifndef YOUDAI_DB_PRIVATE_MEMORY_H
#define YOUDAI_DB_PRIVATE_MEMORY_H

/* From now on a crash leaves no core file, and no other process of the same user may look into this one
 * (ptrace, /proc/PID/mem).  The first act of a program.  Not under the address sanitizer, whose search for
 * leaks looks into its own process in that way. */
void memory_keep_private(void);

#endif
