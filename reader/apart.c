#include "reader/apart.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "reader/confine.h"

/* Both directions: integers of fixed size, no pointers, checked before they are used. */
struct packet {
	uint32_t status;
	struct reading reading; /* only of SOURCE_OK after opening */
};
#define SHORT_PACKET offsetof(struct packet, reading)

struct order {
	uint32_t bank_salt_count;
	uint32_t without_rest;
	uint32_t has_trace_key;
	uint8_t bank_salts[BANK_TOKENS_MAX][BANK_SALT_BYTES];
	uint8_t trace_key[TRACE_KEY_BYTES];
};

static bool send_packet(int link, const void *packet, size_t length)
{
	ssize_t sent;

	do {
		sent = send(link, packet, length, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)length;
}

/* --- the thread's side --- */

bool apart_send_setup(int link, const struct source_setup *setup)
{
	struct order order = { 0 };

	if (setup != NULL) {
		order.bank_salt_count = (uint32_t)setup->bank_salt_count;
		order.without_rest = setup->without_rest;
		order.has_trace_key = setup->has_trace_key;
		memcpy(order.bank_salts, setup->bank_salts, sizeof order.bank_salts);
		memcpy(order.trace_key, setup->trace_key, sizeof order.trace_key);
	}
	bool sent = send_packet(link, &order, sizeof order);

	explicit_bzero(&order, sizeof order);
	return sent;
}

static bool has_sound_proof(const struct reading *reading)
{
	return reading->proof.length <= CHIP_SIGNATURE_MAX;
}

static bool has_sound_bytes(const struct reading *reading)
{
	if (reading->fault != READING_COMPLETE) {
		return reading->length == 0;
	}
	if (reading->carrier == READING_BANK) {
		return reading->length >= BANK_TOKEN_BYTES &&
		       reading->length <= (size_t)BANK_TOKENS_MAX * BANK_TOKEN_BYTES &&
		       reading->length % BANK_TOKEN_BYTES == 0;
	}
	return reading->length <= READING_BYTES_MAX;
}

/* A bool that is neither is not to be looked at as one. */
static bool has_sound_flags(const struct reading *reading)
{
	uint8_t flag;

	memcpy(&flag, &reading->lay_there, sizeof flag);
	return flag <= 1;
}

bool reading_is_sound(const struct reading *reading)
{
	return (unsigned)reading->carrier <= READING_BANK &&
	       (unsigned)reading->fault <= READING_UNSUPPORTED && has_sound_bytes(reading) &&
	       has_sound_proof(reading) && has_sound_flags(reading);
}

/* What the packet says; false where that cannot be. */
static bool understand(enum source_status *status, struct reading *out, struct packet *packet,
		       size_t length, uint64_t now_ms)
{
	bool has_reading = length == sizeof *packet;
	bool wants_reading = packet->status == SOURCE_OK && out != NULL;

	if ((!has_reading && length != SHORT_PACKET) || packet->status > SOURCE_READ_ONLY ||
	    has_reading != wants_reading) {
		return false;
	}
	if (has_reading && !reading_is_sound(&packet->reading)) {
		return false;
	}
	*status = (enum source_status)packet->status;
	if (has_reading) {
		*out = packet->reading;
		out->taken_ms = out->taken_ms < now_ms ? out->taken_ms : now_ms;
	}
	return true;
}

enum apart_heard apart_receive(int link, enum source_status *status, struct reading *out,
			       int timeout_ms, uint64_t now_ms)
{
	struct pollfd other = { .fd = link, .events = POLLIN };
	struct packet packet;

	if (poll(&other, 1, timeout_ms) <= 0) {
		return APART_NOTHING;
	}
	ssize_t got = recv(link, &packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return APART_NOTHING;
	}
	bool understood = got >= (ssize_t)SHORT_PACKET && got <= (ssize_t)sizeof packet &&
			  understand(status, out, &packet, (size_t)got, now_ms);

	explicit_bzero(&packet, sizeof packet);
	return understood ? APART_SAID : APART_ENDED;
}

/* --- the process's side --- */

bool apart_send_status(int link, enum source_status status)
{
	struct packet packet = { .status = status };

	return send_packet(link, &packet, SHORT_PACKET);
}

/* What came of one call of the driver; false where nobody listens. */
static bool report(int link, struct packet *packet)
{
	bool has_reading = packet->status == SOURCE_OK;
	bool sent = send_packet(link, packet, has_reading ? sizeof *packet : SHORT_PACKET);

	if (has_reading) {
		explicit_bzero(&packet->reading, sizeof packet->reading);
	}
	return sent;
}

static void read_all(int link, const struct source_driver *driver, struct source *source)
{
	struct packet packet = { 0 };
	enum source_status status;

	do {
		status = driver->read(source, &packet.reading, APART_READ_MS);
		packet.status = status;
	} while (report(link, &packet) && (status == SOURCE_OK || status == SOURCE_NOTHING));
}

static bool receive_setup(int link, struct source_setup *setup)
{
	struct order order;
	ssize_t got;

	do {
		got = recv(link, &order, sizeof order, 0);
	} while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof order || order.bank_salt_count > BANK_TOKENS_MAX) {
		return false;
	}
	setup->bank_salt_count = order.bank_salt_count;
	setup->without_rest = order.without_rest != 0;
	setup->has_trace_key = order.has_trace_key != 0;
	memcpy(setup->bank_salts, order.bank_salts, sizeof setup->bank_salts);
	memcpy(setup->trace_key, order.trace_key, sizeof setup->trace_key);
	explicit_bzero(&order, sizeof order);
	return true;
}

void apart_serve(int link, const struct source_driver *driver, const char *address)
{
	struct source_setup setup = { 0 };
	struct source *source = NULL;

	if (!receive_setup(link, &setup)) {
		return;
	}
	confine_opening(driver->reach, address);
	enum source_status status = driver->open(&source, address, &setup);

	explicit_bzero(&setup, sizeof setup);
	if (status == SOURCE_OK) {
		confine_opened(driver->reach, address);
	}
	if (apart_send_status(link, status) && status == SOURCE_OK) {
		read_all(link, driver, source);
	}
	if (status == SOURCE_OK) {
		driver->close(source);
	}
}
