/*
 * Whether a number is somewhere in a process's memory: in all that it can write, in each form that
 * a card, a log or a screen gives to digits.
 *
 * The number sought is given as its complement (each digit is nine minus the one sought), so that
 * whoever seeks in its own memory does not find what it seeks with.
 */
#ifndef YOUDAI_TESTS_MEMORY_SCAN_H
#define YOUDAI_TESTS_MEMORY_SCAN_H

#include <sys/types.h>

/* How often the number of complement (4 to 19 digits) occurs in the process: as text, also with up
 * to 3 bytes of spaces, colons, dashes or zeros between digits (frames as libnfc prints them, wide
 * characters); packed, two digits a byte, at either nibble; and one digit a byte.  The process may
 * be this one.  -1 where its memory cannot be read: another user's, or no such process.  What a
 * sanitizer maps for itself, more than 1 GiB in one piece, is passed over. */
long memory_scan(pid_t process, const char *complement);

#endif
