/*
 * What stands for the number of a bank card: a token under a salt of the site's key.
 *
 * Numbers can be guessed, so each guess is made dear (Argon2id).  Knows no card and no registry.
 */
#ifndef YOUDAI_READER_BANK_TOKEN_H
#define YOUDAI_READER_BANK_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/emv.h"
#include "reader/reading.h"
#include "reader/source.h"

#define BANK_TOKEN_PASSES 2
#define BANK_TOKEN_MEMORY (16 * 1024 * 1024) /* [byte] */
#define BANK_STACK_BYTES  (64 * 1024)        /* [byte] more than reading and making a token take */

/* The token of number and sequence number; false without memory.  Call primitive_ready() first.
 * The account stays the caller's to wipe. */
[[nodiscard]] bool bank_token_make(uint8_t out[static BANK_TOKEN_BYTES],
				   const struct emv_account *account,
				   const uint8_t salt[static BANK_SALT_BYTES]);

/* Wipe BANK_STACK_BYTES of the thread's stack below the caller: what the functions that it called
 * (emv_read, bank_token_make, the link and its library) have left there. */
void bank_token_wipe_stack(void);

#endif
