/*
 * A serial line made up: a pseudo-terminal whose far end a test holds, reached by a name that can
 * be taken away, as a device's can.
 */
#ifndef YOUDAI_TESTS_PTY_H
#define YOUDAI_TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>

struct pty {
	int far;        /* the device's end */
	char name[128]; /* of the near end, /dev/pts/… */
};

/* False without pseudo-terminals. */
bool pty_open(struct pty *pty);
void pty_close(struct pty *pty); /* unplugs it */

/* Send bytes as the device does; false where they cannot be sent whole. */
bool pty_send(const struct pty *pty, const void *bytes, size_t length);

/* Let path lead to the line; replaces what path was. */
bool pty_plug(const struct pty *pty, const char *path);

#endif
