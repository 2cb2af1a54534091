/*
 * The registry: one SQLite file of units, merchants, persons, certificates, media, benefits,
 * calendar, issuer keys and the log, opened by several processes at once.
 *
 * Everything that knows the tables is behind this header, log.h and entitlement.h.  Beside the file
 * lie FILE.keys (0600: log key, site group key, sealing key), FILE.head and FILE.audit (heads of the
 * log and of the audit chain).  A struct registry belongs to one thread.
 */
#ifndef YOUDAI_DB_REGISTRY_H
#define YOUDAI_DB_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/benefit.h"
#include "db/reason.h"
#include "db/seal.h"

enum [[nodiscard]] registry_status{
	REGISTRY_OK = 0,       REGISTRY_MISSING, /* no such file */
	REGISTRY_NOT_ONE,                        /* a file, but not a registry */
	REGISTRY_NEWER,                          /* made by a newer program: update this one */
	REGISTRY_OLDER,                          /* needs `youdai init` to migrate it */
	REGISTRY_KEYS_MISSING, /* FILE.keys is missing, unreadable or open to others */
	REGISTRY_READ_ONLY,    /* file or folder cannot be written */
	REGISTRY_FULL,         /* disk full */
	REGISTRY_BUSY,         /* another process holds it too long: try again */
	REGISTRY_DAMAGED,      /* SQLite finds it malformed, or the disk fails */
	REGISTRY_NOT_FOUND,    /* what was asked for is not there */
	REGISTRY_EXISTS,       /* what was to be made is there */
	REGISTRY_CONSTRAINT,   /* a rule of the schema was broken; registry_trouble says which */
	REGISTRY_TROUBLE,      /* anything else */
};

struct registry;

/* "missing", "not_a_registry", … for programs; a sentence that says what to do, for people. */
const char *registry_status_name(enum registry_status status);
const char *registry_status_why(enum registry_status status, bool english);

/* Create the file with its keys, or migrate an older one.  REGISTRY_OK also where it is current. */
enum registry_status registry_init(const char *path);

/* *out on REGISTRY_OK.  A registry that can only be read opens for reading with writable false. */
enum registry_status registry_open(struct registry **out, const char *path, bool writable);
void registry_close(struct registry *registry); /* accepts NULL */

/* The last trouble in English, for stderr; owned by the registry, without personal data. */
const char *registry_trouble(const struct registry *registry);

/* Take up what other processes changed (keys, benefits, merchants, calendar).  Cheap where nothing
 * did.  *changed (may be NULL) says whether the caller should load its keys anew. */
enum registry_status registry_refresh(struct registry *registry, bool *changed);

/* Write the WAL back into the file.  Belongs off the path: call it while nobody waits. */
enum registry_status registry_checkpoint(struct registry *registry);

/* What belongs together is one transaction: imports begin, put rows, then commit or roll back. */
enum registry_status registry_begin(struct registry *registry);
enum registry_status registry_commit(struct registry *registry);
void registry_rollback(struct registry *registry);

/* Within such a transaction: what follows is kept or undone by itself.  One at a time.  Where one of
 * these fails, the whole transaction is to be rolled back. */
enum registry_status registry_part_begin(struct registry *registry);
enum registry_status registry_part_keep(struct registry *registry);
enum registry_status registry_part_undo(struct registry *registry);

/* --- what is imported; strings are borrowed, dates are days, absent dates INT32_MIN / INT32_MAX --- */

