#include "reader/type2.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum { FAST_READ = 0x3a, GET_VERSION = 0x60 };
enum { TLV_NULL = 0x00, TLV_LOCKS = 0x01, TLV_RESERVED = 0x02, TLV_NDEF = 0x03, TLV_END = 0xfe };

#define PAGE               4    /* [byte] */
#define READ_BYTES         16   /* [byte] of an answer to READ, whose address wraps at the end */
#define FAST_PAGES_MAX     60   /* pages; the answer fits a frame of any reader, 255 bytes */
#define MEMORY_MAX         1024 /* [byte] pages 0 to 255 */
#define LOCK_PAGE          2 /* of the static lock bits; then the capability container, then data */
#define STATIC_LOCKS       10 /* [byte] address of the lock bits of pages 3 to 15 */
#define CONTAINER          12 /* [byte] address of the capability container */
#define DATA               16 /* [byte] address of the first TLV */
#define STATIC_PAGES       16 /* pages that the static lock bits speak of */
#define RESELECTIONS_MAX   4
#define VERSION_BYTES      8
#define LENGTH_IS_LONG     0xff
#define LENGTH_IS_RESERVED 0xffff

/* Does the card know FAST_READ? */
enum fast { FAST_UNTRIED, FAST_PROVEN, FAST_REFUSED };

struct session {
	const struct card_link *link;
	int reselections;
	enum fast fast;
	bool writable; /* as the capability container has it */
	size_t end;    /* [byte] address behind the last that may hold a TLV */
	size_t known;  /* [byte] address behind the last that was read */
	uint8_t memory[MEMORY_MAX];
	size_t length; /* [byte] of the last answer */
	uint8_t answer[CARD_RESPONSE_MAX];
};

/* Where a TLV lies: the addresses of its type and value, and its length [byte]. */
struct tlv {
	size_t at;
	size_t value;
	size_t length;
};

