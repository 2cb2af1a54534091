#include "db/bank_card.h"

#include <stdio.h>
#include <string.h>

#include "db/registry_inside.h"

size_t bank_card_salts(const struct registry *registry,
		       uint8_t out[static BANK_SALTS_MAX][BANK_SALT_SIZE])
{
	return vault_bank_salts(registry->vault, out);
}

static enum registry_status find_one(struct registry *registry, struct bank_card *out,
				     const uint8_t token[static BANK_TOKEN_SIZE], int64_t now)
{
	static const char sql[] =
		"SELECT certificate, iif(void_at > ?2, NULL, void_reason) FROM medium"
		" WHERE id = ?1 AND carrier = 'bank'";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_bytes(row, 1, token, BANK_TOKEN_SIZE);
	bind_integer(row, 2, now);
	status = statement_step(row);
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	bool sound =
		column_is_null(row, 1) || reason_from_name(&out->void_now, column_text(row, 1));
	snprintf(out->certificate, sizeof out->certificate, "%s", column_text(row, 0));
	statement_reset(row);
	return sound ? REGISTRY_OK
		     : registry_faults(registry, REGISTRY_DAMAGED, "why a bank card is void");
}

enum registry_status bank_card_find(struct registry *registry, struct bank_card *out,
				    const uint8_t *tokens, size_t count, int64_t now)
{
	enum registry_status status = REGISTRY_NOT_FOUND;
	for (size_t i = 0; i < count && status == REGISTRY_NOT_FOUND; i++) {
		*out = (struct bank_card){ .token = i, .void_now = REASON_OK };
		status = find_one(registry, out, tokens + i * BANK_TOKEN_SIZE, now);
	}
	return status;
}

enum registry_status bank_card_renew(struct registry *registry, const struct bank_card *card,
				     const uint8_t *tokens)
{
	static const char sql[] = "UPDATE medium SET id = ?1 WHERE id = ?2 AND carrier = 'bank'";
	struct statement *statement;
	if (card->token == 0)
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_bytes(statement, 1, tokens, BANK_TOKEN_SIZE);
		bind_bytes(statement, 2, tokens + card->token * BANK_TOKEN_SIZE, BANK_TOKEN_SIZE);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

/* --- at the desk --- */

static enum registry_status void_others(struct registry *registry, const char *certificate,
					int64_t now)
{
	static const char sql[] = "UPDATE medium SET void_reason = 'replaced', void_at = ?2"
				  " WHERE certificate = ?1 AND carrier = 'bank'"
				  " AND (void_reason IS NULL OR void_at > ?2)";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, certificate);
		bind_integer(statement, 2, now);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static enum registry_status put_new(struct registry *registry, const char *certificate,
				    const uint8_t *token, int64_t now)
{
	const struct medium medium = { .id = token,
				       .id_length = BANK_TOKEN_SIZE,
				       .certificate = certificate,
				       .carrier = "bank",
				       .issued_at = now,
				       .expires = INT64_MAX };
	enum registry_status status = void_others(registry, certificate, now);
	return status == REGISTRY_OK ? registry_put_medium(registry, &medium) : status;
}

enum registry_status bank_card_bind(struct registry *registry, enum bank_card_answer *answer,
				    struct bank_card *card, const char *certificate,
				    const uint8_t *tokens, size_t count, int64_t now)
{
	enum registry_status status = bank_card_find(registry, card, tokens, count, now);
	*answer = BANK_CARD_BOUND;
	if (status == REGISTRY_NOT_FOUND)
		return put_new(registry, certificate, tokens, now);
	if (status != REGISTRY_OK)
		return status;
	if (card->void_now != REASON_OK) {
		*answer = BANK_CARD_VOID;
		return REGISTRY_OK;
	}
	*answer = strcmp(card->certificate, certificate) == 0 ? BANK_CARD_WAS_BOUND
							      : BANK_CARD_OF_ANOTHER;
	return *answer == BANK_CARD_WAS_BOUND ? bank_card_renew(registry, card, tokens)
					      : REGISTRY_OK;
}

enum registry_status bank_card_unbind(struct registry *registry, int64_t *count,
				      const char *certificate)
{
	static const char sql[] = "DELETE FROM medium WHERE certificate = ?1 AND carrier = 'bank'";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, certificate);
		status = statement_run(statement);
	}
	if (status == STORE_OK)
		*count = store_row_count_changed(registry->store);
	return registry_says(registry, status);
}

enum registry_status bank_card_new_key(struct registry *registry)
{
	switch (vault_new_bank_key(registry->vault, registry->keys_path)) {
	case VAULT_OK:
		return REGISTRY_OK;
	case VAULT_FULL:
		return registry_faults(registry, REGISTRY_FULL, "no room for the keys");
	default:
		return registry_faults(registry, REGISTRY_TROUBLE, "the keys cannot be written");
	}
}
