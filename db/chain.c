#include "db/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "db/canonical.h"
#include "db/entitlement.h"

#define HEAD_TEXT_MAX 320

static const char version[] = "youdai-log-1";

void chain_genesis(uint8_t out[static HASH_BYTES],
		   const uint8_t public_key[static PUBLIC_KEY_BYTES])
{
	hash_of(out, version, strlen(version), public_key, PUBLIC_KEY_BYTES);
}

void chain_bind(struct chain_entry *entry)
{
	char text[VISIT_ID_MAX + REDEMPTION_ID_MAX + 3];
	memset(entry->bound, 0, sizeof entry->bound);
	if (entry->region != NULL)
		hash_of(entry->bound, "region\t", 7, entry->region, strlen(entry->region));
	if (entry->holder == NULL || entry->visit == NULL || entry->shown.redemption == NULL)
		return;
	int length = snprintf(text, sizeof text, "%s\t%s\t", entry->visit, entry->shown.redemption);
	if (length > 0 && (size_t)length < sizeof text)
		hash_of(entry->bound, text, (size_t)length, entry->holder, PSEUDONYM_BYTES);
}

/* --- the canonical text --- */

/* The fields that a receipt carries as they are: all but the two hashes at the end. */
static struct canonical plain_fields(char *out, size_t out_size, const struct chain_entry *entry)
{
	const struct log_entry *shown = &entry->shown;
	struct canonical line = canonical_begin(out, out_size, version);
	canonical_integer(&line, true, shown->seq);
	canonical_integer(&line, true, shown->at);
	canonical_text(&line, shown->what);
	canonical_text(&line, shown->redemption);
	canonical_text(&line, shown->benefit);
	canonical_integer(&line, entry->has_version, shown->benefit_version);
	canonical_text(&line, shown->merchant);
	canonical_text(&line, shown->reason);
	canonical_integer(&line, shown->has_payable, shown->payable);
	canonical_integer(&line, shown->has_saved, shown->saved);
	canonical_integer(&line, entry->assurance >= 0, entry->assurance);
	canonical_integer(&line, entry->compared >= 0, entry->compared);
	return line;
}

bool chain_text(char out[static CHAIN_TEXT_MAX + 1], const struct chain_entry *entry)
{
	struct canonical line = plain_fields(out, CHAIN_TEXT_MAX + 1, entry);
	canonical_hex(&line, entry->bound, HASH_BYTES);
	canonical_hex(&line, entry->previous, HASH_BYTES);
	return line.whole;
}

bool chain_hash(uint8_t out[static HASH_BYTES], const struct chain_entry *entry)
{
	char text[CHAIN_TEXT_MAX + 1];
	if (!chain_text(text, entry))
		return false;
	hash_of(out, text, strlen(text), NULL, 0);
	return true;
}

/* --- the receipt --- */

static const char receipt_mark[] = "YDR1:";
static const char base45_digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

#define RECEIPT_HASHES (SIGNATURE_BYTES + 2 * HASH_BYTES)

static char *base45_print(char *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 2) {
		bool pair = i + 1 < length;
		unsigned n = pair ? bytes[i] * 256u + bytes[i + 1] : bytes[i];
		for (int digits = pair ? 3 : 2; digits > 0; digits--, n /= 45)
			*out++ = base45_digits[n % 45];
	}
	*out = '\0';
	return out;
}

/* The value of the next digits, at most `limit`; -1 where it is none. */
static int base45_value(const char *text, size_t digits, int limit)
{
	int value = 0;
	for (size_t i = digits; i-- > 0;) {
		const char *digit = strchr(base45_digits, text[i]);
		if (digit == NULL)
			return -1;
		value = value * 45 + (int)(digit - base45_digits);
	}
	return value > limit ? -1 : value;
}

/* False where the text is not base45 (RFC 9285) or has no room. */
static bool base45_parse(uint8_t *out, size_t out_size, size_t *length, const char *text)
{
	size_t left = strlen(text), made = 0;
	if (left % 3 == 1 || left / 3 * 2 + 1 > out_size)
		return false;
	for (; left >= 3; left -= 3, text += 3) {
		int value = base45_value(text, 3, 0xffff);
		if (value < 0)
			return false;
		out[made++] = (uint8_t)(value >> 8);
		out[made++] = (uint8_t)(value & 0xff);
	}
	if (left == 2) {
		int value = base45_value(text, 2, 0xff);
		if (value < 0)
			return false;
		out[made++] = (uint8_t)value;
	}
	*length = made;
	return true;
}

