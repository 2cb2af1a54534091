/*
 * A PN532 that answers whatever it likes, through the real libnfc: opening it, reading and writing
 * end, within what a chip may take, and a reading is whole or has its fault.
 *
 * The calls on the serial line and the clock stand before those of the C library, for libnfc too,
 * and serve an emulated chip without waiting.  The input says for each command how the honest answer
 * is bent: one byte for the manner (enum bend), then what that takes.  When the input is used up,
 * the chip is honest again.
 *
 * Covers reader/source_nfc.c.
 *
 * Three of libnfc 1.8's own faults would stop every search and are kept from it (tame()): it copies
 * an ATS of one byte less than the length says, also where that is 0; of a chained answer it copies
 * one byte less than there are, also where there are none; and a status with bit 7 stops the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "reader/source.h"
#include "tests/emv_card.h"
#include "tests/piv_card.h"
#include "tests/pn532_chip.h"
#include "tests/type2_tag.h"
#include "tests/type4_tag.h"

#define PATH         "/dev/null" /* opened truly, for the descriptor */
#define FILES_MAX    1024
#define COMMANDS_MAX 3000 /* then the chip is unplugged: a script must not go round for ever */
#define SECOND_US    1000000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum bend {
	BEND_NOTHING,
	BEND_BYTE,   /* where, and what is put over it */
	BEND_LENGTH, /* how long the answer is made */
	BEND_DATA,   /* how long, and what: the answer */
	BEND_RAW,    /* the same in place of the frame */
	BEND_MUTE,   /* an ACK and no answer */
	BEND_ERROR,  /* an error frame */
	BEND_UNPLUG, /* hangs up */
	BEND_COUNT,
};

/* The line: there is one, and the C library's calls know no context. */
static struct {
	bool plugged;         /* the stand-in serves its files */
	bool hung_up;         /* as the chip would have it */
	bool ours[FILES_MAX]; /* descriptors that lead to the chip */
	int64_t now_us;
	int commands;
	const uint8_t *at; /* the script */
	size_t left;
	uint8_t out[8192]; /* what the chip sent and nobody has read */
	size_t out_length;
	struct pn532_chip chip;
} line;

/* --- the script --- */

static uint8_t next_byte(void)
{
	if (line.left == 0) {
		return 0;
	}
	line.left--;
	return *line.at++;
}

static size_t next_bytes(uint8_t *out, size_t count)
{
	count = count < line.left ? count : line.left;
	memcpy(out, line.at, count);
	line.at += count;
	line.left -= count;
	return count;
}

/* --- the chip --- */

static void send(const uint8_t *bytes, size_t length)
{
	if (length <= sizeof line.out - line.out_length) {
		memcpy(line.out + line.out_length, bytes, length);
		line.out_length += length;
	}
}

static bool has_status(uint8_t command)
{
	return command == 0x40 || command == 0x42 || command == 0x44 || command == 0x52 ||
	       command == 0x54 || command == 0x16 || command == 0x00;
}

/* InListPassiveTarget: number, ATQA, SAK, then identifier and ATS, each behind its length. */
static void tame_target(uint8_t *data, size_t length)
{
	if (length < 6 || data[0] == 0) {
		return;
	}
	size_t ats = (size_t)6 + data[5];
	if (ats < length && data[ats] == 0) {
		data[ats] = 1;
	}
}

static void tame(uint8_t *data, size_t length, uint8_t command)
{
	if (length > 0 && has_status(command)) {
		data[0] &= 0x7f;
	}
	if (command == 0x4a) {
		tame_target(data, length);
	}
}

static void answer(uint8_t command, uint8_t *data, size_t length)
{
	uint8_t frame[PN532_FRAME_MAX];

	length += length == 0 && has_status(command);
	tame(data, length, command);
	send(frame, pn532_frame(frame, command + 1U, data, length));
}

static void send_raw(void)
{
	uint8_t bytes[256];

	send(bytes, next_bytes(bytes, next_byte()));
}

