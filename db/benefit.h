/*
 * Benefits: the benefit document of the design as structs, and a catalogue of them in memory.
 *
 * Parsing (benefit_json.c, jansson) checks everything and names path and reason of each fault.
 * Knows no SQL, no holder and no time.
 */
#ifndef YOUDAI_DB_BENEFIT_H
#define YOUDAI_DB_BENEFIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENEFIT_ID_MAX     63 /* [byte] a-z 0-9 - _ . */
#define BENEFIT_TITLE_MAX  95 /* [byte] UTF-8 */
#define BENEFIT_SCOPE_MAX  255
#define BENEFIT_UNIT_MAX   31 /* [byte] */
#define BENEFIT_LIMITS_MAX 5  /* four of a document, and the account that its value may keep */
#define BENEFIT_FILE_MAX   (4 * 1024 * 1024) /* [byte] */
#define BENEFITS_MAX       4096              /* of one file */
#define GRADED_ROWS_MAX    64                /* of one table */
#define GRADED_DEPTH_MAX   2                 /* graded by class, within that by grade */

enum venue {
	VENUE_HALL,
	VENUE_BANK,
	VENUE_HOSPITAL,
	VENUE_PARK,
	VENUE_MUSEUM,
	VENUE_TRANSPORT,
	VENUE_HOTEL,
	VENUE_RESTAURANT,
	VENUE_FUEL,
	VENUE_SHOP,
	VENUE_SCHOOL,
	VENUE_POST,
	VENUE_OTHER,
	VENUE_COUNT
};
enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR, PERIOD_EVER, PERIOD_COUNT };
enum value_type {
	VALUE_PRIORITY,
	VALUE_FREE,
	VALUE_PERCENT_OFF,
	VALUE_FIXED_PRICE,
	VALUE_AMOUNT_OFF,
	VALUE_PER_UNIT_OFF,
	VALUE_REIMBURSE,
	VALUE_FREE_THEN,
	VALUE_STORED_VALUE,
	VALUE_GRADED,
	VALUE_COUNT
};
enum graded_by {
	GRADED_BY_MERIT,
	GRADED_BY_GRADE,
	GRADED_BY_CLASS,
	GRADED_BY_REGION,      /* of the place where it is used */
	GRADED_BY_HOME_REGION, /* of the holder */
	GRADED_BY_COUNT
};
enum holiday_rule { HOLIDAYS_ANY, HOLIDAYS_ONLY, HOLIDAYS_NEVER };
enum stacking { STACK_WITH_ALL, STACK_WITH_DISCOUNT, STACK_ALONE };
enum settlement { SETTLE_NONE, SETTLE_COUNT, SETTLE_MONTHLY, SETTLE_QUARTERLY, SETTLE_AT_ONCE };

/* One without count and amount restricts nothing: it is the account, since ever, of a value that
 * counts what was had before where the document has no limit per holder that says since when. */
struct limit {
	bool per_venue; /* else per holder */
	enum period period;
	int64_t count;  /* uses; -1: no limit */
	int64_t amount; /* [fen] saved; -1: no limit */
};

struct grading;
struct value {
	enum value_type type;
	int32_t percent;    /* 0 to 100 */
	int32_t companions; /* others who come in free with the holder; 0 none */
	int64_t fen;        /* [fen] price, amount off, balance; off one unit; >= 0 */
	int64_t from;       /* [fen] amount off from this amount on */
	int64_t above;      /* [fen] what the holder bears alone before anything is reimbursed */
	int64_t cap;        /* [fen] the most that is reimbursed; -1: no cap */
	int64_t uses;       /* free ones, before a percentage */
	const char *unit;   /* "litre" */
	const struct grading *grading;
};

/* One row of a table: the value for those whose merit or grade lies within first to last, or whose
 * class or region begins with key. */
struct graded_row {
	int32_t first, last; /* inclusive */
	const char *key;
	struct value value;
};
struct grading {
	enum graded_by by;
	size_t count;
	const struct graded_row *rows; /* the first that matches */
	bool has_otherwise;
	struct value otherwise; /* where none does */
};

struct text_list {
	size_t count;
	const char *const *items;
};
struct day_window {
	int32_t first, last;
}; /* month * 100 + day, inclusive; may wrap the year */
struct hour_window {
	int32_t first, after;
}; /* [min] since midnight, end exclusive; may wrap */
struct day_windows {
	size_t count;
	const struct day_window *items;
};
struct hour_windows {
	size_t count;
	const struct hour_window *items;
};

