#include "centre/command.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "centre/authority.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"
#include "reader/nursery.h"
#include "reader/reader.h"
#include "reader/source.h"

static enum outcome run_help(struct call *call);

static const struct command commands_help[] = {
	{ .words = "help",
	  .usage = "[COMMAND]",
	  .help = "说明所有命令或一个命令。\nExplains all commands, or one.",
	  .most = 3,
	  .run = run_help },
	{ 0 },
};

static const struct command *const groups[] = {
	commands_help,        commands_registry,
	commands_import,      commands_list,
	commands_certificate, commands_life,
	commands_exclusion,   commands_key,
	commands_issue,       commands_visit,
	commands_log,         commands_report,
	commands_rule,        commands_plaque,
	commands_photograph,  commands_audit,
	commands_unit,        commands_find,
	commands_forget,      commands_export,
	commands_staff,       commands_demo,
	commands_bulk,        commands_bank_card,
	commands_live,        NULL,
};

static const char synopsis[] =
	"youdai --db FILE COMMAND … [--json] [--at RFC3339] [--actor NAME]\n";

static const struct command *command_named(const char *words)
{
	for (size_t g = 0; groups[g] != NULL; g++)
		for (const struct command *c = groups[g]; c->words != NULL; c++)
			if (strcmp(c->words, words) == 0)
				return c;
	return NULL;
}

unsigned command_roles(const char *words)
{
	const struct command *command = command_named(words);

	return command == NULL ? 0 : command->roles;
}

/* --- help --- */

static void print_usage(FILE *out, const struct command *command)
{
	fprintf(out, "youdai %s%s %s\n", command->needs_db ? "--db FILE " : "", command->words,
		command->usage);
}

static void print_all(FILE *out)
{
	fprintf(out,
		"优待 · Youdai\n\n%s\n"
		"全局选项可放在任何位置 · global options may stand anywhere:\n"
		"  --db FILE     登记库 · the registry\n"
		"  --json        供程序读取的答复 · the answer for programs\n"
		"  --at RFC3339  以此为当前时间 · take this for the present time\n"
		"  --actor NAME  经办人(已登录的账户) · who acts (an account that is signed in)\n"
		"退出码 · exit code: 0 完成 done, 1 拒绝 refused, 2 用法错误 wrong usage, "
		"3 故障 trouble\n\n",
		synopsis);
	for (size_t g = 0; groups[g] != NULL; g++)
		for (const struct command *c = groups[g]; c->words != NULL; c++)
			fprintf(out, "  %s %s\n", c->words, c->usage);
	fprintf(out, "\nyoudai help COMMAND 说明一个命令 · explains one command\n");
}

static void explain(const struct command *command)
{
	char roles[STAFF_ROLES_TEXT_SIZE];

	print_usage(stdout, command);
	printf("\n%s\n", command->help);
	if (command->roles != 0) {
		staff_roles_print(roles, command->roles);
		printf("角色 · roles: %s\n", roles);
	}
}

static void explain_call(const struct call *call)
{
	if (call->command != NULL)
		explain(call->command);
	else
		print_all(stdout);
}

static enum outcome run_help(struct call *call)
{
	char words[128] = "";
	bool found = false;

	if (call->word_count == 0) {
		print_all(stdout);
		return OUTCOME_DONE;
	}
	for (size_t i = 0; i < call->word_count; i++) {
		size_t used = strlen(words);

		snprintf(words + used, sizeof words - used, "%s%s", i > 0 ? " " : "",
			 call->words[i]);
	}
	for (size_t g = 0; groups[g] != NULL; g++)
		for (const struct command *c = groups[g]; c->words != NULL; c++) {
			size_t length = strlen(words);

			if (strncmp(c->words, words, length) != 0 ||
			    (c->words[length] != '\0' && c->words[length] != ' '))
				continue;
			printf("%s", found ? "\n" : "");
			explain(c);
			found = true;
		}
	return found ? OUTCOME_DONE : wrong_usage(call, "没有这个命令", "there is no such command");
}

/* --- how a call ends --- */

enum outcome wrong_usage(const struct call *call, const char *zh, const char *en)
{
	fprintf(stderr, "用法错误:%s · wrong usage: %s\n", zh, en);
	if (call->command != NULL)
		print_usage(stderr, call->command);
	else
		fprintf(stderr, "%syoudai help\n", synopsis);
	return OUTCOME_USAGE;
}

enum outcome trouble(const char *what, const char *zh, const char *en)
{
	if (what != NULL)
		fprintf(stderr, "%s: ", what);
	fprintf(stderr, "%s\n%s\n", zh, en);
	return OUTCOME_TROUBLE;
}