/* The answer, bent as the script says.  The data behind a short answer is what the card left. */
static void bent_answer(uint8_t command, uint8_t data[static PN532_DATA_MAX], size_t length)
{
	static const uint8_t error[] = { 0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00 };

	switch ((enum bend)(next_byte() % BEND_COUNT)) {
	case BEND_BYTE:
		if (length > 0) {
			size_t where = next_byte() % length;
			data[where] = next_byte();
		}
		break;
	case BEND_LENGTH:
		length = next_byte();
		break;
	case BEND_DATA:
		length = next_bytes(data, next_byte());
		break;
	case BEND_RAW:
		send_raw();
		return;
	case BEND_MUTE:
		return;
	case BEND_ERROR:
		send(error, sizeof error);
		return;
	case BEND_UNPLUG:
		line.hung_up = true;
		return;
	default:
		break;
	}
	answer(command, data, length);
}

/* A frame that libnfc wrote, at once and in one piece. */
static void command_arrived(const uint8_t *command, size_t length)
{
	static const uint8_t ack[] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };
	uint8_t data[PN532_DATA_MAX] = { 0 };
	size_t data_length = 0;

	line.now_us += 500;
	line.hung_up = line.hung_up || ++line.commands > COMMANDS_MAX;
	if (line.hung_up) {
		return;
	}
	send(ack, sizeof ack);
	switch (pn532_chip_run(&line.chip, data, &data_length, command, length)) {
	case PN532_ANSWERED:
	case PN532_SYNTAX_ERROR:
		bent_answer(command[0], data, data_length);
		break;
	case PN532_WAITING:
		break;
	}
}

static void written(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i + 7 < length; i++) {
		if (bytes[i] != 0x00 || bytes[i + 1] != 0xff || bytes[i + 2] == 0x00) {
			continue;
		}
		bool extended = bytes[i + 2] == 0xff && bytes[i + 3] == 0xff;
		size_t body = i + (extended ? 7 : 4);
		size_t counted = extended ? (size_t)bytes[i + 4] << 8 | bytes[i + 5] : bytes[i + 2];

		if (counted < 2 || body >= length || counted > length - body) {
			__builtin_trap(); /* libnfc's own frames are whole */
		}
		command_arrived(bytes + body + 1, counted - 1);
		return;
	}
}

/* --- the line, in place of the C library's --- */

static bool is_ours(int file)
{
	return line.plugged && file >= 0 && file < FILES_MAX && line.ours[file];
}

int open(const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
	va_end(arguments);
	int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (file >= 0 && file < FILES_MAX) {
		line.ours[file] = line.plugged && strcmp(path, PATH) == 0;
	}
	return file;
}

int flock(int file, int operation)
{
	return is_ours(file) ? 0 : (int)syscall(SYS_flock, file, operation);
}

int tcgetattr(int file, struct termios *settings)
{
	memset(settings, 0, sizeof *settings);
	return is_ours(file) && !line.hung_up ? 0 : -1;
}

int tcsetattr(int file, int when, const struct termios *settings)
{
	(void)when;
	(void)settings;
	return is_ours(file) && !line.hung_up ? 0 : -1;
}

int tcflush(int file, int queue)
{
	(void)file;
	(void)queue;
	line.out_length = 0;
	return 0;
}

int ioctl(int file, unsigned long request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	if (!is_ours(file)) {
		return (int)syscall(SYS_ioctl, file, request, argument);
	}
	*(int *)argument = (int)line.out_length;
	return 0;
}

int poll(struct pollfd *files, nfds_t count, int timeout_ms)
{
	if (!is_ours(files[0].fd)) {
		return (int)syscall(SYS_poll, files, count, timeout_ms);
	}
	files[0].revents = line.hung_up ? POLLHUP : 0;
	line.now_us += line.hung_up || timeout_ms < 0 ? 0 : (int64_t)timeout_ms * 1000;
	return line.hung_up;
}

int select(int count, fd_set *readable, fd_set *writable, fd_set *odd, struct timeval *timeout)
{
	(void)writable;
	(void)odd;
	for (int file = 0; file < count; file++) {
		if (!is_ours(file) || line.out_length == 0) {
			FD_CLR(file, readable);
		}
	}
	if (line.out_length > 0) {
		return 1;
	}
	if (line.hung_up || timeout == NULL) {
		line.hung_up = true; /* nobody waits without end for a chip that says nothing */
		errno = EIO;
		return -1;
	}
	line.now_us += timeout->tv_sec * SECOND_US + timeout->tv_usec;
	return 0;
}