/* The tags that are written: where they keep what forbids it.  Of NXP's data sheet, 8.5 and 10.1. */
struct product {
	uint8_t storage;        /* in the answer to GET_VERSION */
	uint8_t lock_page;      /* dynamic lock bytes; the next page ends with AUTH0 */
	uint8_t pages_per_lock; /* from page 16 */
	size_t capacity;        /* [byte] from page 4 */
};
static const struct product products[] = {
	{ 0x0f, 0x28, 2, 144 },  /* NTAG213 */
	{ 0x11, 0x82, 16, 504 }, /* NTAG215 */
	{ 0x13, 0xe2, 16, 888 }, /* NTAG216 */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* --- exchanges --- */

/* One exchange; the answer is left in the session.  TYPE2_LOST where none came, or a refusal. */
static enum type2_status exchange(struct session *session, const uint8_t *command, size_t length)
{
	const struct card_link *link = session->link;
	int got = link->transceive(link->context, session->answer, command, length);
	if (got < 1 || (got == 1 && session->answer[0] != TYPE2_ACKNOWLEDGED)) {
		return TYPE2_LOST;
	}
	if (got > CARD_RESPONSE_MAX) {
		return TYPE2_MALFORMED;
	}
	session->length = (size_t)got;
	return TYPE2_OK;
}

/* After a command that was not answered: select the card again. */
static enum type2_status recover(struct session *session)
{
	const struct card_link *link = session->link;
	if (link->reselect == NULL || ++session->reselections > RESELECTIONS_MAX) {
		return TYPE2_LOST;
	}
	return link->reselect(link->context) ? TYPE2_OK : TYPE2_LOST;
}

/* The same twice where the card stays; an answer has as many bytes as expected.  What a card that
 * stays does not answer becomes refused. */
static enum type2_status insist(struct session *session, const uint8_t *command, size_t length,
				size_t expected, enum type2_status refused)
{
	for (int i = 0; i < 2; i++) {
		enum type2_status status = exchange(session, command, length);
		if (status == TYPE2_OK && session->length != expected) {
			return TYPE2_MALFORMED;
		}
		if (status != TYPE2_LOST) {
			return status;
		}
		status = recover(session);
		if (status != TYPE2_OK) {
			return status;
		}
	}
	return refused;
}

static enum type2_status read_four(struct session *session, size_t page, enum type2_status refused)
{
	const uint8_t command[] = { TYPE2_READ, (uint8_t)page };
	return insist(session, command, sizeof command, READ_BYTES, refused);
}

/* Many pages in one answer.  A card that does not know how is not asked again; one that does is not
 * believed that it forgot. */
static enum type2_status read_many(struct session *session, size_t page, size_t count)
{
	const uint8_t command[] = { FAST_READ, (uint8_t)page, (uint8_t)(page + count - 1) };
	if (session->fast == FAST_PROVEN) {
		return insist(session, command, sizeof command, count * PAGE, TYPE2_MALFORMED);
	}
	enum type2_status status = exchange(session, command, sizeof command);
	if (status == TYPE2_LOST) {
		session->fast = FAST_REFUSED;
		session->length = 0;
		return recover(session);
	}
	if (status == TYPE2_OK && session->length != count * PAGE) {
		return TYPE2_MALFORMED;
	}
	session->fast = FAST_PROVEN;
	return status;
}

/* Four pages, of which count are wanted.  Behind a tag's last page its first would follow, so the
 * last that is wanted has to be there by itself. */
static enum type2_status read_few(struct session *session, size_t page, size_t count)
{
	if (count > 1 && count <= READ_BYTES / PAGE) {
		enum type2_status status = read_four(session, page + count - 1, TYPE2_MALFORMED);
		if (status != TYPE2_OK) {
			return status;
		}
	}
	return read_four(session, page, TYPE2_MALFORMED);
}

/* What was read follows what is known. */
static void keep(struct session *session)
{
	size_t got = least(session->length, MEMORY_MAX - session->known);
	memcpy(session->memory + session->known, session->answer, got);
	session->known += got;
}

/* Have the memory known up to an address, in as few exchanges as the tag allows. */
static enum type2_status fetch(struct session *session, size_t end)
{
	assert(end <= MEMORY_MAX);
	while (session->known < end) {
		size_t page = session->known / PAGE;
		size_t count = (end - session->known + PAGE - 1) / PAGE;
		bool many = session->fast != FAST_REFUSED && count > 1;
		enum type2_status status =
			many ? read_many(session, page, least(count, FAST_PAGES_MAX))
			     : read_few(session, page, count);
		if (status != TYPE2_OK) {
			return status;
		}
		keep(session);
	}
	return TYPE2_OK;
}

/* --- what the memory holds --- */

/* The static lock bits and the capability container: E1, version 1.x, size in eight bytes, access to read and to write. */
static enum type2_status start(struct session *session, const struct card_link *link)
{
	*session = (struct session){ .link = link,
				     .fast = link->reselect == NULL ? FAST_REFUSED : FAST_UNTRIED,
				     .known = LOCK_PAGE * PAGE };
	enum type2_status status = read_four(session, LOCK_PAGE, TYPE2_NO_NDEF);
	if (status != TYPE2_OK) {
		return status;
	}
	keep(session);
	const uint8_t *container = session->memory + CONTAINER;
	if (container[0] != 0xe1 || container[1] >> 4 != 1 || container[3] >> 4 != 0) {
		return TYPE2_NO_NDEF;
	}
	if (container[2] == 0) {
		return TYPE2_MALFORMED;
	}
	session->writable = (container[3] & 0x0f) == 0;
	session->end = least(DATA + (size_t)container[2] * 8, MEMORY_MAX);
	return TYPE2_OK;
}

/* A TLV's length, one byte or three, and that its value lies within the data. */
static enum type2_status measure(struct session *session, struct tlv *tlv)
{
	size_t head = 2;
	for (size_t i = 0; i < 2; i++) {
		if (head > session->end - tlv->at) {
			return TYPE2_MALFORMED;
		}
		enum type2_status status = fetch(session, tlv->at + head);
		if (status != TYPE2_OK) {
			return status;
		}
		head = session->memory[tlv->at + 1] == LENGTH_IS_LONG ? 4 : 2;
	}
	const uint8_t *bytes = session->memory + tlv->at + 1;
	bool is_long = head == 4;
	tlv->value = tlv->at + head;
	tlv->length = is_long ? (size_t)bytes[1] << 8 | bytes[2] : bytes[0];
	if (is_long && (tlv->length < LENGTH_IS_LONG || tlv->length == LENGTH_IS_RESERVED)) {
		return TYPE2_MALFORMED;
	}
	return tlv->length > session->end - tlv->value ? TYPE2_MALFORMED : TYPE2_OK;
}

/* What a lock or memory control TLV reserves has to lie outside the data. */
static enum type2_status check_reserved(struct session *session, const struct tlv *tlv)
{
	if (tlv->length != 3) {
		return TYPE2_MALFORMED;
	}
	enum type2_status status = fetch(session, tlv->value + 3);
	if (status != TYPE2_OK) {
		return status;
	}
	const uint8_t *control = session->memory + tlv->value;
	size_t first = ((size_t)(control[0] >> 4) << (control[2] & 0x0f)) + (control[0] & 0x0f);
	size_t count = control[1] == 0 ? 256 : control[1];
	if (session->memory[tlv->at] == TLV_LOCKS) {
		count = (count + 7) / 8; /* it counts bits */
	}
	return first < session->end && first + count > DATA ? TYPE2_NO_NDEF : TYPE2_OK;
}

/* The TLV at an address, which is neither NULL nor the terminator. */
static enum type2_status take_tlv(struct session *session, struct tlv *out, size_t at)
{
	*out = (struct tlv){ .at = at };
	enum type2_status status = measure(session, out);
	uint8_t type = session->memory[at];
	if (status == TYPE2_OK && (type == TLV_LOCKS || type == TLV_RESERVED)) {
		return check_reserved(session, out);
	}
	return status;
}

/* The first NDEF message; all that stands before it is passed over. */
static enum type2_status find_message(struct session *session, struct tlv *out)
{
	size_t at = DATA;
	while (at < session->end) {
		enum type2_status status = fetch(session, at + 1);
		if (status != TYPE2_OK) {
			return status;
		}
		uint8_t type = session->memory[at];
		if (type == TLV_END) {
			return TYPE2_NO_NDEF;
		}
		if (type == TLV_NULL) {
			at++;
			continue;
		}
		status = take_tlv(session, out, at);
		if (status != TYPE2_OK || type == TLV_NDEF) {
			return status;
		}
		at = out->value + out->length;
	}
	return TYPE2_NO_NDEF;
}

static enum type2_status read_message(struct session *session, uint8_t *message, size_t *length)
{
	struct tlv tlv = { 0 };
	enum type2_status status = find_message(session, &tlv);
	if (status == TYPE2_OK && tlv.length == 0) {
		status = TYPE2_NO_NDEF;
	}
	if (status == TYPE2_OK) {
		status = fetch(session, tlv.value + tlv.length);
	}
	if (status == TYPE2_OK) {
		memcpy(message, session->memory + tlv.value, tlv.length);
		*length = tlv.length;
	}
	return status;
}

enum type2_status type2_read(const struct card_link *link,
			     uint8_t message[static TYPE2_MESSAGE_MAX], size_t *length)
{
	struct session session;
	enum type2_status status = start(&session, link);
	return status == TYPE2_OK ? read_message(&session, message, length) : status;
}

/* --- writing --- */

/* Which tag it is; *out stays as it is where it is none that we write. */
static enum type2_status identify(struct session *session, const struct product **out)
{
	static const uint8_t command[] = { GET_VERSION };
	enum type2_status status =
		insist(session, command, sizeof command, VERSION_BYTES, TYPE2_READ_ONLY);
	if (status != TYPE2_OK) {
		return status;
	}
	/* Type NTAG, 50 pF, major version 1; whoever made it. */
	const uint8_t *version = session->answer;
	if (version[2] != 0x04 || version[3] != 0x02 || version[4] != 0x01) {
		return TYPE2_READ_ONLY;
	}
	for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
		if (products[i].storage == version[6]) {
			*out = &products[i];
			return TYPE2_OK;
		}
	}
	return TYPE2_READ_ONLY;
}

