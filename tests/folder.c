#include "tests/folder.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	abort();
}

void folder_make(char out[static FOLDER_SIZE])
{
	const char *parent = getenv("TMPDIR");
	int length =
		snprintf(out, FOLDER_SIZE, "%s/youdai-XXXXXX", parent == NULL ? "/tmp" : parent);
	must(length < FOLDER_SIZE && mkdtemp(out) != NULL, "temporary folder");
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

void folder_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void folder_put(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "we");
	must(file != NULL, path);
	must(fwrite(bytes, 1, length, file) == length, path);
	must(fclose(file) == 0, path);
}

void folder_put_text(const char *path, const char *text)
{
	folder_put(path, text, strlen(text));
}

int folder_set_up(void **state)
{
	static struct folder folder; /* one test at a time */
	folder_make(folder.path);
	folder_file(&folder, "file");
	*state = &folder;
	return 0;
}

int folder_tear_down(void **state)
{
	folder_remove(((struct folder *)*state)->path);
	return 0;
}

const char *folder_file(struct folder *folder, const char *name)
{
	snprintf(folder->file, sizeof folder->file, "%s/%s", folder->path, name);
	return folder->file;
}
