#include "reader/line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#define CLAIMED_IFLAG 0x80000000U

/* Path of "driver:path" or "driver:path:speed"; false where there is none. */
static bool line_path(char *out, size_t size, const char *address)
{
	const char *path = strchr(address, ':');
	if (path == NULL || path[1] != '/') {
		return false;
	}
	path++;
	size_t length = strcspn(path, ":");
	if (length >= size) {
		return false;
	}
	memcpy(out, path, length);
	out[length] = '\0';
	return true;
}

/*
 * Open the serial line beside libnfc and lock it.  Under the lock nobody of ours uses it, so a claim
 * that libnfc left in its settings when a process was killed is stale and is taken off; libnfc
 * would refuse the line for ever.  *line is -1 where the reader is not at a serial line.
 */
enum source_status line_open(int *line, const char *address)
{
	char path[256];
	*line = -1;
	if (!line_path(path, sizeof path, address)) {
		return SOURCE_OK;
	}
	int opened = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (opened < 0) {
		return SOURCE_ABSENT;
	}
	struct termios settings;
	if (tcgetattr(opened, &settings) != 0) {
		bool is_line = errno != ENOTTY;
		close(opened);
		return is_line ? SOURCE_ABSENT : SOURCE_OK;
	}
	if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
		close(opened);
		return SOURCE_ABSENT;
	}
	if ((settings.c_iflag & CLAIMED_IFLAG) != 0) {
		settings.c_iflag &= ~CLAIMED_IFLAG;
		tcsetattr(opened, TCSANOW, &settings);
	}
	*line = opened;
	return SOURCE_OK;
}

bool line_holds(int line, int timeout_ms)
{
	struct pollfd watched = { .fd = line };
	return poll(&watched, 1, timeout_ms) <= 0 || watched.revents == 0;
}
