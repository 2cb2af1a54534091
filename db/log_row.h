/*
 * A row of the table `log` as an entry of the chain.  For the files of the log only.
 */
#ifndef YOUDAI_DB_LOG_ROW_H
#define YOUDAI_DB_LOG_ROW_H

#include "db/chain.h"
#include "db/store.h"

/* The columns in the order that log_entry_at reads; `WHERE …` may follow. */
#define LOG_ROW                                                                                \
	"SELECT seq, at, what, redemption, visit, holder, benefit, benefit_version, merchant," \
	" reason, payable, saved, assurance, compared, previous, hash, signature, region"      \
	" FROM log"

/* False where it cannot be an entry that we wrote; seq is filled in any case.  Strings and holder
 * are the row's. */
bool log_entry_at(struct chain_entry *out, struct statement *row);

#endif
