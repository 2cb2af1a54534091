#include "reader/piv.h"

#include <string.h>

#include "reader/piv_channel.h"
#include "reader/primitives.h"

enum {
	GENERAL_AUTHENTICATE = 0x87,
	GET_DATA = 0xcb,

	ALGORITHM_P256 = 0x11,
	SLOT_CARD_AUTHENTICATION = 0x9e,

	TAG_AUTHENTICATION = 0x7c,
	TAG_CHALLENGE = 0x81,
	TAG_RESPONSE = 0x82,
	TAG_OBJECT = 0x53,
};

static enum piv_status sign(struct piv_channel *channel, struct chip_proof *out)
{
	uint8_t template[6 + 32] = {
		TAG_AUTHENTICATION, 4 + 32, TAG_RESPONSE, 0, TAG_CHALLENGE, 32
	};
	const struct piv_command command = {
		.instruction = GENERAL_AUTHENTICATE,
		.p1 = ALGORITHM_P256,
		.p2 = SLOT_CARD_AUTHENTICATION,
		.answers = true,
		.data = template,
		.length = sizeof(template),
	};
	struct piv_span signature;
	enum piv_status status;

	primitive_sha256(template + 6, out->challenge, sizeof(out->challenge));
	status = piv_transmit(channel, &command);
	if (status != PIV_OK)
		return status;
	signature = piv_answer(channel);
	if (!piv_unwrap(&signature, TAG_AUTHENTICATION) || !piv_unwrap(&signature, TAG_RESPONSE) ||
	    signature.length == 0 || signature.length > sizeof(out->signature))
		return PIV_MALFORMED;
	memcpy(out->signature, signature.bytes, signature.length);
	out->length = signature.length;
	return PIV_OK;
}

enum piv_status piv_prove(const struct card_link *link, struct chip_proof *out)
{
	struct piv_channel channel;
	enum piv_status status = piv_begin(&channel, link);

	out->length = 0;
	return status == PIV_OK ? sign(&channel, out) : status;
}

static enum piv_status get_credential(struct piv_channel *channel, uint8_t *out, size_t *length)
{
	static const uint8_t object[] = { PIV_CREDENTIAL_OBJECT };
	const struct piv_command command = {
		.instruction = GET_DATA,
		.p1 = 0x3f,
		.p2 = 0xff,
		.answers = true,
		.data = object,
		.length = sizeof(object),
	};
	struct piv_span content;
	enum piv_status status = piv_transmit(channel, &command);

	if (status != PIV_OK)
		return status;
	content = piv_answer(channel);
	if (!piv_unwrap(&content, TAG_OBJECT) || content.length > READING_BYTES_MAX)
		return PIV_MALFORMED;
	if (content.length == 0)
		return PIV_REFUSED;
	memcpy(out, content.bytes, content.length);
	*length = content.length;
	return PIV_OK;
}

enum piv_status piv_read_credential(const struct card_link *link,
				    uint8_t out[static READING_BYTES_MAX], size_t *length)
{
	struct piv_channel channel;
	enum piv_status status = piv_begin(&channel, link);

	if (status == PIV_OK)
		status = get_credential(&channel, out, length);
	explicit_bzero(&channel, sizeof(channel));
	return status;
}
