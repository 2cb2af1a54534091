#include "tests/bulk_sample.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/store.h"

#define PASSWORD "battery staple"

/* --- the registry --- */

void bulk_sample_persons(const char *db, int first, int until)
{
	FILE *file = fopen(centre_path("persons"), "we");

	assert_non_null(file);
	fprintf(file, "person,name,sex,birth,home_region,needy,merit,identities\n");
	for (int i = first; i < until; i++)
		fprintf(file, "g%04d,测试%c,m,1960-01-01,371171,0,,veteran.nco\n", i, 'A' + i % 26);
	assert_int_equal(fclose(file), 0);
	DO(0, "--db", db, "person", "import", centre_path("persons"));
}

int bulk_sample_set_up(void **state)
{
	char base[512];

	(void)state;
	if (!centre_open())
		return -1;
	snprintf(base, sizeof base, "%s", centre_path("base.db"));
	centre_fill(base);
	bulk_sample_persons(base, 0, SAMPLE_PERSONS);
	centre_write("import", "person,name,sex,birth,home_region,needy,merit,identities\n"
			       "x1,测试丁,m,1960-01-01,371171,0,,veteran.nco\n");
	DO(0, "--db", base, "person", "import", centre_path("import"));
	DO(0, "--db", base, "person", "exclude", "x1", "--cause", "prison", "--from", "2026-01-01");
	centre_write("import", "unit,code,name,tier,parent,from,until\n"
			       "east,371121,东区退役军人服务中心,county,,,\n");
	DO(0, "--db", base, "unit", "import", centre_path("import"));
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	DO(0, "--db", base, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out",
	   centre_path("a.key"));
	return 0;
}

void bulk_sample_open(struct bulk_sample *out)
{
	static int count;
	char name[32];

	snprintf(name, sizeof name, "%d.db", count++);
	snprintf(out->db, sizeof out->db, "%s", centre_path(name));
	snprintf(out->key, sizeof out->key, "%s", centre_path("a.key"));
	snprintf(out->sheets, sizeof out->sheets, "%s", centre_path("sheets"));
	DO(0, "--db", centre_path("base.db"), "backup", out->db);
	assert_int_equal(mkdir(out->sheets, 0700), 0);
}

void bulk_sample_close(struct bulk_sample *sample)
{
	folder_remove(sample->sheets);
}

static void account(const struct bulk_sample *sample, const char *name, const char *roles,
		    const char *unit)
{
	DO(0, "--db", sample->db, "--at", SAMPLE_NOW, "--actor", "boss", "staff", "new", name,
	   "--roles", roles, "--unit", unit);
	DO(0, "--db", sample->db, "--at", SAMPLE_NOW, "staff", "sign-in", name);
}

void bulk_sample_staff(const struct bulk_sample *sample)
{
	setenv("YOUDAI_PASSWORD", PASSWORD, 1);
	DO(0, "--db", sample->db, "--at", SAMPLE_NOW, "staff", "new", "boss", "--roles", "manager");
	DO(0, "--db", sample->db, "--at", SAMPLE_NOW, "staff", "sign-in", "boss");
	account(sample, "clerk", "clerk", "centre");
	account(sample, "reviewer", "reviewer", "centre");
	account(sample, "both", "clerk,reviewer", "centre");
	account(sample, "east", "clerk", "east");
}

void bulk_sample_steps(const struct bulk_sample *sample, int first, int count)
{
	bulk_file_of("steps", first, count);
	DO(0, "--db", sample->db, "--at", SAMPLE_NOW, "certificate", "bulk", centre_path("steps"),
	   "--batch", "steps", "--steps", SAMPLE_STEPS);
}

/* --- files of rows --- */

struct bulk_file bulk_file_begin(const char *name)
{
	struct bulk_file file = { .out = fopen(centre_path(name), "we") };

	assert_non_null(file.out);
	fprintf(file.out, "number,person,kind,unit,valid_from,valid_until\n");
	return file;
}

