/*
 * Issuing keys between their files, the registry and the keyring.
 */
#ifndef YOUDAI_CENTRE_KEYS_H
#define YOUDAI_CENTRE_KEYS_H

#include "centre/command.h"
#include "db/registry.h"
#include "reader/issue.h"
#include "reader/keyring.h"
#include "reader/piv_manage.h"

/* All keys of the registry, ready to judge credentials; NULL where the trouble was said.  A key that
 * this build cannot check is left out. */
struct keyring *keys_load(const struct call *call, struct registry *registry);

/* Have the registry trust a key. */
enum registry_status keys_trust(struct registry *registry, const struct trusted_key *key);

/* A new pair, sealed into a new file, its public part trusted within a transaction that
 * the caller has begun. */
enum outcome keys_make(const struct call *call, struct registry *registry, struct trusted_key *out,
		       enum key_algorithm algorithm, const char *issuer, const char *region,
		       const char *path, const char *passphrase);

/* Open a sealed key file, its passphrase asked for or given; the caller wipes *out. */
enum outcome keys_open(struct signing_key *out, const char *path);
enum outcome keys_open_with(struct signing_key *out, const char *path, const char *passphrase);

/* Read the management key of chip cards: a file of 32, 48 or 64 hexadecimal digits that none but its
 * owner can read; the caller wipes *out. */
enum outcome keys_open_management(struct management_key *out, const char *path);

#endif
