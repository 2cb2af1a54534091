/*
 * All figures on one page, as a file that appears whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/reports.h"
#include "centre/text.h"
#include "centre/whole_file.h"
#include "centre/yearbook_page.h"
#include "db/china_time.h"

#define TITLE_MAX 120 /* [byte] */

/* --- what stands above it --- */

/* Whose figures, and the days of the log that they speak of. */
struct head_texts {
	char zh[UNIT_NAME_MAX + 65], en[96];
};

static void tell_days(struct head_texts *out, const char *bureau, const struct call *call)
{
	const char *from = option(call, "--from"), *until = option(call, "--until");
	const char *between = bureau[0] != '\0' ? " · " : "";
	bool is_open = from == NULL && until == NULL;

	if (is_open)
		snprintf(out->zh, sizeof out->zh, "%s%s使用记录:全部", bureau, between);
	else
		snprintf(out->zh, sizeof out->zh, "%s%s使用记录:%s 至 %s", bureau, between,
			 from != NULL ? from : "最早", until != NULL ? until : "目前");
	if (is_open)
		snprintf(out->en, sizeof out->en, "Uses: all on record");
	else
		snprintf(out->en, sizeof out->en, "Uses: from %s to %s",
			 from != NULL ? from : "the first", until != NULL ? until : "now");
}

static void begin(struct yearbook_page *drawing, const struct call *call,
		  const struct unit_found *unit, FILE *out)
{
	const char *title = option(call, "--title");
	struct head_texts texts;
	struct page_head head = { .title = BOTH("优待证工作统计报告",
						"Preferential-treatment certificates: ledgers and "
						"uses"),
				  .as_of = call->now,
				  .is_demo = registry_is_demo(drawing->registry) };

	if (title != NULL)
		head.title = BOTH(title, NULL);
	tell_days(&texts, unit->name, call);
	head.subtitle = BOTH(texts.zh, texts.en);
	page_begin(&drawing->page, out, &head);
}

/* --- the file --- */

/* The page in memory, for the caller to free; NULL without memory. */
static char *write_page(struct yearbook_page *drawing, const struct call *call,
			const struct unit_found *unit, size_t *length, enum registry_status *status)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	bool is_whole;

	if (out == NULL)
		return NULL;
	begin(drawing, call, unit, out);
	*status = yearbook_draw(drawing);
	is_whole = page_end(&drawing->page);
	if (fclose(out) == 0 && is_whole)
		return text;
	free(text);
	return NULL;
}

static enum outcome keep(const char *path, const char *text, size_t length)
{
	struct whole_file file;
	enum whole_file_status status = whole_file_open(&file, path);

	if (status == WHOLE_FILE_OK && whole_file_write(&file, text, length) == WHOLE_FILE_OK)
		status = whole_file_keep(&file);
	else if (status == WHOLE_FILE_OK) {
		status = file.status;
		whole_file_drop(&file);
	}
	if (status == WHOLE_FILE_OK)
		return OUTCOME_DONE;
	if (status == WHOLE_FILE_FULL)
		return trouble(path, "磁盘已满,未写出", "the disk is full, nothing was written");
	return trouble(path, "写不出去,请核对路径和权限", strerror(errno));
}

static enum outcome say_written(const struct call *call, const char *path)
{
	struct json json;

	if (!call->json) {
		printf("已生成 · written: %s\n", path);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "page", path);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome make_page(const struct call *call, struct yearbook_page *drawing,
			      const struct unit_found *unit)
{
	const char *path = option(call, "--out"), *code = unit->code[0] != '\0' ? unit->code : NULL;
	char *text = NULL;
	size_t length = 0;
	enum outcome outcome;
	enum registry_status status =
		yearbook_read(&drawing->yearbook, drawing->registry, &drawing->query, code);

	if (status == REGISTRY_OK)
		text = write_page(drawing, call, unit, &length, &status);
	yearbook_free(&drawing->yearbook);
	if (status != REGISTRY_OK)
		outcome = call_status(call, drawing->registry, status);
	else if (text == NULL)
		outcome = trouble(path, "内存不足", "out of memory");
	else
		outcome = keep(path, text, length);
	free(text);
	return outcome == OUTCOME_DONE ? say_written(call, path) : outcome;
}

/* Of --unit, or of the one above all where there is one. */
static enum outcome find_unit(const struct call *call, struct registry *registry,
			      struct unit_range **places, struct unit_found *unit)
{
	enum registry_status status;
	enum outcome outcome = report_places(call, registry, places, unit);

	if (outcome != OUTCOME_DONE || *places != NULL)
		return outcome;
	status = unit_top(registry, unit, china_time_at(call->now).day);
	return status == REGISTRY_NOT_FOUND ? OUTCOME_DONE : call_status(call, registry, status);
}

enum outcome run_report_page(struct call *call)
{
	const char *title = option(call, "--title");
	struct yearbook_page drawing = { .query = { .now = call->now } };
	struct unit_found unit = { 0 };
	struct unit_range *places = NULL;
	enum outcome outcome;

	if (!option_given(call, "--out"))
		return wrong_usage(call, "缺少 --out", "--out is missing");
	if (title != NULL && !text_is_plain(title, TITLE_MAX))
		return wrong_usage(call, "--title 应为 1 至 120 字节的文字",
				   "--title is a text of 1 to 120 bytes");
	outcome = table_time(call, &drawing.query.time);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &drawing.registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = find_unit(call, drawing.registry, &places, &unit);
	drawing.query.places = places;
	if (outcome == OUTCOME_DONE)
		outcome = make_page(call, &drawing, &unit);
	unit_range_free(places);
	registry_close(drawing.registry);
	return outcome;
}
