#include "tests/pn532.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tests/folder.h"
#include "tests/pn532_chip.h"

/* Where the parser of incoming bytes is. */
enum wire_state { SEEK_ZERO, SEEK_START, LENGTH, EXTENDED, BODY };

struct wire {
	enum wire_state state;
	uint8_t head[3];
	size_t head_length;
	uint8_t body[1 + PN532_DATA_MAX + 2]; /* TFI, command, data, DCS, postamble */
	size_t body_length;
	size_t body_wanted;
};

struct pn532 {
	pthread_t thread;
	pthread_mutex_t mutex; /* over all that follows */
	pthread_cond_t changed;
	int wake;
	int master; /* -1: unplugged */
	int slave;  /* kept open, so that the terminal's settings outlive its users */
	bool wants_plugged;
	bool wants_end;
	bool silent;
	unsigned command_us;
	struct pn532_trip trip;
	uint32_t seed;
	char folder[FOLDER_SIZE];
	char link[FOLDER_SIZE + 8];
	char connection[PATH_MAX];
	char device[64];
	struct wire wire;
	struct pn532_chip chip;
	uint8_t last[PN532_FRAME_MAX]; /* the last response, for a NACK */
	size_t last_length;
};

static void give_up(const char *what)
{
	perror(what);
	abort();
}

static void send_bytes(struct pn532 *chip, const uint8_t *bytes, size_t length)
{
	while (length > 0 && chip->master >= 0) {
		ssize_t sent = write(chip->master, bytes, length);
		if (sent <= 0) {
			return;
		}
		bytes += sent;
		length -= (size_t)sent;
	}
}

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Sleep, and count how long it really was. */
static void rest(struct pn532 *chip, uint64_t us)
{
	if (us == 0) {
		return;
	}
	int64_t start = clock_us();
	struct timespec time = { .tv_sec = (time_t)(us / 1000000),
				 .tv_nsec = (long)(us % 1000000) * 1000 };
	pthread_mutex_unlock(&chip->mutex);
	nanosleep(&time, NULL);
	pthread_mutex_lock(&chip->mutex);
	chip->chip.counts.air_us += (uint64_t)(clock_us() - start);
}

/* Run a command, or one that was waiting for a card, and send the response where there is one. */
static void respond(struct pn532 *chip, const uint8_t *command, size_t length)
{
	static const uint8_t syntax_error[] = { 0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00 };
	uint8_t data[PN532_DATA_MAX];
	size_t data_length = 0;
	enum pn532_outcome outcome =
		pn532_chip_run(&chip->chip, data, &data_length, command, length);
	if (chip->chip.found) {
		chip->chip.counts.found_us = clock_us();
		chip->chip.found = false;
	}
	rest(chip, chip->command_us + chip->chip.air_us);
	switch (outcome) {
	case PN532_ANSWERED:
		chip->last_length = pn532_frame(chip->last, command[0] + 1, data, data_length);
		chip->chip.counts.extended += data_length + 2 > 255;
		break;
	case PN532_WAITING:
		return;
	case PN532_SYNTAX_ERROR:
		memcpy(chip->last, syntax_error, sizeof syntax_error);
		chip->last_length = sizeof syntax_error;
		break;
	}
	pn532_spoil(chip->last, chip->last_length,
		    chip->trip.on ? chip->trip.mischief : PN532_WELL);
	send_bytes(chip, chip->last, chip->last_length);
}

/* True where a command is to have no answer but this. */
static bool misbehaves(struct pn532 *chip, uint8_t command)
{
	uint8_t instead[64];
	enum pn532_mischief mischief = pn532_trip_look(&chip->trip, command);
	size_t length = pn532_instead(instead, mischief, &chip->seed);
	switch (mischief) {
	case PN532_UNPLUGGED:
		chip->wants_plugged = false;
		return true;
	case PN532_RESETS:
		pn532_chip_power(&chip->chip);
		chip->trip = (struct pn532_trip){ .on = true };
		return true;
	case PN532_SILENT:
		return true;
	default:
		send_bytes(chip, instead, length);
		return length > 0;
	}
}