struct benefit {
	char id[BENEFIT_ID_MAX + 1];
	int32_t version; /* 1 for the first import of this id */
	bool retired;
	char title[2]
		  [BENEFIT_TITLE_MAX + 1]; /* [0] Chinese, [1] English ("" falls back to Chinese) */
	char scope[2][BENEFIT_SCOPE_MAX + 1];
	char scene[8]; /* one of 食住行购游娱康联商贷庆, UTF-8; "" */
	/* where: an empty list or mask does not restrict */
	struct text_list merchants, regions, not_regions;
	uint32_t venues; /* bit 1 << enum venue */
	/* who */
	uint32_t kinds; /* bit 1 << credential kind: 2 veteran, 4 family */
	struct text_list classes, cause, home_regions;
	int32_t grade_first, grade_last; /* 1 heaviest to 10; 0: no condition */
	int32_t merit_first, merit_last; /* 1 to 3; 0: no condition */
	int32_t age_first, age_last;     /* [year] inclusive; -1: open */
	int8_t needy;                    /* 1 only needy, 0 only not needy, -1 no condition */
	/* when */
	int32_t from, until; /* [day] inclusive; INT32_MIN, INT32_MAX: open */
	struct day_windows annual;
	uint8_t weekdays; /* bit 1 << (weekday - 1), Monday first; 0: any */
	struct hour_windows hours;
	enum holiday_rule holidays;
	bool no_festivals;
	struct value value;
	size_t limit_count;
	struct limit limits[BENEFIT_LIMITS_MAX];
	enum stacking stack;
	struct text_list proof;
	int32_t assurance; /* 0 to 4, the least that is accepted */
	enum settlement settlement;
	bool offline;
};

enum [[nodiscard]] benefit_status{
	BENEFIT_OK = 0,
	BENEFIT_MALFORMED, /* *fault says where and why */
	BENEFIT_NO_MEMORY,
};

/* Where a document is wrong: a JSON path (or line and column of broken JSON) and a reason. */
struct benefit_fault {
	char path[128]; /* "$[3].who.grade", or "line 4, column 17" */
	char why[192];  /* English, one sentence */
};

/* The faults of a file in its order: of each document the first, and that its id is another's. */
#define BENEFIT_FAULTS_MAX 20
struct benefit_faults {
	size_t count;
	bool more; /* there are others, which are not listed */
	struct benefit_fault items[BENEFIT_FAULTS_MAX];
};

/* A set of benefits with the strings they point to, made from documents.  Immutable once made. */
struct catalogue;

/* Parse an array of documents or one object.  All of it or nothing.  *out on BENEFIT_OK, freed with
 * catalogue_free (accepts NULL); on BENEFIT_MALFORMED *fault is the file's first. */
enum benefit_status catalogue_parse(struct catalogue **out, struct benefit_fault *fault,
				    const char *json, size_t length);
/* The same with every fault: *faults is written whatever the answer. */
enum benefit_status catalogue_parse_faults(struct catalogue **out, struct benefit_faults *faults,
					   const char *json, size_t length);
/* The same for documents that were taken up before: together they may outgrow one file. */
enum benefit_status catalogue_parse_stored(struct catalogue **out, struct benefit_fault *fault,
					   const char *json, size_t length);
void catalogue_free(struct catalogue *catalogue);
size_t catalogue_count(const struct catalogue *catalogue);
const struct benefit *catalogue_at(const struct catalogue *catalogue, size_t index);
/* The i-th document alone, as compact JSON, to be stored; owned by the catalogue. */
const char *catalogue_document(const struct catalogue *catalogue, size_t index);
/* Version and retirement come from whoever keeps the documents. */
void catalogue_set_version(struct catalogue *catalogue, size_t index, int32_t version,
			   bool retired);

bool venue_from_name(enum venue *out, const char *name);
const char *venue_name(enum venue venue);
const char *period_name(enum period period);
/* One of the eleven scenes 食 住 行 购 游 娱 康 联 商 贷 庆. */
const char *scene_name(size_t index); /* the eleven in their order; NULL beyond */
bool scene_is_known(const char *scene);

#endif
