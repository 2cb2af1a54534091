/*
 * A scanner on a serial line that sends whatever it likes, in pieces, with pauses, hiccups and a
 * hang-up: the whole driver, on a line that this file stands in for.
 *
 * The line's calls (open, poll, read and the clock) stand before those of the C library; they serve
 * the input without waiting.  Each piece begins with two bytes: how long the line rests before
 * it (in 64 ms) with what happens, and how long it is.  What the driver reports must be the
 * codes of the stream, in their order, each whole, and none twice.
 *
 * Covers reader/source_scanner.c reader/typed.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "reader/source.h"
#include "reader/typed.h"

#define PATH      "/dev/null" /* is there, and is what was opened, whenever the driver looks */
#define REST_MS   64          /* [ms] a unit of the pauses: 63 of them are 4 s */
#define READS_MAX 131072
#define OVERHEAD  2

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum event { EVENT_PIECE, EVENT_AGAIN, EVENT_INTERRUPTED, EVENT_HANG_UP };

/* The line: there is one, and the C library's calls know no context. */
static struct {
	bool plugged; /* the stand-in serves this file */
	int file;
	int64_t now_ms, came_ms; /* when the last piece came */
	const uint8_t *at;       /* the next piece */
	size_t left;             /* [byte] of the input */
	uint8_t stream[65536];
	size_t sent; /* [byte] of the stream */
	bool paused; /* for so long once that half a code may have been forgotten */
	bool hung_up;
} line;

int open(const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
	va_end(arguments);
	int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (line.plugged) {
		line.file = file;
	}
	return file;
}

int tcgetattr(int file, struct termios *settings)
{
	(void)file;
	memset(settings, 0, sizeof *settings);
	return 0;
}

int tcsetattr(int file, int when, const struct termios *settings)
{
	(void)file;
	(void)when;
	(void)settings;
	return 0;
}

int tcflush(int file, int queue)
{
	(void)file;
	(void)queue;
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!line.plugged) {
		return (int)syscall(SYS_clock_gettime, clock, now);
	}
	now->tv_sec = line.now_ms / 1000;
	now->tv_nsec = line.now_ms % 1000 * 1000000;
	return 0;
}

/* The next piece is due within the time: the line rested until then. */
int poll(struct pollfd *files, nfds_t count, int timeout_ms)
{
	if (!line.plugged) {
		return (int)syscall(SYS_poll, files, count, timeout_ms);
	}
	line.now_ms += timeout_ms > 0 && line.left < OVERHEAD ? timeout_ms : 0;
	files[0].revents = POLLIN;
	if (line.left < OVERHEAD) {
		return 0;
	}
	line.now_ms += (line.at[0] >> 2) * REST_MS;
	switch ((enum event)(line.at[0] & 3)) {
	case EVENT_INTERRUPTED:
		line.at += OVERHEAD;
		line.left -= OVERHEAD;
		errno = EINTR;
		return -1;
	case EVENT_HANG_UP:
		line.hung_up = true;
		files[0].revents = POLLHUP;
		return 1;
	default:
		return 1;
	}
}

ssize_t read(int file, void *bytes, size_t length)
{
	if (!line.plugged || file != line.file) {
		return syscall(SYS_read, file, bytes, length);
	}
	enum event event = line.at[0] & 3;
	size_t piece = event == EVENT_PIECE ? line.at[1] : 0;

	line.at += OVERHEAD;
	line.left -= OVERHEAD;
	piece = piece < line.left ? piece : line.left;
	piece = piece < length ? piece : length;
	piece = piece < sizeof line.stream - line.sent ? piece : sizeof line.stream - line.sent;
	if (event == EVENT_AGAIN) {
		errno = EAGAIN;
		return -1;
	}
	line.paused = line.paused || line.now_ms - line.came_ms > TYPED_PAUSE_MS;
	line.came_ms = line.now_ms;
	memcpy(bytes, line.at, piece);
	memcpy(line.stream + line.sent, line.at, piece);
	line.sent += piece;
	line.at += piece;
	line.left -= piece;
	line.hung_up = piece == 0; /* the end of the file */
	return (ssize_t)piece;
}

/* The next code as it stands between line ends; its length, 0 at the end. */
static size_t next_code(size_t *at)
{
	const uint8_t *stream = line.stream;

	while (*at < line.sent && (stream[*at] == '\r' || stream[*at] == '\n')) {
		++*at;
	}
	size_t start = *at;

	while (*at < line.sent && stream[*at] != '\r' && stream[*at] != '\n') {
		++*at;
	}
	return *at < line.sent ? *at - start : 0;
}

static void check(const struct reading *reading, size_t *at)
{
	if (reading->carrier != READING_QR || reading->length > READING_BYTES_MAX ||
	    (reading->fault == READING_COMPLETE) != (reading->length > 0)) {
		__builtin_trap();
	}
	if (line.paused) {
		return;
	}
	size_t code = next_code(at);
	bool fits = code <= READING_BYTES_MAX;

	if (code == 0 || fits != (reading->fault == READING_COMPLETE) ||
	    (fits && (reading->length != code ||
		      memcmp(reading->bytes, line.stream + *at - code, code) != 0))) {
		__builtin_trap();
	}
}

static void listen(struct source *source)
{
	static struct reading reading;
	enum source_status status = SOURCE_OK;
	size_t at = 0;
	int reads = 0;

	while (status != SOURCE_ABSENT && (line.left >= OVERHEAD || status == SOURCE_OK)) {
		status = source_scanner.read(source, &reading, 100);
		if (status == SOURCE_OK) {
			check(&reading, &at);
		} else if (status != SOURCE_NOTHING && status != SOURCE_ABSENT) {
			__builtin_trap();
		}
		if (++reads > READS_MAX) {
			__builtin_trap();
		}
	}
	if ((status == SOURCE_ABSENT) != line.hung_up || (!line.paused && next_code(&at) > 0)) {
		__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct source *source = NULL;

	line.at = bytes;
	line.left = length;
	line.sent = 0;
	line.now_ms = line.came_ms = 1000;
	line.paused = false;
	line.hung_up = false;
	line.plugged = true;
	if (source_scanner.open(&source, PATH, NULL) != SOURCE_OK) {
		__builtin_trap();
	}
	listen(source);
	source_scanner.close(source);
	line.plugged = false;
	return 0;
}