/* May each of these pages be written?  Asked before anything is, or the old content would be lost. */
static enum type2_status check_pages(struct session *session, size_t first, size_t last)
{
	const struct product *product = NULL;
	enum type2_status status = identify(session, &product);
	if (status != TYPE2_OK) {
		return status;
	}
	if (session->end > DATA + product->capacity) {
		return TYPE2_MALFORMED;
	}
	status = read_four(session, product->lock_page, TYPE2_READ_ONLY);
	if (status != TYPE2_OK) {
		return status;
	}
	const uint8_t *statics = session->memory + STATIC_LOCKS;
	uint32_t static_locks = (uint32_t)statics[1] << 8 | statics[0];
	uint32_t dynamic_locks = (uint32_t)session->answer[1] << 8 | session->answer[0];
	uint8_t protected_from = session->answer[2 * PAGE - 1];
	if (protected_from <= last) {
		return TYPE2_READ_ONLY;
	}
	for (size_t page = first; page <= last; page++) {
		uint32_t lock = page < STATIC_PAGES
					? static_locks >> page
					: dynamic_locks >>
						  ((page - STATIC_PAGES) / product->pages_per_lock);
		if ((lock & 1) != 0) {
			return TYPE2_READ_ONLY;
		}
	}
	return TYPE2_OK;
}

