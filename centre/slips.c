#include "centre/slips.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "centre/short_code.h"
#include "centre/whole_file.h"
#include "db/china_time.h"
#include "db/entitlement.h"

#define PART ".part"

/* --- what is said on one --- */

static const char *const kinds[][2] = {
	[CREDENTIAL_VETERAN] = { "退役军人优待证", "Veteran's certificate" },
	[CREDENTIAL_FAMILY] = { "烈士、因公牺牲军人、病故军人遗属优待证",
				"Certificate for a family of the fallen" },
};

/* The last day on all of which it is taken: it expires at an instant. */
static void last_day(char out[static 11], int64_t expires)
{
	day_format(out, china_time_at(expires).day - 1);
}

enum sheet_status slips_add(struct slips *slips, const struct issued *issued, const char *unit)
{
	const struct credential *claims = &issued->claims;
	char code[SHORT_CODE_SIZE], expires[11], masked[sizeof claims->name + 4];
	struct slip slip = {
		.text = issued->text,
		.name = slips->form == SHEET_LABELS ? masked : claims->name,
		.number = claims->number,
		.kind_zh = kinds[claims->kind][0],
		.kind_en = kinds[claims->kind][1],
		.unit = unit,
		.short_code = code,
		.expires = expires,
	};

	name_mask(masked, sizeof masked, claims->name);
	short_code_print(code, claims->medium);
	last_day(expires, claims->expires);
	return sheet_add(slips->sheet, &slip);
}

/* --- the file --- */

bool slips_form_from_name(enum sheet_form *out, const char *name)
{
	static const char *const names[] = { [SHEET_LABELS] = "labels", [SHEET_SLIPS] = "slips" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], name) == 0) {
			*out = (enum sheet_form)i;
			return true;
		}
	}
	return false;
}

static bool part_of(char out[static PATH_MAX + 8], const char *path)
{
	return snprintf(out, PATH_MAX + 8, "%s" PART, path) < PATH_MAX;
}

enum sheet_status slips_open(struct slips *out, const char *path, const char *title, int64_t now)
{
	out->sheet = NULL;
	if (!part_of(out->part, path))
		return SHEET_NOT_WRITTEN;
	return sheet_open(&out->sheet, out->part, out->form, title, now);
}

static void count(struct slips *slips)
{
	struct sheet_tally tally = sheet_tally(slips->sheet);

	slips->tally.slips += tally.slips;
	slips->tally.pages += tally.pages;
	slips->tally.cut += tally.cut;
	slips->tally.missing += tally.missing;
}

enum sheet_status slips_close(struct slips *slips)
{
	struct sheet *sheet = slips->sheet;

	count(slips);
	slips->sheet = NULL;
	return sheet_close(sheet);
}

void slips_abandon(struct slips *slips)
{
	sheet_abandon(slips->sheet);
	slips->sheet = NULL;
}

static bool is_there(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0;
}

enum slips_found slips_find(const char *path)
{
	static const enum slips_found found[2][2] = { { SLIPS_NONE, SLIPS_PART },
						      { SLIPS_THERE, SLIPS_BOTH } };
	char part[PATH_MAX + 8];

	return found[is_there(path)][part_of(part, path) && is_there(part)];
}

bool slips_deliver(const char *path)
{
	char part[PATH_MAX + 8];

	if (slips_find(path) == SLIPS_THERE)
		return whole_file_sync_name(
			path); /* somebody else was faster, or a crash came after it */
	if (slips_find(path) == SLIPS_BOTH) {
		errno = EEXIST;
		return false;
	}
	return part_of(part, path) && rename(part, path) == 0 && whole_file_sync_name(path);
}

void slips_discard(const char *path)
{
	char part[PATH_MAX + 8];

	if (part_of(part, path))
		unlink(part);
}

/* NAME-0001.pdf.part or NAME-0001.pdf.part.Ab12cd? */
static bool is_left_over(const char *file, const char *name)
{
	static const char middle[] = ".pdf" PART;
	size_t length = strlen(name);

	if (strncmp(file, name, length) != 0 || file[length] != '-')
		return false;
	file += length + 1;
	size_t digits = strspn(file, "0123456789");
	if (digits < 4 || strncmp(file + digits, middle, strlen(middle)) != 0)
		return false;
	char end = file[digits + strlen(middle)];
	return end == '\0' || end == '.';
}

void slips_sweep(const char *folder, const char *name)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;

	while (entries != NULL && (entry = readdir(entries)) != NULL)
		if (is_left_over(entry->d_name, name))
			unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries != NULL)
		closedir(entries);
}
