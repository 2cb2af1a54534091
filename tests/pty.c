#include "tests/pty.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

bool pty_open(struct pty *pty)
{
	struct termios settings;

	pty->far = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->far < 0) {
		return false;
	}
	if (grantpt(pty->far) != 0 || unlockpt(pty->far) != 0 ||
	    ptsname_r(pty->far, pty->name, sizeof pty->name) != 0 ||
	    tcgetattr(pty->far, &settings) != 0) {
		pty_close(pty);
		return false;
	}
	cfmakeraw(&settings);
	return tcsetattr(pty->far, TCSANOW, &settings) == 0;
}

void pty_close(struct pty *pty)
{
	close(pty->far);
	pty->far = -1;
}

bool pty_send(const struct pty *pty, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t sent = write(pty->far, from, length);

		if (sent <= 0) {
			return false;
		}
		from += sent;
		length -= (size_t)sent;
	}
	return true;
}

bool pty_plug(const struct pty *pty, const char *path)
{
	unlink(path);
	return symlink(pty->name, path) == 0;
}