struct unit {
	const char *code, *name, *tier,
		*parent;     /* tier: province city county town village firm; parent may be "" */
	int32_t from, until; /* [day] inclusive */
	const char *region;  /* region or statistics code; NULL or "": its code is one */
	const char *merged_into; /* code of the unit that goes on with its work; NULL or "": none */
};
struct merchant {
	const char *code, *name;
	enum venue venue;
	const char *scene, *region, *address, *unit; /* may be "" but region */
	const char *state;                           /* active suspended left */
};
struct person {
	const char *code, *name;
	char sex; /* 'm' 'f', or 0 unknown */
	bool birth_known;
	int32_t birth; /* [day] */
	const char *home_region;
	bool needy;
	int32_t merit;          /* 0 none, 1 to 3 */
	const char *identities; /* as in the import, see identities.h */
	const char *id_number;  /* NULL or ""; kept only as a keyed hash */
};
struct certificate {
	const char *number, *person, *unit;
	uint8_t kind;      /* 1 veteran, 2 family */
	const char *state; /* a step of its life, as in domain.md: active, suspended, lost, … */
	int32_t valid_from, valid_until; /* [day] inclusive */
};
struct issuer_key {
	const char *issuer, *algorithm; /* "EdDSA" "ES256" "SM2" */
	const uint8_t *public_key;
	size_t public_length;
	const uint8_t *kid;
	size_t kid_length;
	const char *region;  /* "" any */
	int64_t from, until; /* [s]; INT64_MAX open */
};

/* Insert, or update the row with the same code or number; of a unit the row that begins on the same
 * day, where earlier rows end on the day before and this one ends before a later one begins.  A
 * certificate with steps on record keeps state, person and kind: REGISTRY_CONSTRAINT where the row says
 * others; so is a person with the ID number of another, and any person in a kiosk's copy. */
enum registry_status registry_put_unit(struct registry *registry, const struct unit *unit);
enum registry_status registry_put_merchant(struct registry *registry,
					   const struct merchant *merchant);
enum registry_status registry_put_person(struct registry *registry, const struct person *person);
enum registry_status registry_put_certificate(struct registry *registry,
					      const struct certificate *certificate);
enum registry_status registry_put_key(struct registry *registry, const struct issuer_key *key);
/* Ends the trust in the keys with this kid at now; REGISTRY_NOT_FOUND where none was trusted. */
enum registry_status registry_retire_key(struct registry *registry, const uint8_t *kid,
					 size_t kid_length, int64_t now);
/* Each benefit of the catalogue becomes a new version where its document differs. */
enum registry_status registry_put_benefits(struct registry *registry,
					   const struct catalogue *catalogue, int64_t now);
enum registry_status registry_retire_benefit(struct registry *registry, const char *id,
					     int64_t now);
enum registry_status
registry_put_calendar_day(struct registry *registry, int32_t day, const char *what,
			  const char *name); /* what: holiday workday festival */

/* Does the calendar reach less than this [day] beyond today, while a rule in force asks for holidays
 * or festivals?  *last is the last day that it speaks of, INT32_MIN where it is empty.  As of the
 * last registry_refresh. */
#define CALENDAR_NOTICE_DAYS 60
bool registry_calendar_ends(const struct registry *registry, int32_t *last, int32_t today);

/* A medium issued for a certificate; holder_key NULL or 64 bytes. */
struct medium {
	const uint8_t *id;
	size_t id_length;
	const char *certificate, *carrier; /* "qr" "tag" "chip" "bank" */
	const uint8_t *holder_key;
	int64_t issued_at, expires; /* [s] */
};
enum registry_status registry_put_medium(struct registry *registry, const struct medium *medium);

/* From now on the medium is refused with this reason (loss_reported to moved of reason.h). */
enum registry_status registry_void_medium(struct registry *registry, const uint8_t *id,
					  size_t id_length, enum reason reason);

/* What a kiosk's trace is sealed with: the same in the centre's registry and in all copies for kiosks. */
#define TRACE_KEY_SIZE 32 /* [byte] */
void registry_trace_key(const struct registry *registry, uint8_t out[static TRACE_KEY_SIZE]);

/* --- lists; each row is borrowed for the call; return false to stop --- */

enum registry_status registry_each_unit(struct registry *r,
					bool (*row)(void *, const struct unit *), void *context);
/* What a unit, named by its code or its region, is called on a day, and where it is; of one that is not
 * yet there what it will be.  REGISTRY_NOT_FOUND where nothing of that name is known. */
