#include "centre/bulk_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool put_sheet(void *context, const struct batch_sheet *sheet)
{
	struct json *json = context;

	if (sheet->state == BATCH_SHEET_THERE && json != NULL)
		json_put_text(json, NULL, sheet->path);
	else if (sheet->state == BATCH_SHEET_THERE)
		printf("  %s\n", sheet->path);
	return true;
}

static bool put_failed(void *context, const char *certificate, const char *why)
{
	struct json *json = context;

	json_put_open(json, NULL, '{');
	json_put_text(json, "number", certificate);
	json_put_text(json, "reason", why);
	json_put_close(json);
	return true;
}

static enum registry_status put_result(const struct bulk_report *report, struct registry *registry)
{
	const struct bulk_result *result = report->result;
	const char *batch = report->order->batch;
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "batch", batch);
	json_put_number(&json, "total", result->total);
	json_put_number(&json, "done", result->done);
	json_put_number(&json, "failed", result->failed);
	json_put_number(&json, "skipped", result->skipped);
	json_put_number(&json, "waiting", result->waiting);
	json_put_open(&json, "sheets", '[');
	enum registry_status status = batch_each_sheet(registry, batch, put_sheet, &json);
	json_put_close(&json);
	json_put_open(&json, "failures", '[');
	if (status == REGISTRY_OK)
		status = batch_each_failed(registry, batch, put_failed, &json);
	json_put_close(&json);
	json_put_close(&json);
	json_put_end(&json);
	return status;
}

static enum registry_status print_result(const struct bulk_report *report,
					 struct registry *registry)
{
	const struct bulk_result *result = report->result;
	enum registry_status status = REGISTRY_OK;

	printf("批次 batch %s: 共 %" PRId64 " 本 in all\n"
	       "完成 done %" PRId64 " · 失败 failed %" PRId64 " · 以前已完成 done before %" PRId64
	       " · 未处理 waiting %" PRId64 "\n",
	       report->order->batch, result->total, result->done, result->failed, result->skipped,
	       result->waiting);
	if (report->order->issuing != NULL) {
		printf("领证单 slips:\n");
		status = batch_each_sheet(registry, report->order->batch, put_sheet, NULL);
	}
	if (result->failed > 0)
		printf("失败 failed:\n");
	bulk_failures_print(report->failures);
	if (result->failed > 0 || result->waiting > 0)
		printf("更正后再运行同一命令即可继续:已完成的跳过,其余重做。\n"
		       "Put right what failed and run the same command again: what is done is "
		       "skipped, the rest is tried again.\n");
	return status;
}

static void warn_print(const struct bulk_result *result)
{
	if (result->missing > 0)
		fprintf(stderr,
			"注意:有 %zu 个字没有字体,请安装 fonts-hanazono · %zu characters have no "
			"font: install fonts-hanazono\n",
			result->missing, result->missing);
	if (result->cut > 0)
		fprintf(stderr,
			"注意:有 %zu 处文字太长,印成了省略号 · %zu texts were too long and end "
			"with "
			"an ellipsis\n",
			result->cut, result->cut);
}

static enum outcome answer(const struct call *call, struct registry *registry,
			   const struct bulk_report *report)
{
	const struct bulk_result *result = report->result;
	enum outcome outcome;

	if (report->stopped)
		fprintf(stderr, "已停止;再运行同一命令即可继续 · stopped: run the same command "
				"again to go on\n");
	warn_print(result);
	outcome = call_status(call, registry,
			      call->json ? put_result(report, registry)
					 : print_result(report, registry));
	if (outcome != OUTCOME_DONE)
		return outcome;
	return result->failed > 0 || result->waiting > 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
}

/* What was committed stays. */
static enum outcome say_trouble(const struct call *call, const struct registry *registry,
				const struct bulk_report *report, enum bulk_status status)
{
	const struct bulk_result *result = report->result;

	switch (status) {
	case BULK_REGISTRY:
		return call_status(call, registry, result->registry_status);
	case BULK_NO_MEMORY:
		return trouble(NULL, "内存不足", "out of memory");
	case BULK_NOT_PRINTED:
		return trouble(result->path, sheet_words(result->sheet_status, false),
			       sheet_words(result->sheet_status, true));
	case BULK_NOT_SIGNED:
		return trouble(NULL, issuing_words(result->issuing_status, false),
			       issuing_words(result->issuing_status, true));
	case BULK_NO_FOLDER:
		return trouble(result->path,
			       "上次的文件夹不在;请先接好它,或建一个空文件夹以重新签发",
			       "the folder of the last run is not there: make it available, or "
			       "make an empty one to have its slips issued anew");
	default:
		return trouble(result->path, "文件无法取得它的名称", strerror(result->error));
	}
}

enum outcome bulk_answer(const struct call *call, struct registry *registry,
			 const struct bulk_report *report, enum bulk_status status)
{
	if (status == BULK_OK)
		return answer(call, registry, report);
	if (status == BULK_DIFFERS)
		return refused(
			call, "batch_differs",
			"此批次已用于其他证号或其他步骤。请换一个 --batch,或用原来的文件和步骤。",
			"This batch was begun with other numbers or other work. Take another "
			"--batch, or the file and the steps that it began with.");
	if (status == BULK_IN_USE)
		return refused(call, "in_use",
			       "另一次运行正在此文件夹中工作。请等它结束,或换一个文件夹。",
			       "Another run works in this folder. Wait for its end, or take "
			       "another folder.");
	if (status == BULK_EXISTS) {
		fprintf(stderr, "%s\n", report->result->path);
		return refused(call, "exists", "文件已存在,不会覆盖。请移开它,或换一个 --batch。",
			       "The file exists and is never overwritten. Move it away, or take "
			       "another --batch.");
	}
	enum outcome outcome = say_trouble(call, registry, report, status);
	fprintf(stderr,
		"已提交的保持有效;排除故障后再运行同一命令即可继续 · what was committed stays: "
		"once this is put right run the same command again to go on\n");
	return outcome;
}
