#include "centre/file_fault.h"

static void say(const char *file, const struct file_fault *fault)
{
	if (fault->line > 0)
		fprintf(stderr, "%s:%lld:%lld: %s\n", file, (long long)fault->line,
			(long long)fault->column, fault->why);
	else
		fprintf(stderr, "%s: %s: %s\n", file, fault->path, fault->why);
}

static void put_fault(struct json *json, const struct file_fault *fault)
{
	json_put_text(json, "path", fault->path);
	json_put_known(json, "line", fault->line > 0, fault->line);
	json_put_known(json, "column", fault->line > 0, fault->column);
	json_put_text(json, "why", fault->why);
}

enum outcome refuse_file(const struct call *call, const struct file_fault *faults, size_t count,
			 bool more)
{
	struct json json;

	for (size_t i = 0; i < count; i++)
		say(call->words[0], &faults[i]);
	if (more)
		fprintf(stderr,
			"还有更多错误,只列出前 %zu 个 · there are more faults; these are "
			"the first %zu\n",
			count, count);
	fprintf(stderr, "没有导入任何内容 · nothing was imported\n");
	if (!call->json)
		return OUTCOME_REFUSED;
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "reason",
		      faults[0].reason != NULL ? faults[0].reason : reason_name(REASON_MALFORMED));
	json_put_text(&json, "file", call->words[0]);
	/* The first one where a program looks for a single one, then all of them. */
	put_fault(&json, &faults[0]);
	json_put_open(&json, "faults", '[');
	for (size_t i = 0; i < count; i++) {
		json_put_open(&json, NULL, '{');
		put_fault(&json, &faults[i]);
		json_put_close(&json);
	}
	json_put_close(&json);
	json_put_flag(&json, "more", more);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_REFUSED;
}
