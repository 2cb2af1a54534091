#include "centre/presented.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "db/bank_card.h"
#include "reader/image.h"
#include "reader/reader.h"

void presented_text(struct reading *out, const char *text)
{
	size_t length = strlen(text);

	*out = (struct reading){ .carrier = READING_QR };
	if (length > READING_BYTES_MAX) {
		out->fault = READING_MALFORMED;
		return;
	}
	memcpy(out->bytes, text, length);
	out->length = length;
}

enum outcome presented_image(struct reading *out, const char *path)
{
	struct image image;
	enum image_status status = image_load(&image, path);

	if (status == IMAGE_NO_FILE)
		return trouble(path, "没有这个文件,或无法读取",
			       "there is no such file, or it cannot be read");
	if (status == IMAGE_NO_MEMORY)
		return trouble(path, "内存不足", "out of memory");
	if (status == IMAGE_OK) {
		status = qr_decode(out, &image);
		image_free(&image);
	}
	if (status != IMAGE_OK)
		*out = (struct reading){ .carrier = READING_QR, .fault = READING_MALFORMED };
	return OUTCOME_DONE;
}

static void set_up(struct source_setup *out, const struct registry *registry)
{
	static_assert(BANK_SALTS_MAX <= BANK_TOKENS_MAX && BANK_SALT_SIZE == BANK_SALT_BYTES);
	*out = (struct source_setup){ 0 };
	if (registry != NULL)
		out->bank_salt_count = bank_card_salts(registry, out->bank_salts);
	out->has_trace_key = registry != NULL;
	if (registry != NULL)
		registry_trace_key(registry, out->trace_key);
}

/* What a device that cannot be used means; said. */
static enum outcome refuse_device(const struct call *call, const char *spec,
				  enum source_status status)
{
	switch (status) {
	case SOURCE_BAD_SPEC:
		return wrong_usage(call, "读取设备的地址不对", "the reader's address is wrong");
	case SOURCE_OTHER_KEYS:
		return trouble(spec,
			       "这份记录是用另一个登记库的密钥密封的,或已损坏:请用同一站点的登记库",
			       "this trace was sealed by another registry's keys, or is damaged: "
			       "play it back with a registry of the same site");
	case SOURCE_NO_MEMORY:
		return trouble(spec, "内存不足", "out of memory");
	default:
		return trouble(spec, "设备不在或没有回应", "the device is absent or silent");
	}
}

static enum source_status open_device(const struct source_driver *driver, struct source **source,
				      const char *address, struct nursery *nursery,
				      const struct registry *registry)
{
	struct source_setup setup;

	set_up(&setup, registry);
	setup.nursery = nursery;
	enum source_status status = driver->open(source, address, &setup);
	explicit_bzero(&setup, sizeof setup);
	return status;
}

enum outcome presented_open(const struct call *call, const struct registry *registry,
			    const char *spec, const struct source_driver **driver,
			    struct source **source)
{
	const char *address;

	*driver = source_driver_for(spec, &address);
	if (*driver == NULL)
		return wrong_usage(call, "不认识的读取设备", "no such kind of reader");
	enum source_status status = open_device(*driver, source, address, NULL, registry);
	return status == SOURCE_OK ? OUTCOME_DONE : refuse_device(call, spec, status);
}

/* In a process of its own where there is a nursery: what a card does to it ends that process alone. */
static enum outcome open_apart(const struct call *call, const struct registry *registry,
			       const char *spec, const struct source_driver **driver,
			       struct source **source)
{
	const char *address;

	if (call->nursery == NULL || source_driver_for(spec, &address) == NULL)
		return presented_open(call, registry, spec, driver, source);
	*driver = &source_apart;
	enum source_status status = open_device(*driver, source, spec, call->nursery, registry);
	return status == SOURCE_OK ? OUTCOME_DONE : refuse_device(call, spec, status);
}

