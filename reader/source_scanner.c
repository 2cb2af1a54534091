/*
 * scanner:/dev/ttyACM0 or scanner:/dev/ttyUSB0,115200 — a 2D scanner on a serial line: each code's
 * text, ended by CR, LF or both.  Such a scanner cannot be asked whether it lives; it is gone when
 * the line hangs up, reading fails, or the name no longer leads to the device that was opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "reader/reader.h"
#include "reader/source.h"
#include "reader/typed.h"

#define LOOK_MS 1000 /* [ms] between two looks at whether the name still leads to the device */

struct source {
	int line;
	dev_t device;
	uint64_t looked_ms;
	struct typed code;  /* what came of the code that is being read */
	uint8_t bytes[512]; /* what came from the line and was not looked at */
	size_t length;
	char path[PATH_MAX];
};

static const struct {
	const char *name;
	speed_t speed;
} speeds[] = {
	{ "1200", B1200 },     { "2400", B2400 },     { "4800", B4800 },     { "9600", B9600 },
	{ "19200", B19200 },   { "38400", B38400 },   { "57600", B57600 },   { "115200", B115200 },
	{ "230400", B230400 }, { "460800", B460800 }, { "921600", B921600 },
};

static bool find_speed(speed_t *out, const char *name)
{
	for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
		if (strcmp(name, speeds[i].name) == 0) {
			*out = speeds[i].speed;
			return true;
		}
	}
	return false;
}

/* "PATH" or "PATH,SPEED", where SPEED is all digits. */
static enum source_status split(char path[static PATH_MAX], speed_t *speed, const char *address)
{
	const char *comma = strrchr(address, ',');
	size_t length = strlen(address);

	*speed = B9600;
	if (comma != NULL && comma[strspn(comma + 1, "0123456789") + 1] == '\0') {
		if (!find_speed(speed, comma + 1)) {
			return SOURCE_BAD_SPEC;
		}
		length = (size_t)(comma - address);
	}
	if (length == 0 || length >= PATH_MAX) {
		return SOURCE_BAD_SPEC;
	}
	memcpy(path, address, length);
	path[length] = '\0';
	return SOURCE_OK;
}

/* Eight bits, no parity, nothing interpreted; what came before is not ours. */
static bool make_raw(int line, speed_t speed)
{
	struct termios settings;

	if (tcgetattr(line, &settings) != 0) {
		return false;
	}
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL | CREAD;
	settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	return cfsetspeed(&settings, speed) == 0 && tcsetattr(line, TCSANOW, &settings) == 0 &&
	       tcflush(line, TCIFLUSH) == 0;
}

static void scanner_close(struct source *source)
{
	if (source != NULL) {
		close(source->line);
		explicit_bzero(source, sizeof *source);
		free(source);
	}
}

static enum source_status scanner_open(struct source **out, const char *address,
				       const struct source_setup *setup)
{
	(void)setup;
	struct source *source = calloc(1, sizeof *source);
	struct stat about;
	speed_t speed;

	if (source == NULL) {
		return SOURCE_NO_MEMORY;
	}
	source->line = -1;
	enum source_status status = split(source->path, &speed, address);

	if (status != SOURCE_OK) {
		goto fail;
	}
	status = SOURCE_ABSENT;
	source->line = open(source->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (source->line < 0 || !make_raw(source->line, speed) ||
	    fstat(source->line, &about) != 0) {
		goto fail;
	}
	source->device = about.st_rdev;
	source->looked_ms = reader_clock_ms();
	*out = source;
	return SOURCE_OK;
fail:
	scanner_close(source);
	return status;
}

/* Take what came up to the end of a code; true with *out where one is complete. */
static bool take_code(struct source *source, struct reading *out, uint64_t now_ms)
{
	size_t used;
	bool complete =
		typed_line(&source->code, out, &used, source->bytes, source->length, now_ms);

	source->length -= used;
	memmove(source->bytes, source->bytes + used, source->length);
	explicit_bzero(source->bytes + source->length, sizeof source->bytes - source->length);
	return complete;
}

static bool is_there(struct source *source, uint64_t now_ms)
{
	struct stat about;

	if (now_ms - source->looked_ms < LOOK_MS) {
		return true;
	}
	source->looked_ms = now_ms;
	return stat(source->path, &about) == 0 && about.st_rdev == source->device;
}

/* Wait for bytes and fetch them. */
static enum source_status fetch(struct source *source, int timeout_ms)
{
	struct pollfd line = { .fd = source->line, .events = POLLIN };
	int ready = poll(&line, 1, timeout_ms);

	if (ready == 0 || (ready < 0 && errno == EINTR)) {
		return is_there(source, reader_clock_ms()) ? SOURCE_NOTHING : SOURCE_ABSENT;
	}
	if (ready < 0 || (line.revents & POLLIN) == 0) {
		return SOURCE_ABSENT;
	}
	ssize_t got = read(source->line, source->bytes, sizeof source->bytes);

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return SOURCE_NOTHING;
	}
	if (got <= 0) {
		return SOURCE_ABSENT;
	}
	source->length = (size_t)got;
	return SOURCE_OK;
}

static enum source_status scanner_read(struct source *source, struct reading *out, int timeout_ms)
{
	uint64_t until_ms = reader_clock_ms() + (uint64_t)timeout_ms;

	enum source_status status = SOURCE_OK;

	while (status == SOURCE_OK) {
		uint64_t now_ms = reader_clock_ms();

		if (take_code(source, out, now_ms)) {
			return SOURCE_OK;
		}
		if (now_ms >= until_ms && timeout_ms > 0) {
			return SOURCE_NOTHING; /* a line that never rests keeps nobody here */
		}
		status = fetch(source, now_ms < until_ms ? (int)(until_ms - now_ms) : 0);
	}
	return status;
}

const struct source_driver source_scanner = {
	.scheme = "scanner",
	.open = scanner_open,
	.read = scanner_read,
	.write = NULL,
	.close = scanner_close,
};
