/*
 * What credential.c and live.c share: the way from a QR code's text to its bytes, and the judging of
 * a credential whose time is asked about later.  Inside of reader/ only.
 */
#ifndef YOUDAI_READER_CREDENTIAL_INSIDE_H
#define YOUDAI_READER_CREDENTIAL_INSIDE_H

#include "reader/cose.h"
#include "reader/credential.h"

/* Judges the bytes that a text stands for; context is the caller's. */
typedef enum credential_status text_judge(void *context, const uint8_t *bytes, size_t length);

/* Decode base45, inflate where it is a zlib stream, and have the bytes judged. */
enum credential_status credential_unpack(const char *text, size_t length, text_judge *judge,
					 void *context);

/* As credential_from_bytes, of a COSE_Sign1 that was taken apart already.  *out is written on
 * CREDENTIAL_NOT_YET_VALID and CREDENTIAL_EXPIRED too: its signature verifies then. */
enum credential_status credential_judge(struct credential *out, const struct cose_sign1 *cose,
					const struct keyring *keyring, int64_t now);

/* The holder's key that a credential names, x then y, which proves nothing: nobody checks the
 * credential's signature.  False where it is malformed or names none. */
[[nodiscard]] bool credential_names_key(uint8_t out[static 64], const uint8_t *bytes,
					size_t length);

#endif
