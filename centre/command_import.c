/*
 * Imports from files: persons, units, merchants, certificates, the calendar, benefits.  Each is one
 * transaction; a file with a fault changes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/benefit_file.h"
#include "centre/calendar_note.h"
#include "centre/command.h"
#include "centre/csv_file.h"
#include "centre/import.h"
#include "centre/note_act.h"
#include "db/staff.h"

/* --- answers --- */

static enum outcome say_imported(const struct call *call, size_t imported)
{
	struct json json;

	if (!call->json) {
		printf("已导入 %zu 行 · %zu imported\n", imported, imported);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_number(&json, "imported", (int64_t)imported);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- CSV --- */

static enum outcome answer_import(const struct call *call, const struct import *import,
				  enum import_status status)
{
	if (import->csv.ignored[0] != '\0' && status == IMPORT_OK)
		fprintf(stderr, "%s: 忽略不认识的列 · unknown columns are ignored: %s\n",
			call->words[0], import->csv.ignored);
	switch (status) {
	case IMPORT_OK:
		return say_imported(call, (size_t)import->imported);
	case IMPORT_REFUSED:
		return csv_file_refuse(call, &import->fault, import->refusal);
	case IMPORT_REGISTRY:
		return call_status(call, import->registry, import->registry_status);
	default:
		return trouble(call->words[0], "内存不足", "out of memory");
	}
}

static enum outcome put_csv(const struct call *call, struct registry *registry,
			    const struct import_kind *kind, const char *text, size_t length,
			    const uint8_t hash[static FILE_HASH_BYTES])
{
	struct import import;
	enum import_status status =
		import_run(&import, kind, registry, text, length, call->now, hash);
	enum outcome outcome = answer_import(call, &import, status);

	import_close(&import);
	return outcome;
}

static enum outcome run_import(struct call *call, const struct import_kind *kind)
{
	struct registry *registry = NULL;
	char *text = NULL;
	size_t length;
	uint8_t hash[FILE_HASH_BYTES];
	enum outcome outcome = csv_file_read(call, &text, &length, hash);

	if (outcome == OUTCOME_DONE)
		outcome = kind->names_persons || kind->makes_persons
				  ? call_open_centre(call, &registry)
				  : call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = put_csv(call, registry, kind, text, length, hash);
	if (outcome == OUTCOME_DONE && kind == &import_calendar)
		calendar_note(registry, call->now);
	registry_close(registry);
	free(text);
	return outcome;
}

static enum outcome run_person(struct call *call)
{
	return run_import(call, &import_persons);
}

static enum outcome run_unit(struct call *call)
{
	return run_import(call, &import_units);
}

static enum outcome run_merchant(struct call *call)
{
	return run_import(call, &import_merchants);
}

static enum outcome run_certificate(struct call *call)
{
	return run_import(call, &import_certificates);
}

static enum outcome run_plaque(struct call *call)
{
	return run_import(call, &import_plaques);
}

static enum outcome run_calendar(struct call *call)
{
	return run_import(call, &import_calendar);
}

/* --- benefits --- */

static enum outcome put_catalogue(const struct call *call, struct registry *registry,
				  const struct catalogue *catalogue,
				  const uint8_t hash[static FILE_HASH_BYTES])
{
	size_t count = catalogue_count(catalogue);
	struct import_note words;
	struct audit_act act = note_import(&words, "benefit", (int64_t)count, hash);
	enum registry_status status = registry_begin(registry);

	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	status = registry_put_benefits(registry, catalogue, call->now);
	if (status == REGISTRY_OK)
		status = registry_set_data_time(registry, call->now);
	status = note_act(registry, status, &act, call->now);
	return status == REGISTRY_OK ? say_imported(call, count)
				     : call_status(call, registry, status);
}

static enum outcome run_benefit(struct call *call)
{
	struct registry *registry = NULL;
	struct catalogue *catalogue = NULL;
	uint8_t hash[FILE_HASH_BYTES];
	enum outcome outcome = benefit_file_read(call, &catalogue, hash);

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = put_catalogue(call, registry, catalogue, hash);
	if (outcome == OUTCOME_DONE)
		calendar_note(registry, call->now);
	registry_close(registry);
	catalogue_free(catalogue);
	return outcome;
}

#define IMPORT_HELP                                                                                                                 \
	"\nCSV(RFC 4180),UTF-8、GB 18030 或带字节顺序标记的 UTF-16。按表头识别列,顺序任意,\n"                  \
	"不认识的列忽略并提示;文件有任何错误(退出码 1)则什么也不导入;文件打不开为退出码 3。\n" \
	"CSV (RFC 4180) in UTF-8, GB 18030, or UTF-16 with a byte-order mark.  Columns are\n"                                       \
	"found by the header, in any order; unknown columns are ignored with a warning.  Any\n"                                     \
	"fault in the file (exit 1) imports nothing; a file that cannot be opened is trouble\n"                                     \
	"(exit 3)."

const struct command commands_import[] = {
	{ .words = "person import",
	  .usage = "FILE.csv",
	  .help = "导入人员 · Imports persons.\n"
		  "person,name,sex,birth,home_region,needy,merit,identities[,id_number]\n"
		  "  sex: m f; birth: YYYY-MM-DD; needy: 0 1; merit: 1 2 3\n"
		  "  identities, joined by ';': veteran.officer veteran.nco veteran.conscript\n"
		  "    veteran.retired demobilised returned_ill disabled:GRADE:war|duty|illness\n"
		  "    family.martyr family.duty family.illness war nuclear red_army\n"
		  "  身份可注明有效的日期(含首尾两日,一端可省略),不注明则始终有效:\n"
		  "    disabled:6:war@2020-01-01..2024-12-31;disabled:5:war@2025-01-01..\n"
		  "  同一身份的各段日期不得重叠;至多 16 项,同一天至多 8 项。\n"
		  "  An identity may say on which days it holds, the first and the last included\n"
		  "  and one end left out; else it always holds.  Times of the same identity must\n"
		  "  not overlap; at most 16 in all, 8 on any one day.\n"
		  "  id_number: GB 11643,一人一号,登记库只存其密钥散列 · one person's alone; the\n"
		  "    registry keeps a keyed hash of it" IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_person },
	{ .words = "unit import",
	  .usage = "FILE.csv",
	  .help = "导入单位 · Imports units.\n"
		  "unit,code,name,tier,parent,from,until[,merged_into]\n"
		  "  unit: what others call it by; code: its region or statistics code (one of the "
		  "two is\n"
		  "    enough);\n"
		  "  tier: province city county town village firm; from, until: YYYY-MM-DD,\n"
		  "    both inclusive; merged_into: the unit that goes on with its work\n"
		  "  "
		  "改名或调整的单位,每一时段一行;后一时段开始,"
		  "前一时段即止于前一日。撤并的单位写明\n"
		  "  until 和 merged_into,其证件由并入的单位继续办理。\n"
		  "  A unit that was renamed has a row for each time: where a later one begins, "
		  "the\n"
		  "  earlier one ends on the day before.  One that was merged has until and\n"
		  "  merged_into; whoever works for the unit that it went into reaches its "
		  "certificates.\n"
		  "  账户限于某单位的,只能导入其下级,上级单位在文件中先列出。\n"
		  "  Whoever is bound to a unit imports those below it, upper ones "
		  "first." IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_unit },
	{ .words = "merchant import",
	  .usage = "FILE.csv",
	  .help = "导入商户 · Imports merchants.\n"
		  "merchant,name,venue,scene,region,address,unit,state\n"
		  "  venue: hall bank hospital park museum transport hotel restaurant fuel shop "
		  "school\n"
		  "    post other; scene: one of 食住行购游娱康联商贷庆; state: active suspended "
		  "left" IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MERCHANTS | STAFF_MANAGER,
	  .run = run_merchant },
	{ .words = "certificate import",
	  .usage = "FILE.csv",
	  .help = "导入优待证 · Imports certificates.\n"
		  "number,person,kind,unit,state,valid_from,valid_until\n"
		  "  kind: veteran family; valid_from, valid_until: YYYY-MM-DD\n"
		  "  state: active on_file applied accepted county_review city_review "
		  "province_review\n"
		  "    in_review refused in_production at_county at_station handed_over "
		  "loss_reported\n"
		  "    lost suspended replaced withdrawn cancelled deceased moved "
		  "other_kind" IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_certificate },
	{ .words = "plaque import",
	  .usage = "FILE.csv",
	  .help = "导入光荣牌 · Imports plaques.\n"
		  "plaque,household,person,unit,state,on,hung\n"
		  "  household: the household's number; state: issued hung damaged lost replaced\n"
		  "    taken_down, since the day `on` (today where empty); hung: the day on which "
		  "it\n"
		  "    was first hung (YYYY-MM-DD)" IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_MANAGER,
	  .run = run_plaque },
	{ .words = "calendar import",
	  .usage = "FILE.csv",
	  .help = "导入日历 · Imports the calendar.\n"
		  "day,what,name\n"
		  "  day: YYYY-MM-DD; what: holiday workday festival" IMPORT_HELP,
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_calendar },
	{ .words = "benefit import",
	  .usage = "FILE.json",
	  .help = "导入优待项目(一个对象或数组),要么全部要么全不。同一编号再次导入为新版本。\n"
		  "Imports benefits, one object or an array, all of it or nothing.  The same id "
		  "again\n"
		  "is a new version.  Each fault (exit 1; the first 20) is named by path and "
		  "reason, of "
		  "a\n"
		  "document the first; broken JSON by line and column.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MERCHANTS | STAFF_MANAGER,
	  .run = run_benefit },
	{ 0 },
};
