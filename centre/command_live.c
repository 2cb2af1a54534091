/*
 * A live code, as a holder's phone would make it: for tests and demonstrations.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/command.h"
#include "centre/file.h"
#include "centre/keys.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "reader/elliptic.h"
#include "reader/image.h"
#include "reader/issue.h"
#include "reader/live.h"

#define FILE_MAX  16384 /* [byte] of the key's file, and of the credential's */
#define MODULE_PX 8     /* [px] */

struct making {
	struct live_claims claims;
	uint8_t nonce[LIVE_NONCE_MAX];
	uint8_t private_key[PRIVATE_KEY_BYTES];
	uint8_t bytes[CREDENTIAL_BYTES_MAX];
	size_t length;
	char text[READING_BYTES_MAX + 1];
};

/* --- what is asked for --- */

static enum outcome read_options(const struct call *call, struct making *making)
{
	const char *nonce = option(call, "--nonce"), *audience = option(call, "--audience");

	if (!option_given(call, "--credential") || !option_given(call, "--holder-key"))
		return wrong_usage(call, "需要 --credential 和 --holder-key",
				   "--credential and --holder-key must be given");
	making->claims.issued_at = call->now;
	if (audience != NULL && !text_is_plain(audience, LIVE_TEXT_MAX))
		return wrong_usage(call, "--audience 应为 1 至 255 字节的文字",
				   "--audience is text of 1 to 255 bytes");
	making->claims.audience = audience;
	if (nonce == NULL)
		return OUTCOME_DONE;
	if (!text_to_bytes(making->nonce, sizeof making->nonce, &making->claims.nonce_length,
			   nonce) ||
	    making->claims.nonce_length == 0)
		return wrong_usage(call, "--nonce 应为 1 至 64 字节的十六进制",
				   "--nonce is 1 to 64 bytes in hexadecimal");
	making->claims.nonce = making->nonce;
	return OUTCOME_DONE;
}

/* --- the holder's key --- */

static enum outcome not_a_key(const char *path)
{
	return trouble(path,
		       "不是持有人的密钥:应为未加密的 P-256 私钥 PEM、64 个十六进制数字,或 key new "
		       "--alg ES256 的密钥文件",
		       "not a holder's key: it must be a P-256 private key as PEM without a "
		       "passphrase, 64 hexadecimal digits, or a key file of key new --alg ES256");
}

static enum outcome open_sealed(struct making *making, const char *path)
{
	struct signing_key key;
	enum outcome outcome = keys_open(&key, path);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (key.trusted.algorithm == KEY_ES256)
		memcpy(making->private_key, key.private_key, sizeof making->private_key);
	else
		outcome = not_a_key(path);
	explicit_bzero(&key, sizeof key);
	return outcome;
}

static bool is_hex_key(struct making *making, char *text)
{
	size_t length;

	text[strcspn(text, " \r\n")] = '\0';
	return text_to_bytes(making->private_key, sizeof making->private_key, &length, text) &&
	       length == sizeof making->private_key;
}

static enum outcome read_key(struct making *making, const char *path)
{
	char *text;
	size_t length;
	enum outcome outcome = file_read(&text, &length, path, FILE_MAX);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (strncmp(text, "youdai signing key", 18) == 0)
		outcome = open_sealed(making, path);
	else if (strstr(text, "-----BEGIN") != NULL
			 ? !elliptic_read_pem(making->private_key, text, length)
			 : !is_hex_key(making, text))
		outcome = not_a_key(path);
	explicit_bzero(text, length);
	free(text);
	return outcome;
}

/* --- making it --- */

static enum outcome say_not_made(const struct call *call, enum live_status status)
{
	switch (status) {
	case LIVE_NO_CREDENTIAL:
		return refused(
			call, "malformed", "文件不是带有持有人密钥的凭证:签发时请用 --holder-key",
			"the file is no credential that names a holder's key: issue one with "
			"--holder-key");
	case LIVE_OTHER_KEY:
		return refused(call, "other_key",
			       "密钥不是凭证中的持有人密钥:请用与凭证同时生成的那一个",
			       "the key is not the holder's that the credential names: take the "
			       "one it was issued for");
	case LIVE_NO_ROOM:
		return refused(call, "no_room", "凭证太长,二维码放不下",
			       "the credential is too long for a QR code");
	default:
		return trouble(NULL, "没有签成,请再试", "it was not signed: try again");
	}
}