/* Until there is something, the device is gone, or the time is over. */
static enum source_status wait_for(const struct source_driver *driver, struct source *source,
				   struct reading *out)
{
	uint64_t now = reader_clock_ms(), end = now + PRESENTED_WAIT_MS;
	enum source_status status = SOURCE_NOTHING;

	for (; status == SOURCE_NOTHING && now < end; now = reader_clock_ms())
		status = driver->read(source, out, (int)(end - now));
	return status;
}

static enum outcome take_at_device(const struct call *call, const struct registry *registry,
				   struct reading *out, const char *spec)
{
	const struct source_driver *driver;
	struct source *source = NULL;
	enum source_status status;
	enum outcome outcome = open_apart(call, registry, spec, &driver, &source);

	if (outcome != OUTCOME_DONE)
		return outcome;
	assert(driver != NULL);
	status = wait_for(driver, source, out);
	driver->close(source);
	switch (status) {
	case SOURCE_OK:
		return OUTCOME_DONE;
	case SOURCE_NOTHING:
	case SOURCE_ENDED:
		return refused(call, "nothing_presented", "10 秒内没有刷卡或出示二维码",
			       "nothing was presented within 10 s");
	default:
		return refuse_device(call, spec, status);
	}
}

enum outcome presented_take(const struct call *call, const struct registry *registry,
			    struct reading *out)
{
	if (option_given(call, "--qr")) {
		presented_text(out, option(call, "--qr"));
		return OUTCOME_DONE;
	}
	if (option_given(call, "--qr-image"))
		return presented_image(out, option(call, "--qr-image"));
	return take_at_device(call, registry, out, option(call, "--reader"));
}

enum outcome presented_window(const struct call *call, struct live_window *out)
{
	const char *text = option(call, "--live-window");

	*out = LIVE_WINDOW;
	if (text == NULL || live_window_parse(out, text))
		return OUTCOME_DONE;
	return wrong_usage(call, "--live-window 应为“早,晚”两个秒数,各不超过 3600",
			   "--live-window is EARLY,LATE in seconds, each at most 3600");
}

enum carrier presented_carrier(const struct reading *reading)
{
	static const enum carrier carriers[] = { [READING_QR] = CARRIER_QR,
						 [READING_TAG] = CARRIER_TAG,
						 [READING_CHIP] = CARRIER_CHIP,
						 [READING_BANK] = CARRIER_BANK };

	return carriers[reading->carrier];
}

enum reason presented_fault(enum reading_fault fault)
{
	switch (fault) {
	case READING_TORN:
		return REASON_TORN;
	case READING_SEVERAL_CARDS:
		return REASON_SEVERAL_CARDS;
	case READING_UNSUPPORTED:
		return REASON_UNSUPPORTED;
	default:
		return REASON_MALFORMED;
	}
}

void presented_judge(struct presentation *out, struct evidence *evidence,
		     const struct reading *reading, const struct keyring *keyring,
		     const struct live_window *window, int64_t now)
{
	const struct credential *credential = &evidence->credential;

	evidence_judge(evidence, reading, keyring, window, now);
	*out = (struct presentation){ .carrier = presented_carrier(reading),
				      .live_id = evidence->is_live ? evidence->live_id : NULL,
				      .live_until = evidence->live_until };
	if (evidence->status != CREDENTIAL_OK) {
		/* The two lists share their names; what is not shared cannot be understood. */
		if (!reason_from_name(&out->fault, credential_status_name(evidence->status)))
			out->fault = REASON_MALFORMED;
		return;
	}
	out->assurance = (enum assurance)evidence->assurance; /* both are the contract's numbers */
	out->tokens = evidence->tokens[0];
	out->token_count = evidence->token_count;
	if (reading->carrier == READING_BANK)
		return;
	out->issuer = credential->issuer;
	out->number = credential->number;
	out->name = credential->name;
	out->kind = (uint8_t)credential->kind;
	out->medium = credential->medium_length > 0 ? credential->medium : NULL;
	out->medium_length = credential->medium_length;
}