enum outcome refused(const struct call *call, const char *reason, const char *zh, const char *en)
{
	struct json json;

	if (!call->json) {
		printf("拒绝 refused: %s\n%s\n%s\n", reason, zh, en);
		return OUTCOME_REFUSED;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "reason", reason);
	json_put_both(&json, "explanation", zh, en);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_REFUSED;
}

enum outcome refused_for(const struct call *call, enum reason reason)
{
	char sentences[2][REASON_SENTENCES_MAX + 1];

	for (int english = 0; english < 2; english++)
		reason_sentences(sentences[english], reason, english);
	return refused(call, reason_name(reason), sentences[0], sentences[1]);
}

enum outcome call_status(const struct call *call, const struct registry *registry,
			 enum registry_status status)
{
	if (status == REGISTRY_OK)
		return OUTCOME_DONE;
	(void)trouble(call->db, registry_status_why(status, false),
		      registry_status_why(status, true));
	if (registry != NULL && registry_trouble(registry) != NULL &&
	    registry_trouble(registry)[0] != '\0')
		fprintf(stderr, "%s\n", registry_trouble(registry));
	if (call->json) {
		struct json json;

		json_put_begin(&json, stdout);
		json_put_open(&json, NULL, '{');
		if (status == REGISTRY_BUSY)
			json_put_text(&json, "reason", reason_name(REASON_REGISTRY_BUSY));
		json_put_text(&json, "error", registry_status_name(status));
		json_put_close(&json);
		json_put_end(&json);
	}
	return OUTCOME_TROUBLE;
}

enum outcome call_open(const struct call *call, struct registry **out, bool writable)
{
	enum outcome outcome;

	*out = NULL;
	outcome = call_status(call, NULL, registry_open(out, call->db, writable));
	if (outcome == OUTCOME_DONE)
		outcome = authority_establish(call, *out);
	if (outcome != OUTCOME_DONE) {
		registry_close(*out);
		*out = NULL;
	}
	return outcome;
}

enum outcome call_open_centre(const struct call *call, struct registry **out)
{
	enum outcome outcome = call_open(call, out, true);

	if (outcome != OUTCOME_DONE || !registry_is_kiosk(*out))
		return outcome;
	registry_close(*out);
	*out = NULL;
	return refused(call, "kiosk_copy", "这是终端副本,请在中心的登记库上办理",
		       "this is a kiosk's copy: do it on the centre's registry");
}

/* --- the command line --- */

static int option_index(const struct call *call, const char *name, size_t length)
{
	const struct command_option *options = call->command->options;

	for (int i = 0; i < COMMAND_OPTIONS_MAX && options[i].name != NULL; i++)
		if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
			return i;
	return -1;
}

const char *option(const struct call *call, const char *name)
{
	int index = option_index(call, name, strlen(name));

	return index < 0 ? NULL : call->values[index];
}

bool option_given(const struct call *call, const char *name)
{
	return option(call, name) != NULL;
}

bool option_number(const struct call *call, const char *name, int64_t least, int64_t *out)
{
	const char *text = option(call, name);
	int64_t number;

	if (text == NULL)
		return true;
	if (!text_to_number(&number, text) || number < least) {
		(void)wrong_usage(call, "选项的值不是可用的整数",
				  "an option's value is not a whole number that fits");
		return false;
	}
	*out = number;
	return true;
}

/* What is left of argv, one argument at a time. */
struct arguments {
	int count, next;
	char **texts;
	bool only_words; /* behind "--" */
};

/* Where `argument` is this option, its value in *value: behind '=' or the next argument.  False also
 * where the value is missing; *missing says so. */
static bool take_value(struct arguments *arguments, const char *argument, const char *name,
		       const char **value, bool *missing)
{
	size_t length = strlen(name);

	if (strncmp(argument, name, length) != 0 ||
	    (argument[length] != '\0' && argument[length] != '='))
		return false;
	if (argument[length] == '=')
		*value = argument + length + 1;
	else if (arguments->next < arguments->count)
		*value = arguments->texts[arguments->next++];
	else
		*missing = true;
	return !*missing;
}

