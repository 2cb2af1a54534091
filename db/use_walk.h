/*
 * The uses on the log one by one, and amounts of them added up.  Inside of db/ only.
 */
#ifndef YOUDAI_DB_USE_WALK_H
#define YOUDAI_DB_USE_WALK_H

#include "db/report.h"
#include "db/unit_tree.h"
#include "db/vault.h"

struct walked_use {
	int32_t day; /* of China's calendar */
	const char *benefit;
	const char *merchant, *unit; /* the merchant's, as of now; "" none */
	uint8_t holder[PSEUDONYM_BYTES];
	bool voided;            /* taken back, whenever that was */
	int64_t payable, saved; /* [fen] 0 where not known */
};

/* In the order of the log, of merchants whose unit `places` has (NULL: of all).  Rows are borrowed for
 * the call; return false to stop. */
enum registry_status use_walk(struct registry *registry, const struct report_time *time,
			      const struct unit_range *places,
			      bool (*take)(void *, const struct walked_use *), void *context);

struct use_amounts {
	int64_t uses, voided;
	int64_t payable, saved; /* [fen] of those that stand */
};
/* Sums that int64_t cannot hold become the greatest that it can. */
void use_amounts_take(struct use_amounts *amounts, const struct walked_use *use);
void use_amounts_add(struct use_amounts *amounts, const struct use_amounts *others);

#endif