static enum type2_status write_page(struct session *session, size_t page, const uint8_t *bytes)
{
	uint8_t command[2 + PAGE] = { TYPE2_WRITE, (uint8_t)page };
	memcpy(command + 2, bytes, PAGE);
	return insist(session, command, sizeof command, 1, TYPE2_READ_ONLY);
}

/* Make the old message empty by the one page that holds the first byte of its length. */
static enum type2_status write_empty(struct session *session, size_t at)
{
	size_t page = (at + 1) / PAGE;
	size_t within = (at + 1) % PAGE;
	uint8_t bytes[PAGE];
	memcpy(bytes, session->memory + page * PAGE, PAGE);
	if (bytes[within] == 0) {
		return TYPE2_OK;
	}
	bytes[within] = 0;
	if (within + 1 < PAGE) {
		bytes[within + 1] = TLV_END;
	}
	return write_page(session, page, bytes);
}

/* Lay the message out in the memory behind its type, up to the end of a page. */
static void lay_out(struct session *session, size_t at, const uint8_t *message, size_t length)
{
	uint8_t *out = session->memory + at + 1;
	if (length < LENGTH_IS_LONG) {
		*out++ = (uint8_t)length;
	} else {
		*out++ = LENGTH_IS_LONG;
		*out++ = (uint8_t)(length >> 8);
		*out++ = (uint8_t)length;
	}
	memcpy(out, message, length);
	size_t end = (size_t)(out - session->memory) + length;
	if (end < session->end) {
		session->memory[end++] = TLV_END;
	}
	while (end % PAGE != 0) {
		session->memory[end++] = TLV_NULL;
	}
}

/* The page with the first byte of the length comes last: until then the tag is empty. */
static enum type2_status write_pages(struct session *session, size_t first, size_t last)
{
	enum type2_status status = TYPE2_OK;
	for (size_t page = first + 1; page <= last && status == TYPE2_OK; page++) {
		status = write_page(session, page, session->memory + page * PAGE);
	}
	if (status == TYPE2_OK) {
		status = write_page(session, first, session->memory + first * PAGE);
	}
	return status;
}

static enum type2_status read_back(struct session *session, const uint8_t *message, size_t length)
{
	uint8_t found[TYPE2_MESSAGE_MAX];
	size_t found_length = 0;
	session->known = DATA;
	enum type2_status status = read_message(session, found, &found_length);
	if (status == TYPE2_LOST) {
		return status;
	}
	bool same =
		status == TYPE2_OK && found_length == length && memcmp(found, message, length) == 0;
	return same ? TYPE2_OK : TYPE2_DIFFERENT;
}

enum type2_status type2_write(const struct card_link *link, const uint8_t *message, size_t length)
{
	assert(length > 0);
	struct session session;
	struct tlv old = { 0 };
	enum type2_status status = start(&session, link);
	if (status == TYPE2_OK && !session.writable) {
		status = TYPE2_READ_ONLY;
	}
	if (status == TYPE2_OK) {
		status = find_message(&session, &old);
	}
	if (status != TYPE2_OK) {
		return status;
	}
	size_t head = length < LENGTH_IS_LONG ? 2 : 4;
	if (length > session.end - old.at || head > session.end - old.at - length) {
		return TYPE2_NO_ROOM;
	}
	size_t first = (old.at + 1) / PAGE;
	size_t last = least(old.at + head + length, session.end - 1) / PAGE;
	status = check_pages(&session, first, last);
	if (status == TYPE2_OK) {
		status = write_empty(&session, old.at);
	}
	if (status == TYPE2_OK) {
		lay_out(&session, old.at, message, length);
		status = write_pages(&session, first, last);
	}
	return status == TYPE2_OK ? read_back(&session, message, length) : status;
}