static enum outcome take_global(struct call *call, struct arguments *arguments,
				const char *argument, bool *taken)
{
	const char *value = NULL;
	bool missing = false;

	*taken = true;
	if (strcmp(argument, "--json") == 0) {
		call->json = true;
	} else if (take_value(arguments, argument, "--db", &value, &missing)) {
		if (call->db != NULL)
			return wrong_usage(call, "--db 出现两次", "--db stands twice");
		call->db = value;
	} else if (!missing && take_value(arguments, argument, "--at", &value, &missing)) {
		if (!instant_parse(&call->now, value))
			return wrong_usage(call, "--at 不是 RFC 3339 时间",
					   "--at is no instant of RFC 3339");
		call->pinned = true;
	} else if (!missing && take_value(arguments, argument, "--actor", &value, &missing)) {
		call->actor = value;
	} else if (missing) {
		return wrong_usage(call, "选项缺少值", "an option lacks its value");
	} else {
		*taken = false;
	}
	return OUTCOME_DONE;
}

static enum outcome take_option(struct call *call, struct arguments *arguments,
				const char *argument)
{
	size_t length = strcspn(argument, "=");
	const char *value = argument[length] == '=' ? argument + length + 1 : NULL;
	int index = call->command == NULL ? -1 : option_index(call, argument, length);

	if (index < 0) {
		fprintf(stderr, "%.*s: ", (int)length, argument);
		return wrong_usage(call, "没有这个选项", "there is no such option");
	}
	if (call->values[index] != NULL)
		return wrong_usage(call, "同一选项出现两次", "an option stands twice");
	if (!call->command->options[index].takes_value) {
		if (value != NULL)
			return wrong_usage(call, "此选项没有值", "this option has no value");
		value = "";
	} else if (value == NULL) {
		if (arguments->next == arguments->count)
			return wrong_usage(call, "选项缺少值", "an option lacks its value");
		value = arguments->texts[arguments->next++];
	}
	call->values[index] = value;
	return OUTCOME_DONE;
}

/* A word belongs to the command's name until that is complete, then it is an argument. */
static enum outcome take_word(struct call *call, char *name, size_t name_size, const char *word)
{
	if (call->command != NULL) {
		if (call->word_count == call->command->most)
			return wrong_usage(call, "参数太多", "too many arguments");
		call->words[call->word_count++] = word;
		return OUTCOME_DONE;
	}
	size_t used = strlen(name);
	if (used > 0 && strchr(name, ' ') != NULL)
		return wrong_usage(call, "没有这个命令", "there is no such command");
	if (strlen(word) >= name_size - used - 1)
		return wrong_usage(call, "没有这个命令", "there is no such command");
	snprintf(name + used, name_size - used, "%s%s", used > 0 ? " " : "", word);
	call->command = command_named(name);
	if (call->command == NULL && used > 0)
		return wrong_usage(call, "没有这个命令", "there is no such command");
	return OUTCOME_DONE;
}

static enum outcome parse(struct call *call, struct arguments *arguments)
{
	char name[64] = "";

	while (arguments->next < arguments->count) {
		const char *argument = arguments->texts[arguments->next++];
		enum outcome outcome = OUTCOME_DONE;
		bool taken = false;

		if (!arguments->only_words && strcmp(argument, "--") == 0) {
			arguments->only_words = true;
			continue;
		}
		if (!arguments->only_words && strcmp(argument, "--help") == 0)
			call->help = true;
		else if (arguments->only_words || strncmp(argument, "--", 2) != 0)
			outcome = take_word(call, name, sizeof name, argument);
		else if ((outcome = take_global(call, arguments, argument, &taken)) ==
				 OUTCOME_DONE &&
			 !taken)
			outcome = take_option(call, arguments, argument);
		if (outcome != OUTCOME_DONE)
			return outcome;
	}
	if (call->help)
		return OUTCOME_DONE;
	if (call->command == NULL)
		return wrong_usage(call, "缺少命令", "a command is missing");
	if (call->word_count < call->command->least)
		return wrong_usage(call, "参数太少", "too few arguments");
	if (call->command->needs_db && call->db == NULL)
		return wrong_usage(call, "缺少 --db", "--db is missing");
	return OUTCOME_DONE;
}

int command_main(int argc, char **argv)
{
	struct call call = { .now = time(NULL) };
	struct arguments arguments = { .count = argc, .next = 1, .texts = argv };
	enum outcome outcome = parse(&call, &arguments);

	if (call.command != NULL)
		call.roles = call.command->roles;
	if (outcome == OUTCOME_DONE && call.help)
		explain_call(&call);
	else if (outcome == OUTCOME_DONE) {
		assert(call.command != NULL); /* parse() asks for one */
		if (option_given(&call, "--reader"))
			call.nursery = nursery_open(source_driver_for, reader_clock_ms);
		outcome = call.command->run(&call);
		nursery_close(call.nursery);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "答复写不出去 · the answer cannot be written: %s\n",
			strerror(errno));
		return OUTCOME_TROUBLE;
	}
	return outcome;
}
