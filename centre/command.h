/*
 * The command line of youdai: a table of commands, each with its own function and its help beside it.
 *
 * Knows the options that all commands have and how an answer is given: text for people or JSON on
 * stdout, trouble on stderr, an exit code.  What a command does is its own file's business.
 */
#ifndef YOUDAI_CENTRE_COMMAND_H
#define YOUDAI_CENTRE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "centre/json_put.h"
#include "db/registry.h"

#define COMMAND_WORDS_MAX   4  /* arguments that are no options */
#define COMMAND_OPTIONS_MAX 16 /* options of one command */

enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_REFUSED = 1, /* with a reason */
	OUTCOME_USAGE = 2,   /* wrong usage */
	OUTCOME_TROUBLE = 3, /* a registry, a file or a device that cannot be used */
};

struct command_option {
	const char *name; /* "--merchant" */
	bool takes_value;
};

struct call;
struct nursery;

struct command {
	const char *words;  /* "person import" */
	const char *usage;  /* "FILE.csv" */
	const char *help;   /* Chinese, then English */
	size_t least, most; /* arguments that are no options */
	bool needs_db;
	unsigned roles; /* bits of db/staff.h, one of which may run it; 0: no account is needed */
	bool whole;     /* it is about the whole registry: an account must reach all of it */
	enum outcome (*run)(struct call *call);
	struct command_option options[COMMAND_OPTIONS_MAX]; /* ended by a name of NULL */
};

/* One call of one command, as the command line spells it.  All strings are argv's. */
struct call {
	const struct command *command;
	unsigned roles; /* the command's; what it does for some options may ask for others */
	const char *db; /* NULL where there is none */
	bool json;
	bool help;         /* --help: explain the command, do nothing */
	bool pinned;       /* --at was given */
	int64_t now;       /* [s] UTC: of --at, else of the clock */
	const char *actor; /* NULL where there is none */
	/* Where a device is read in a process of its own: forked before the registry, and with it
	 * any key, is open.  NULL: in this one. */
	struct nursery *nursery;
	size_t word_count;
	const char *words[COMMAND_WORDS_MAX];
	const char *values[COMMAND_OPTIONS_MAX]; /* of command->options; "" for one without value */
};

/* Of the command of these words; 0 where there is none or no account is needed. */
unsigned command_roles(const char *words);

/* Parse and run.  Answers the exit code. */
int command_main(int argc, char **argv);

/* The value of an option of this command, NULL where it was not given. */
const char *option(const struct call *call, const char *name);
bool option_given(const struct call *call, const char *name);
/* A whole number of at least `least` as an option's value, or what is in *out already where it was
 * not given.  False, and said on stderr, where it is no such number. */
bool option_number(const struct call *call, const char *name, int64_t least, int64_t *out);

/* Say on stderr how the command is used, and why. */
enum outcome wrong_usage(const struct call *call, const char *zh, const char *en);
/* Say on stderr what stands in the way; what (a file, a device) may be NULL. */
enum outcome trouble(const char *what, const char *zh, const char *en);
/* A refusal: the answer is its reason, a name, with a sentence in both languages. */
enum outcome refused(const struct call *call, const char *reason, const char *zh, const char *en);
enum outcome refused_for(const struct call *call, enum reason reason);

/* Open the registry of --db, acting for whom the call is (authority.h); on OUTCOME_DONE the caller
 * closes it.  Any other outcome was said, and *out is NULL. */
enum outcome call_open(const struct call *call, struct registry **out, bool writable);
/* The same for writing, of the centre's registry: a kiosk's copy is refused. */
enum outcome call_open_centre(const struct call *call, struct registry **out);
/* What a registry's status means for the caller, said where it is no success.  registry may be
 * NULL. */
enum outcome call_status(const struct call *call, const struct registry *registry,
			 enum registry_status status);

/* Groups of commands, each ended by one whose words are NULL. */
extern const struct command commands_registry[];
extern const struct command commands_import[];
extern const struct command commands_list[];
extern const struct command commands_unit[];
extern const struct command commands_certificate[];
extern const struct command commands_life[];
extern const struct command commands_exclusion[];
extern const struct command commands_key[];
extern const struct command commands_issue[];
extern const struct command commands_live[];
extern const struct command commands_bulk[];
extern const struct command commands_visit[];
extern const struct command commands_log[];
extern const struct command commands_audit[];
extern const struct command commands_report[];
extern const struct command commands_rule[];
extern const struct command commands_plaque[];
extern const struct command commands_photograph[];
extern const struct command commands_find[];
extern const struct command commands_forget[];
extern const struct command commands_export[];
extern const struct command commands_bank_card[];
extern const struct command commands_staff[];
extern const struct command commands_demo[];

#endif
