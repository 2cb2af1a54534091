#include "centre/personalise.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

#include "reader/card.h"
#include "reader/evidence.h"
#include "reader/tag.h"

/* --- words --- */

static const struct {
	const char *name, *words[2];
} words[] = {
	[PERSONALISE_NO_CARD] = { "nothing_presented",
				  { "没有写成:请只放一张芯片卡,保持不动,再试一次",
				    "not written: put one chip card alone on the reader, hold it "
				    "still, try again" } },
	[PERSONALISE_NOT_PIV] = { "not_piv",
				  { "此卡没有 PIV 应用:请换一张支持 PIV 的芯片卡",
				    "this card has no PIV application: take a chip card with "
				    "PIV" } },
	[PERSONALISE_LOCKED] = { "wrong_management_key",
				 { "此卡的管理密钥不同:请用 --management-key 给出",
				   "this card's management key is another: give it with "
				   "--management-key" } },
	[PERSONALISE_NO_KEY] = { "no_chip_key",
				 { "此卡没有生成 P-256 密钥:请换一张芯片卡",
				   "this card made no P-256 key: take another chip card" } },
	[PERSONALISE_NO_ROOM] = { "no_room",
				  { "此卡写不下凭证(NDEF 与 PIV 对象都不行):请换一张芯片卡",
				    "this card keeps no credential, neither as NDEF record nor as "
				    "PIV "
				    "object: take another chip card" } },
	[PERSONALISE_UNPROVED] = { "chip_unproved",
				   { "此卡写好后读不回同一凭证,或不能用自己的密钥应答:"
				     "请换一张芯片卡",
				     "after writing this card does not read back the same "
				     "credential, "
				     "or does not answer with its own key: take another chip "
				     "card" } },
	[PERSONALISE_NO_DEVICE] = { "no_device",
				    { "没有写成:设备不在或没有回应,请检查后再试",
				      "not written: the device is absent or silent; look at it and "
				      "try "
				      "again" } },
	[PERSONALISE_FAILED] = { "failed", { "没有写成,请再试", "not written: try again" } },
};

const char *personalise_name(enum personalise_status status)
{
	assert(words[status].name != NULL);
	return words[status].name;
}

const char *personalise_words(enum personalise_status status, bool english)
{
	assert(words[status].name != NULL);
	return words[status].words[english];
}

/* --- the steps --- */

static enum personalise_status status_of(enum manage_status status)
{
	switch (status) {
	case MANAGE_OK:
		return PERSONALISE_OK;
	case MANAGE_LOST:
		return PERSONALISE_NO_CARD;
	case MANAGE_NOT_PIV:
		return PERSONALISE_NOT_PIV;
	case MANAGE_WRONG_KEY:
		return PERSONALISE_LOCKED;
	case MANAGE_FAILED:
		return PERSONALISE_FAILED;
	default:
		return PERSONALISE_NO_KEY;
	}
}

static enum personalise_status make_key(struct personalising *it, const struct card_link *link,
					uint8_t sak)
{
	enum manage_status made;

	if ((sak & SAK_ISO14443_4) == 0)
		return PERSONALISE_NOT_PIV;
	made = piv_generate(link, it->management, it->holder_key);
	if (made != MANAGE_OK)
		return status_of(made);
	if (!keyring_holder_key_sound(it->issuing.trusted, it->holder_key))
		return PERSONALISE_NO_KEY;
	it->issuing.holder_key = it->holder_key;
	it->issuing.key_in_chip = true;
	it->signing = issuing_make(&it->issuing, &it->issued, it->view, it->now);
	return it->signing == ISSUING_OK ? PERSONALISE_OK : PERSONALISE_NOT_SIGNED;
}

/* As NDEF record, where everybody finds it soonest; else as PIV object, and no older record in front
 * of it. */
static enum personalise_status put(struct personalising *it, const struct card_link *link,
				   uint8_t sak)
{
	enum source_status as_record;
	enum manage_status as_object;

	it->left = true;
	as_record = tag_write(link, sak, it->issued.bytes, it->issued.length);
	if (as_record == SOURCE_OK)
		return PERSONALISE_OK;
	if (as_record == SOURCE_NO_ROOM)
		as_record = tag_empty(link, sak);
	if (as_record == SOURCE_NOTHING)
		return PERSONALISE_NO_CARD;
	as_object = piv_write_credential(link, it->management, it->issued.bytes, it->issued.length);
	if (as_object == MANAGE_OK || as_object == MANAGE_LOST)
		return status_of(as_object);
	return PERSONALISE_NO_ROOM;
}

/* Read the card as any reader does. */
static enum personalise_status read_card(struct reading *out, const struct card_link *link,
					 uint8_t sak, int64_t now)
{
	struct card_chance chance = { .now = now };

	if (getentropy(chance.challenge, sizeof chance.challenge) != 0)
		return PERSONALISE_FAILED;
	card_read(out, link, sak, NULL, &chance);
	return out->fault == READING_TORN ? PERSONALISE_NO_CARD : PERSONALISE_OK;
}

/* What is read must be what was issued, judged as any kiosk would. */
static enum personalise_status prove(const struct personalising *it, const struct card_link *link,
				     uint8_t sak)
{
	struct reading reading = { 0 };
	struct evidence evidence = { 0 };
	enum personalise_status status = read_card(&reading, link, sak, it->now);

	if (status == PERSONALISE_OK) {
		evidence_judge(&evidence, &reading, it->issuing.trusted, &LIVE_WINDOW, it->now);
		if (evidence.status != CREDENTIAL_OK || evidence.assurance != EVIDENCE_CHIP ||
		    reading.length != it->issued.length ||
		    memcmp(reading.bytes, it->issued.bytes, reading.length) != 0)
			status = PERSONALISE_UNPROVED;
	}
	explicit_bzero(&evidence, sizeof evidence);
	explicit_bzero(&reading, sizeof reading);
	return status;
}

/* Empty it, wherever it was written to.  A place that cannot be written holds nothing of ours. */
static void take_back(struct personalising *it, const struct card_link *link, uint8_t sak)
{
	enum source_status record = tag_empty(link, sak);
	enum manage_status object = piv_write_credential(link, it->management, NULL, 0);

	it->left = record == SOURCE_NOTHING || object == MANAGE_LOST || object == MANAGE_DIFFERENT;
}

static enum source_status use_card(void *context, const struct card_link *link, uint8_t sak)
{
	struct personalising *it = context;

	it->status = make_key(it, link, sak);
	if (it->status == PERSONALISE_OK)
		it->status = put(it, link, sak);
	if (it->status == PERSONALISE_OK)
		it->status = prove(it, link, sak);
	if (it->status == PERSONALISE_OK && !it->record(it->context, &it->issued))
		it->status = PERSONALISE_NOT_RECORDED;
	if (it->status == PERSONALISE_NO_CARD)
		return SOURCE_NOTHING;
	if (it->status == PERSONALISE_OK)
		it->left = false;
	else if (it->left)
		take_back(it, link, sak);
	return SOURCE_OK;
}

enum personalise_status personalise(struct personalising *personalising,
				    const struct source_driver *driver, struct source *source,
				    int timeout_ms)
{
	personalising->left = false;
	switch (driver->lend(source, use_card, personalising, timeout_ms)) {
	case SOURCE_OK:
		return personalising->status;
	case SOURCE_NOTHING:
		return PERSONALISE_NO_CARD;
	default:
		return PERSONALISE_NO_DEVICE;
	}
}