struct unit_title {
	char name[128], region[64];
};
enum registry_status registry_unit_title(struct registry *registry, struct unit_title *out,
					 const char *unit, int32_t day);
enum registry_status registry_each_merchant(struct registry *r,
					    bool (*row)(void *, const struct merchant *),
					    void *context);
enum registry_status
registry_each_person(struct registry *r, bool (*row)(void *, const struct person *), void *context);
/* Those of units that the actor reaches (actor.h); certificate->state is where each stands at now. */
enum registry_status registry_each_certificate(struct registry *r, int64_t now,
					       bool (*row)(void *, const struct certificate *),
					       void *context);
enum registry_status registry_each_key(struct registry *r,
				       bool (*row)(void *, const struct issuer_key *),
				       void *context);
/* void_now: at now.  A bank card's id is NULL: its token is nobody's to see. */
enum registry_status registry_each_medium(struct registry *r, const char *certificate, int64_t now,
					  bool (*row)(void *, const struct medium *, bool void_now),
					  void *context);

#define PERSON_CODE_MAX 63 /* [byte] */

/* Whose ID number (GB 11643) this is; REGISTRY_NOT_FOUND: nobody's.  It is looked for by its keyed
 * hash. */
enum registry_status registry_person_of_id_number(struct registry *registry,
						  char out[static PERSON_CODE_MAX + 1],
						  const char *id_number);
/* Does it hold any person? */
enum registry_status registry_has_persons(struct registry *registry, bool *out);

/* Is there such a person; a unit of this code or region? */
enum registry_status registry_knows_person(struct registry *registry, bool *out, const char *code);
enum registry_status registry_knows_unit(struct registry *registry, bool *out, const char *code);

/* The merchant's row, or REGISTRY_NOT_FOUND; strings live until the next registry_refresh. */
enum registry_status registry_merchant(struct registry *registry, struct merchant *out,
				       const char *code);
/* All benefits in force or retired, newest version each; the registry's own. */
const struct catalogue *registry_catalogue(struct registry *registry);

/* Everything `certificate show` and issuing need; strings live until the next call of it. */
struct certificate_view {
	struct certificate certificate;
	const char *name;   /* of the person, in full */
	enum reason reason; /* REASON_OK where it is in order at the instant asked */
};
enum registry_status registry_certificate(struct registry *registry, struct certificate_view *out,
					  const char *number, int64_t now);

/* Marked by `init --demo`: every screen and list says so. */
enum registry_status registry_set_demo(struct registry *registry);
bool registry_is_demo(struct registry *registry);

/* What names and photographs are sealed with from now on; outside of a transaction.  Other processes that have the
 * registry open learn of it by registry_refresh; what they seal until then is read all the same. */
enum registry_status registry_set_cipher(struct registry *registry, enum seal_cipher cipher);
enum seal_cipher registry_cipher(const struct registry *registry);
/* Seal each name and photograph anew that is sealed with anything else (the other cipher, or version
 * 1), in one transaction, the caller's where there is one; *count is how many these were, 0 where
 * nothing was written.  REGISTRY_DAMAGED, and nothing changed, where one of them has a broken seal. */
enum registry_status registry_reseal(struct registry *registry, int64_t *count);

/* A kiosk's copy (export.h): no names, nothing to look somebody up by. */
bool registry_is_kiosk(struct registry *registry);

/* Instant of the last import, for "data as of …"; INT64_MIN where there was none. [s] */
int64_t registry_data_time(struct registry *registry);
enum registry_status registry_set_data_time(struct registry *registry, int64_t now);

/* Online copy into a new file (with its keys and heads); fails where it exists. */
enum registry_status registry_backup(struct registry *registry, const char *path);

/* Integrity of file, constraints, keys, log and audit chain: each fault as a line to report;
 * REGISTRY_DAMAGED if any.  Lines that begin with "note: " name references to units that are not there: no damage. */
enum registry_status registry_fsck(struct registry *registry, void (*report)(void *, const char *),
				   void *context);

#endif