ssize_t read(int file, void *bytes, size_t length)
{
	if (!is_ours(file)) {
		return syscall(SYS_read, file, bytes, length);
	}
	length = length < line.out_length ? length : line.out_length;
	memcpy(bytes, line.out, length);
	line.out_length -= length;
	memmove(line.out, line.out + length, line.out_length);
	return (ssize_t)length;
}

ssize_t write(int file, const void *bytes, size_t length)
{
	if (!is_ours(file)) {
		return syscall(SYS_write, file, bytes, length);
	}
	line.chip.awake = true;
	written(bytes, length);
	return (ssize_t)length;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!line.plugged) {
		return (int)syscall(SYS_clock_gettime, clock, now);
	}
	line.now_us++;
	now->tv_sec = line.now_us / SECOND_US;
	now->tv_nsec = line.now_us % SECOND_US * 1000;
	return 0;
}

int nanosleep(const struct timespec *time, struct timespec *rest)
{
	if (!line.plugged) {
		return (int)syscall(SYS_nanosleep, time, rest);
	}
	line.now_us += time->tv_sec * SECOND_US + time->tv_nsec / 1000;
	return 0;
}

/* --- what is tried --- */

/* An honest card of each kind that the reader is asked for, made once. */
static const struct card {
	const struct card_kind *kind;
	const void *value;
} * cards(void)
{
	static const uint8_t payload[300] = { 0xd2, 0x84 };
	static struct type4_tag type4;
	static struct type2_tag type2;
	static struct emv_card emv;
	static struct piv_card piv;
	static const struct card made[] = { { &type4_card, &type4 },
					    { &type2_card, &type2 },
					    { &emv_card_kind, &emv },
					    { &piv_card, &piv } };

	if (type4.uid_length == 0) {
		type4_tag_make_credential(&type4, payload, sizeof payload);
		type2_tag_make_credential(&type2, TYPE2_NTAG215, payload, sizeof payload);
		emv_card_make(&emv, "6222021234567894", 1);
		piv_card_make(&piv);
		piv_card_put_record(&piv, payload, sizeof payload);
	}
	return made;
}

/* The first byte: how many lie in the field, of which kind the first is, and the chip's habit. */
static void prepare(const uint8_t *bytes, size_t length)
{
	line.at = bytes;
	line.left = length;
	line.now_us = SECOND_US;
	line.commands = 0;
	line.out_length = 0;
	line.hung_up = false;
	memset(&line.chip, 0, sizeof line.chip);
	pn532_chip_power(&line.chip);
	uint8_t field = next_byte();
	for (int place = 0; place < (field & 3) % 3; place++) {
		const struct card *card = &cards()[((field >> 4) + place) & 3];
		pn532_chip_put(&line.chip, place, card->kind, card->value);
	}
	line.chip.habit = (enum pn532_habit)((field >> 2 & 3) % 3);
	line.plugged = true;
}

static void use(struct source *source)
{
	static const uint8_t written[] = { 0xd2, 0x84, 0x43 };
	static struct reading reading;
	enum source_status status = SOURCE_NOTHING;

	for (int look = 0; look < 8 && status != SOURCE_ABSENT; look++) {
		int64_t start_us = line.now_us;
		status = source_nfc.read(source, &reading, 300);
		if (status == SOURCE_OK &&
		    (reading.length > READING_BYTES_MAX || reading.carrier == READING_QR ||
		     (reading.fault == READING_COMPLETE) != (reading.length > 0))) {
			__builtin_trap();
		}
		if (line.now_us - start_us > 10 * (int64_t)SECOND_US) {
			__builtin_trap();
		}
	}
	if (status != SOURCE_ABSENT) {
		(void)!source_nfc.write(source, written, sizeof written, 300);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct source *source = NULL;

	prepare(bytes, length);
	enum source_status status = source_nfc.open(&source, "pn532_uart:" PATH, NULL);
	if (status == SOURCE_OK) {
		use(source);
		source_nfc.close(source);
	} else if (status != SOURCE_ABSENT || source != NULL) {
		__builtin_trap();
	}
	line.plugged = false;
	return 0;
}
