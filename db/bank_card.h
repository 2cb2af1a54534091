/*
 * Bank cards, the national 优待证 as it is, that are bound to a certificate by their tokens.
 *
 * A bound card is a medium of its certificate (carrier "bank", its token for an id), so it becomes void
 * with the others when a replacement is accepted.  A number is never seen here: a device makes tokens
 * of it, one under each version of the site's key, the newest first.
 */
#ifndef YOUDAI_DB_BANK_CARD_H
#define YOUDAI_DB_BANK_CARD_H

#include "db/entitlement.h"
#include "db/registry.h"

#define BANK_SALT_SIZE 16 /* [byte] */
#define BANK_SALTS_MAX 4

/* What tokens are made with, the newest first; how many. */
size_t bank_card_salts(const struct registry *registry,
		       uint8_t out[static BANK_SALTS_MAX][BANK_SALT_SIZE]);

struct bank_card {
	char certificate[64];
	size_t token; /* the index of the one under which it is known; 0: the newest key's */
	enum reason void_now; /* REASON_OK while it is good */
};

/* Whose card has one of these tokens; REGISTRY_NOT_FOUND: nobody's. */
enum registry_status bank_card_find(struct registry *registry, struct bank_card *out,
				    const uint8_t *tokens, size_t count, int64_t now);

/* Within a write transaction: a card known under an older key is from now on known under the newest. */
enum registry_status bank_card_renew(struct registry *registry, const struct bank_card *card,
				     const uint8_t *tokens);

enum bank_card_answer {
	BANK_CARD_BOUND,
	BANK_CARD_WAS_BOUND,  /* to this certificate, before */
	BANK_CARD_OF_ANOTHER, /* refused: it is bound to another certificate */
	BANK_CARD_VOID,       /* refused: it was bound, and is void by now */
};

/* Within a write transaction, at now [s]: bind the card to the certificate; other cards that are bound to
 * it become void (replaced): one holder has one card.  *card tells of what it was bound to before. */
enum registry_status bank_card_bind(struct registry *registry, enum bank_card_answer *answer,
				    struct bank_card *card, const char *certificate,
				    const uint8_t *tokens, size_t count, int64_t now);

/* Within a write transaction: forget every bank card of the certificate; *count of them. */
enum registry_status bank_card_unbind(struct registry *registry, int64_t *count,
				      const char *certificate);

/* A new version of the site's key for tokens, in FILE.keys, at once durable; the others stay, but the
 * oldest where there are BANK_SALTS_MAX. */
enum registry_status bank_card_new_key(struct registry *registry);

#endif
