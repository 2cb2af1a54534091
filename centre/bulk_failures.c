#include "centre/bulk_failures.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static const struct table_column columns[] = {
	{ .name = "number" }, { .name = "reason" }, { .name = "zh" }, { .name = "en" }
};

static enum outcome not_written(struct bulk_failures *failures)
{
	const char *why =
		failures->file.status == WHOLE_FILE_FULL ? "磁盘已满,请腾出空间" : "文件无法写入";

	return trouble(failures->file.path, why, strerror(errno));
}

enum outcome bulk_failures_open(struct bulk_failures *out, const char *path)
{
	out->out = NULL;
	out->count = 0;
	if (path == NULL)
		return OUTCOME_DONE;
	if (whole_file_open(&out->file, path) != WHOLE_FILE_OK)
		return trouble(path, "文件无法写入", strerror(errno));
	int file = dup(out->file.file);
	out->out = file < 0 ? NULL : fdopen(file, "w");
	if (out->out == NULL) {
		whole_file_drop(&out->file);
		return trouble(path, "文件无法写入", strerror(errno));
	}
	out->table.form = TABLE_CSV;
	out->table.out = out->out;
	table_begin(&out->table, columns, sizeof columns / sizeof *columns);
	return OUTCOME_DONE;
}

void bulk_failures_add(struct bulk_failures *failures, const char *number, const char *reason,
		       const char *zh, const char *en)
{
	if (failures->count < BULK_FAILURES_SHOWN) {
		struct bulk_failure *first = &failures->first[failures->count];

		snprintf(first->number, sizeof first->number, "%s", number);
		snprintf(first->reason, sizeof first->reason, "%s", reason);
		snprintf(first->sentences[0], sizeof first->sentences[0], "%s", zh);
		snprintf(first->sentences[1], sizeof first->sentences[1], "%s", en);
	}
	failures->count++;
	if (failures->out != NULL)
		table_row(&failures->table,
			  (const struct cell[]){ CELL_TEXT(number), CELL_TEXT(reason),
						 CELL_TEXT(zh), CELL_TEXT(en) });
}

void bulk_failures_print(const struct bulk_failures *failures)
{
	for (int64_t i = 0; i < failures->count && i < BULK_FAILURES_SHOWN; i++) {
		const struct bulk_failure *one = &failures->first[i];

		printf("  %s: %s\n    %s\n    %s\n", one->number, one->reason, one->sentences[0],
		       one->sentences[1]);
	}
	if (failures->count > BULK_FAILURES_SHOWN)
		printf("  … 另有 %" PRId64 " 本,全部见 --failures 文件 · %" PRId64
		       " more: --failures FILE.csv lists all\n",
		       failures->count - BULK_FAILURES_SHOWN,
		       failures->count - BULK_FAILURES_SHOWN);
}

enum outcome bulk_failures_keep(struct bulk_failures *failures)
{
	FILE *out = failures->out;

	failures->out = NULL;
	if (out == NULL)
		return OUTCOME_DONE;
	table_end(&failures->table);
	bool whole = fflush(out) == 0 && ferror(out) == 0;
	if (fclose(out) != 0 || !whole) {
		whole_file_drop(&failures->file);
		return not_written(failures);
	}
	return whole_file_keep(&failures->file) == WHOLE_FILE_OK ? OUTCOME_DONE
								 : not_written(failures);
}

void bulk_failures_drop(struct bulk_failures *failures)
{
	if (failures->out == NULL)
		return;
	fclose(failures->out);
	failures->out = NULL;
	whole_file_drop(&failures->file);
}