void bulk_file_row(struct bulk_file *file, const char *number, const char *person, const char *kind)
{
	fprintf(file->out, "%s,%s,%s,%s,2024-01-01,\n", number, person, kind,
		strcmp(number, "C2") == 0 ? "371171" : "centre");
}

void bulk_file_person(struct bulk_file *file, int i)
{
	char number[32], person[32];

	snprintf(number, sizeof number, "N-%04d", i);
	snprintf(person, sizeof person, "g%04d", i);
	bulk_file_row(file, number, person, "veteran");
}

void bulk_file_end(struct bulk_file *file)
{
	assert_int_equal(fclose(file->out), 0);
}

void bulk_file_of(const char *name, int first, int count)
{
	struct bulk_file file = bulk_file_begin(name);

	for (int i = first; i < first + count; i++)
		bulk_file_person(&file, i);
	bulk_file_end(&file);
}

/* --- what came of it --- */

void bulk_assert_result(json_t *json, int total, int done, int failed, int skipped)
{
	assert_int_equal(number_of(json, "total"), total);
	assert_int_equal(number_of(json, "done"), done);
	assert_int_equal(number_of(json, "failed"), failed);
	assert_int_equal(number_of(json, "skipped"), skipped);
	assert_int_equal(number_of(json, "waiting"), total - done - failed - skipped);
	json_decref(json);
}

void bulk_assert_failure(const json_t *json, size_t i, const char *number, const char *reason)
{
	const json_t *row = json_array_get(json_object_get(json, "failures"), i);

	assert_string_equal(text_of(row, "number"), number);
	assert_string_equal(text_of(row, "reason"), reason);
}

const char *bulk_sample_sheet(const struct bulk_sample *sample, const char *name)
{
	static char paths[8][640];
	static size_t next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", sample->sheets, name);
	return path;
}

void bulk_sample_assert_folder(const struct bulk_sample *sample, int count)
{
	DIR *entries = opendir(sample->sheets);
	struct dirent *entry;
	int found = 0;

	assert_non_null(entries);
	while ((entry = readdir(entries)) != NULL) {
		size_t length = strlen(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (length < 4 || strcmp(entry->d_name + length - 4, ".pdf") != 0)
			fail_msg("%s is left over", entry->d_name);
		found++;
	}
	closedir(entries);
	assert_int_equal(found, count);
}

static int64_t ask(const struct bulk_sample *sample, const char *sql, const char *text)
{
	struct store *store;
	struct statement *row;
	int64_t answer;

	assert_int_equal(store_open(&store, sample->db, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	if (text != NULL)
		bind_text(row, 1, text);
	assert_int_equal(statement_step(row), STORE_ROW);
	answer = column_integer(row, 0);
	store_close(store);
	return answer;
}

int64_t bulk_sample_count(const struct bulk_sample *sample, const char *sql)
{
	return ask(sample, sql, NULL);
}

void bulk_sample_assert_issued(const struct bulk_sample *sample, int i, int steps, int media)
{
	static const char steps_sql[] = "SELECT count(*) FROM event WHERE certificate = ?1";
	static const char last_sql[] =
		"SELECT coalesce(max(seq), 0) FROM event WHERE certificate = ?1";
	static const char media_sql[] = "SELECT count(*) FROM medium WHERE certificate = ?1"
					" AND void_reason IS NULL";
	static const char standing_sql[] = "SELECT standing FROM certificate WHERE number = ?1";
	char number[32];

	snprintf(number, sizeof number, "N-%04d", i);
	assert_int_equal(ask(sample, steps_sql, number), steps);
	assert_int_equal(ask(sample, last_sql, number), steps);
	assert_int_equal(ask(sample, media_sql, number), media);
	if (steps == 7)
		assert_int_equal(ask(sample, standing_sql, number), 1);
}

void bulk_sample_assert_sound(const struct bulk_sample *sample)
{
	DO(0, "--db", sample->db, "fsck");
	DO(0, "--db", sample->db, "log", "verify");
}