static void frame_arrived(struct pn532 *chip)
{
	static const uint8_t ack[] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };
	struct wire *wire = &chip->wire;
	uint8_t sum = 0;
	for (size_t i = 0; i + 1 < wire->body_wanted; i++) {
		sum = (uint8_t)(sum + wire->body[i]);
	}
	if (sum != 0 || wire->body[0] != 0xd4 || chip->silent || !chip->chip.awake) {
		return;
	}
	pthread_cond_broadcast(&chip->changed);
	if (misbehaves(chip, wire->body[1])) {
		return;
	}
	send_bytes(chip, ack, sizeof ack);
	respond(chip, wire->body + 1, wire->body_wanted - 3);
}

static void body_follows(struct pn532 *chip, size_t length)
{
	struct wire *wire = &chip->wire;
	if (length < 2 || length + 2 > sizeof wire->body) {
		wire->state = SEEK_ZERO;
		return;
	}
	wire->state = BODY;
	wire->body_length = 0;
	wire->body_wanted = length + 2;
}

/* LEN and LCS, or what stands there in an ACK, a NACK or an extended frame. */
static void length_arrived(struct pn532 *chip)
{
	struct wire *wire = &chip->wire;
	unsigned first = wire->head[0];
	unsigned second = wire->head[1];
	wire->state = SEEK_ZERO;
	if (first == 0xff && second == 0xff) {
		wire->state = EXTENDED;
		wire->head_length = 0;
	} else if (first == 0x00 && second == 0xff) {
		pn532_chip_abort(&chip->chip);
	} else if (first == 0xff && second == 0x00) {
		send_bytes(chip, chip->last, chip->last_length);
	} else if (((first + second) & 0xff) == 0) {
		body_follows(chip, first);
	}
}

static void byte_arrived(struct pn532 *chip, uint8_t byte)
{
	struct wire *wire = &chip->wire;
	switch (wire->state) {
	case SEEK_ZERO:
		chip->chip.awake = chip->chip.awake || byte == 0x55;
		wire->state = byte == 0x00 ? SEEK_START : SEEK_ZERO;
		break;
	case SEEK_START:
		wire->state = byte == 0xff ? LENGTH : byte == 0x00 ? SEEK_START : SEEK_ZERO;
		wire->head_length = 0;
		break;
	case LENGTH:
		wire->head[wire->head_length++] = byte;
		if (wire->head_length == 2) {
			length_arrived(chip);
		}
		break;
	case EXTENDED:
		wire->head[wire->head_length++] = byte;
		if (wire->head_length == 3) {
			bool sound = ((wire->head[0] + wire->head[1] + byte) & 0xff) == 0;
			chip->chip.counts.extended++;
			body_follows(chip, sound ? (size_t)wire->head[0] << 8 | wire->head[1] : 0);
		}
		break;
	case BODY:
		wire->body[wire->body_length++] = byte;
		if (wire->body_length == wire->body_wanted) {
			wire->state = SEEK_ZERO;
			frame_arrived(chip);
		}
		break;
	}
}

static void unplug(struct pn532 *chip)
{
	unlink(chip->link);
	close(chip->slave);
	close(chip->master);
	chip->master = -1;
}

