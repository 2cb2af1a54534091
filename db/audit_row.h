/*
 * A row of the table `audit`, with its detail, as an entry of the chain.  For the files of the audit
 * chain only.
 */
#ifndef YOUDAI_DB_AUDIT_ROW_H
#define YOUDAI_DB_AUDIT_ROW_H

#include "db/audit.h"
#include "db/registry_inside.h"

/* The columns in the order that audit_entry_at and audit_detail_at read; `WHERE …` may follow. */
#define AUDIT_ROW                                                                            \
	"SELECT a.seq, a.at, a.clock, a.actor, a.act, a.subject, a.unit, a.erased, a.bound," \
	" a.hash, a.signature, d.salt, d.text FROM audit a LEFT JOIN audit_detail d"         \
	" ON d.audit = a.seq"

/* False where it cannot be an entry that we wrote; seq is filled in any case.  Strings and subject
 * are the row's; `previous` stands in no row. */
bool audit_entry_at(struct audit_entry *out, struct statement *row);

enum audit_detail_state {
	AUDIT_DETAIL_NONE, /* the entry never had one */
	AUDIT_DETAIL_GOOD,
	AUDIT_DETAIL_GONE,
	AUDIT_DETAIL_BAD, /* not the one that the entry stands for */
};
/* *text is the row's; NULL where it is gone or there was none. */
enum audit_detail_state audit_detail_at(const char **text, const struct audit_entry *entry,
					struct statement *row);

#endif