void receipt_make(char out[static 1024], const struct chain_entry *entry)
{
	uint8_t bytes[RECEIPT_HASHES + 512];
	memcpy(bytes, entry->signature, SIGNATURE_BYTES);
	memcpy(bytes + SIGNATURE_BYTES, entry->bound, HASH_BYTES);
	memcpy(bytes + SIGNATURE_BYTES + HASH_BYTES, entry->previous, HASH_BYTES);
	struct canonical line = plain_fields((char *)bytes + RECEIPT_HASHES, 512, entry);
	base45_print(stpcpy(out, receipt_mark), bytes,
		     line.whole ? (size_t)(line.at - (char *)bytes) : 0);
}

bool receipt_verify(const char *receipt, const uint8_t public_key[static 32])
{
	uint8_t bytes[RECEIPT_HASHES + 512], hash[HASH_BYTES];
	char tail[2 * (2 * HASH_BYTES + 1) + 1] = "\t";
	size_t length;
	if (strncmp(receipt, receipt_mark, strlen(receipt_mark)) != 0 ||
	    !base45_parse(bytes, sizeof bytes, &length, receipt + strlen(receipt_mark)) ||
	    length <= RECEIPT_HASHES + strlen(version) ||
	    memcmp(bytes + RECEIPT_HASHES, version, strlen(version)) != 0)
		return false;
	hex_print(tail + 1, bytes + SIGNATURE_BYTES, HASH_BYTES);
	tail[1 + 2 * HASH_BYTES] = '\t';
	hex_print(tail + 2 + 2 * HASH_BYTES, bytes + SIGNATURE_BYTES + HASH_BYTES, HASH_BYTES);
	hash_of(hash, bytes + RECEIPT_HASHES, length - RECEIPT_HASHES, tail, strlen(tail));
	return signature_is_good(public_key, bytes, hash);
}

/* --- FILE.head: always of the same length and within one sector, so that it is overwritten in place
 * and whole or not at all --- */

static void head_print(char out[static HEAD_TEXT_MAX], const struct head *head)
{
	int length = snprintf(out, HEAD_TEXT_MAX, "youdai-head 1\ncount %019" PRId64 "\nhash ",
			      head->count);
	hex_print(out + length, head->hash, HASH_BYTES);
	strcat(out, "\nsignature ");
	hex_print(out + strlen(out), head->signature, SIGNATURE_BYTES);
	strcat(out, "\n");
}

static bool head_parse(struct head *out, const char *text)
{
	static const char hash[] = "\nhash ", signature[] = "\nsignature ";
	int after = 0;
	if (sscanf(text, "youdai-head 1\ncount %19" SCNd64 "%n", &out->count, &after) != 1 ||
	    out->count < 0 || strncmp(text + after, hash, strlen(hash)) != 0)
		return false;
	text += (size_t)after + strlen(hash);
	if (!hex_parse(out->hash, HASH_BYTES, text))
		return false;
	text += 2 * HASH_BYTES;
	if (strncmp(text, signature, strlen(signature)) != 0)
		return false;
	text += strlen(signature);
	return hex_parse(out->signature, SIGNATURE_BYTES, text) &&
	       strcmp(text + 2 * SIGNATURE_BYTES, "\n") == 0;
}

static enum head_state head_read_file(struct head *out, int file)
{
	char text[HEAD_TEXT_MAX + 1];
	ssize_t length = TEMP_FAILURE_RETRY(pread(file, text, sizeof text - 1, 0));
	text[length < 0 ? 0 : length] = '\0';
	return head_parse(out, text) ? HEAD_GOOD : HEAD_BROKEN;
}

enum head_state head_read(struct head *out, const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return HEAD_MISSING;
	enum head_state state = HEAD_BROKEN;
	if (flock(file, LOCK_SH) == 0)
		state = head_read_file(out, file);
	close(file);
	return state;
}

/* All of it: half of a head is none. */
static void put(int file, const char *text)
{
	size_t length = strlen(text), done = 0;
	while (done < length) {
		ssize_t more =
			TEMP_FAILURE_RETRY(pwrite(file, text + done, length - done, (off_t)done));
		if (more <= 0)
			return;
		done += (size_t)more;
	}
}

void head_write(const char *path, const struct head *next, bool fresh,
		bool (*follows)(void *, const struct head *), void *context)
{
	struct head old;
	char text[HEAD_TEXT_MAX];
	int file = open(path, O_RDWR | O_CLOEXEC);
	bool made = file < 0 && fresh;
	if (made) {
		/* cppcheck-suppress resourceLeak ; it was not open: there is nothing to lose */
		file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	}
	if (file < 0)
		return;
	/* Two processes write one after the other; the one that comes late has the older head. */
	if (flock(file, LOCK_EX) == 0) {
		enum head_state state = head_read_file(&old, file);
		if (state == HEAD_GOOD ? old.count < next->count && follows(context, &old)
				       : made && lseek(file, 0, SEEK_END) == 0) {
			head_print(text, next);
			put(file, text); /* where it fails, the head lags until the next entry */
			if (made)
				fsync(file);
		}
	}
	close(file);
}