static void plug(struct pn532 *chip)
{
	chip->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (chip->master < 0 || grantpt(chip->master) != 0 || unlockpt(chip->master) != 0 ||
	    ptsname_r(chip->master, chip->device, sizeof chip->device) != 0) {
		give_up("pseudo-terminal");
	}
	chip->slave = open(chip->device, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios settings;
	if (chip->slave < 0 || tcgetattr(chip->slave, &settings) != 0) {
		give_up("pseudo-terminal");
	}
	cfmakeraw(&settings);
	if (tcsetattr(chip->slave, TCSANOW, &settings) != 0 ||
	    symlink(chip->device, chip->link) != 0) {
		give_up("pseudo-terminal");
	}
	chip->wire = (struct wire){ 0 };
	pn532_chip_power(&chip->chip);
}

/* Bring the plug to where it is wanted, and finish a command that waits for a card. */
static void attend(struct pn532 *chip)
{
	uint64_t ignored;
	if (read(chip->wake, &ignored, sizeof ignored) < 0) {
		return;
	}
	if (chip->wants_plugged != (chip->master >= 0)) {
		if (chip->wants_plugged) {
			plug(chip);
		} else {
			unplug(chip);
		}
		pthread_cond_broadcast(&chip->changed);
	}
	if (chip->chip.waiting && !chip->silent) {
		uint8_t command[PN532_DATA_MAX];
		size_t length = chip->chip.waiting_length;
		memcpy(command, chip->chip.waiting_command, length);
		chip->chip.counts.commands--;
		chip->chip.counts.lists--;
		respond(chip, command, length);
	}
}

static void *run(void *argument)
{
	struct pn532 *chip = argument;
	pthread_mutex_lock(&chip->mutex);
	while (!chip->wants_end) {
		struct pollfd watched[] = { { .fd = chip->wake, .events = POLLIN },
					    { .fd = chip->master, .events = POLLIN } };
		pthread_mutex_unlock(&chip->mutex);
		poll(watched, 2, -1);
		pthread_mutex_lock(&chip->mutex);
		if (watched[0].revents != 0) {
			attend(chip);
			continue;
		}
		uint8_t bytes[512];
		ssize_t got = read(chip->master, bytes, sizeof bytes);
		for (ssize_t i = 0; i < got; i++) {
			byte_arrived(chip, bytes[i]);
		}
		if (!chip->wants_plugged && chip->master >= 0) {
			unplug(chip);
			pthread_cond_broadcast(&chip->changed);
		}
	}
	if (chip->master >= 0) {
		unplug(chip);
	}
	pthread_mutex_unlock(&chip->mutex);
	return NULL;
}

static void wake(struct pn532 *chip)
{
	uint64_t one = 1;
	if (write(chip->wake, &one, sizeof one) < 0) {
		give_up("eventfd");
	}
}

struct pn532 *pn532_start(void)
{
	struct pn532 *chip = calloc(1, sizeof *chip);
	if (chip == NULL) {
		give_up("memory");
	}
	folder_make(chip->folder);
	chip->wake = eventfd(0, EFD_CLOEXEC);
	if (chip->wake < 0) {
		give_up("eventfd");
	}
	snprintf(chip->link, sizeof chip->link, "%s/tty", chip->folder);
	snprintf(chip->connection, sizeof chip->connection, "pn532_uart:%s", chip->link);
	pthread_mutex_init(&chip->mutex, NULL);
	pthread_cond_init(&chip->changed, NULL);
	chip->wants_plugged = true;
	plug(chip);
	if (pthread_create(&chip->thread, NULL, run, chip) != 0) {
		give_up("thread");
	}
	return chip;
}

void pn532_stop(struct pn532 *chip)
{
	if (chip == NULL) {
		return;
	}
	pthread_mutex_lock(&chip->mutex);
	chip->wants_end = true;
	pthread_mutex_unlock(&chip->mutex);
	wake(chip);
	pthread_join(chip->thread, NULL);
	close(chip->wake);
	folder_remove(chip->folder);
	pthread_cond_destroy(&chip->changed);
	pthread_mutex_destroy(&chip->mutex);
	free(chip);
}

const char *pn532_connection(const struct pn532 *chip)
{
	return chip->connection;
}

const char *pn532_device(const struct pn532 *chip)
{
	return chip->device;
}

void pn532_put_card(struct pn532 *chip, int place, const struct card_kind *kind, const void *card)
{
	pthread_mutex_lock(&chip->mutex);
	pn532_chip_put(&chip->chip, place, kind, card);
	pthread_mutex_unlock(&chip->mutex);
	wake(chip);
}

void pn532_put(struct pn532 *chip, int place, const struct type4_tag *tag)
{
	pn532_put_card(chip, place, &type4_card, tag);
}

void pn532_take_away(struct pn532 *chip, int place)
{
	pthread_mutex_lock(&chip->mutex);
	chip->chip.cards[place].present = false;
	pthread_mutex_unlock(&chip->mutex);
}

bool pn532_look_card(struct pn532 *chip, int place, const struct card_kind *kind, void *out)
{
	pthread_mutex_lock(&chip->mutex);
	const struct pn532_card *card = &chip->chip.cards[place];
	bool present = card->present && card->kind == kind;
	if (present) {
		memcpy(out, card->value, kind->size);
	}
	pthread_mutex_unlock(&chip->mutex);
	return present;
}

bool pn532_look(struct pn532 *chip, int place, struct type4_tag *out)
{
	return pn532_look_card(chip, place, &type4_card, out);
}

void pn532_silence(struct pn532 *chip, bool silent)
{
	pthread_mutex_lock(&chip->mutex);
	chip->silent = silent;
	pthread_mutex_unlock(&chip->mutex);
}

static void set_plug(struct pn532 *chip, bool plugged)
{
	pthread_mutex_lock(&chip->mutex);
	chip->wants_plugged = plugged;
	wake(chip);
	while ((chip->master >= 0) != plugged) {
		pthread_cond_wait(&chip->changed, &chip->mutex);
	}
	pthread_mutex_unlock(&chip->mutex);
}

void pn532_unplug(struct pn532 *chip)
{
	set_plug(chip, false);
}

void pn532_plug(struct pn532 *chip)
{
	set_plug(chip, true);
}

void pn532_trip(struct pn532 *chip, enum pn532_mischief mischief, unsigned command, unsigned nth)
{
	pthread_mutex_lock(&chip->mutex);
	chip->trip = (struct pn532_trip){ mischief, (uint8_t)command, nth, false };
	pthread_mutex_unlock(&chip->mutex);
}

bool pn532_tripped(struct pn532 *chip)
{
	pthread_mutex_lock(&chip->mutex);
	bool on = chip->trip.on;
	pthread_mutex_unlock(&chip->mutex);
	return on;
}

void pn532_heal(struct pn532 *chip)
{
	pthread_mutex_lock(&chip->mutex);
	chip->trip = (struct pn532_trip){ .mischief = PN532_WELL };
	pthread_mutex_unlock(&chip->mutex);
	pn532_plug(chip);
}

void pn532_blind(struct pn532 *chip, unsigned times)
{
	pthread_mutex_lock(&chip->mutex);
	chip->chip.blind = times;
	pthread_mutex_unlock(&chip->mutex);
}

void pn532_await_lists(struct pn532 *chip, unsigned more)
{
	pthread_mutex_lock(&chip->mutex);
	unsigned until = chip->chip.counts.lists + more;
	while ((int)(chip->chip.counts.lists - until) < 0) {
		pthread_cond_wait(&chip->changed, &chip->mutex);
	}
	pthread_mutex_unlock(&chip->mutex);
}

void pn532_set_habit(struct pn532 *chip, enum pn532_habit habit)
{
	pthread_mutex_lock(&chip->mutex);
	chip->chip.habit = habit;
	pthread_mutex_unlock(&chip->mutex);
}

void pn532_refuse_registers(struct pn532 *chip, bool refuse)
{
	pthread_mutex_lock(&chip->mutex);
	chip->chip.refuses_registers = refuse;
	pthread_mutex_unlock(&chip->mutex);
}

void pn532_pace(struct pn532 *chip, unsigned air_ns_per_byte, unsigned command_us)
{
	pthread_mutex_lock(&chip->mutex);
	chip->chip.air_ns_per_byte = air_ns_per_byte;
	chip->command_us = command_us;
	pthread_mutex_unlock(&chip->mutex);
}

struct pn532_counts pn532_counts(struct pn532 *chip)
{
	pthread_mutex_lock(&chip->mutex);
	struct pn532_counts counts = chip->chip.counts;
	pthread_mutex_unlock(&chip->mutex);
	return counts;
}