static enum outcome sign(const struct call *call, struct making *making)
{
	char *credential;
	size_t length;
	enum live_status status;
	enum outcome outcome =
		file_read(&credential, &length, option(call, "--credential"), FILE_MAX);

	if (outcome != OUTCOME_DONE)
		return outcome;
	/* An editor ends a text with a line's end, which base45 has no character for. */
	while (length > 0 && (uint8_t)credential[0] < 0x80 &&
	       (credential[length - 1] == '\n' || credential[length - 1] == '\r'))
		length--;
	status = live_sign(making->bytes, sizeof making->bytes, &making->length,
			   (const uint8_t *)credential, length, &making->claims,
			   making->private_key);
	free(credential);
	if (status == LIVE_OK &&
	    credential_to_text(making->text, sizeof making->text, making->bytes, making->length,
			       false) != ISSUE_OK)
		status = LIVE_NO_ROOM;
	return status == LIVE_OK ? OUTCOME_DONE : say_not_made(call, status);
}

static enum outcome save_png(const struct call *call, const struct making *making)
{
	const char *path = option(call, "--png");
	enum image_status status = qr_save(path, making->text, MODULE_PX);

	if (status == IMAGE_OK)
		return OUTCOME_DONE;
	if (status == IMAGE_NO_ROOM)
		return say_not_made(call, LIVE_NO_ROOM);
	return trouble(path, "图片写不出去", "the picture cannot be written");
}

static void say_made(const struct call *call, const struct making *making)
{
	char issued_at[21];
	struct json json;

	instant_format(issued_at, making->claims.issued_at);
	if (!call->json) {
		if (option_given(call, "--png") && !option_given(call, "--text"))
			printf("动态码 · live code: %s → %s\n", issued_at, option(call, "--png"));
		else
			printf("%s\n", making->text);
		return;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "issued_at", issued_at);
	json_put_text(&json, "text", making->text);
	json_put_hex(&json, "bytes", making->bytes, making->length);
	json_put_close(&json);
	json_put_end(&json);
}

static enum outcome run_live(struct call *call)
{
	struct making making = { 0 };
	enum outcome outcome = read_options(call, &making);

	if (outcome == OUTCOME_DONE)
		outcome = read_key(&making, option(call, "--holder-key"));
	if (outcome == OUTCOME_DONE)
		outcome = sign(call, &making);
	explicit_bzero(making.private_key, sizeof making.private_key);
	if (outcome == OUTCOME_DONE && option_given(call, "--png"))
		outcome = save_png(call, &making);
	if (outcome == OUTCOME_DONE)
		say_made(call, &making);
	return outcome;
}

const struct command commands_live[] = {
	{ .words = "live",
	  .usage = "--credential FILE --holder-key FILE [--text] [--png FILE] [--nonce HEX] "
		   "[--audience TEXT]",
	  .help = "制作动态二维码,如同持有人的手机:供测试和演示。\n"
		  "凭证文件为二维码文字或原始字节,须以 --holder-key 签发;密钥文件为 P-256 私钥"
		  "(PEM、\n"
		  "64 个十六进制数字,或 key new --alg ES256 的密钥文件)。输出文字(默认)或 --png "
		  "图片。\n"
		  "动态码 60 秒内有效,只能使用一次。\n"
		  "Makes a live code as a holder's phone would, for tests and demonstrations.  The "
		  "credential\n"
		  "is the text of its QR code or its bytes, issued with --holder-key; the key is a "
		  "P-256\n"
		  "private key: PEM, 64 hexadecimal digits, or a key file of key new --alg ES256.  "
		  "Prints\n"
		  "its text (the default) or saves a picture.  It lives for 60 s and is taken "
		  "once. "
		  " --at\n"
		  "says when it is signed; --nonce and --audience go into the claims 39 and 3.",
	  .run = run_live,
	  .options = { { "--credential", true },
		       { "--holder-key", true },
		       { "--text", false },
		       { "--png", true },
		       { "--nonce", true },
		       { "--audience", true } } },
	{ 0 },
};
