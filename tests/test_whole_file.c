/* A file that appears whole or not at all. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "centre/whole_file.h"
#include "tests/folder.h"

static void assert_holds(const char *path, const char *text)
{
	char found[64] = "";
	FILE *file = fopen(path, "rbe");

	assert_non_null(file);
	found[fread(found, 1, sizeof found - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, text);
}

static int files_in(const char *path)
{
	DIR *folder = opendir(path);
	int count = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static void a_file_appears_when_it_is_kept(void **state)
{
	struct folder *folder = *state;
	struct whole_file file;
	struct stat about;

	assert_int_equal(whole_file_open(&file, folder->file), WHOLE_FILE_OK);
	assert_int_equal(whole_file_write(&file, "ne", 2), WHOLE_FILE_OK);
	assert_int_equal(whole_file_write(&file, "w", 1), WHOLE_FILE_OK);
	assert_int_equal(access(folder->file, F_OK), -1);
	assert_int_equal(whole_file_keep(&file), WHOLE_FILE_OK);
	assert_holds(folder->file, "new");
	assert_int_equal(stat(folder->file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	whole_file_drop(&file);
	assert_holds(folder->file, "new");
	assert_int_equal(files_in(folder->path), 1);
}

static void what_was_there_stays_until_then(void **state)
{
	struct folder *folder = *state;
	struct whole_file file;

	folder_put_text(folder->file, "old");
	assert_int_equal(whole_file_open(&file, folder->file), WHOLE_FILE_OK);
	assert_int_equal(whole_file_write(&file, "new", 3), WHOLE_FILE_OK);
	assert_holds(folder->file, "old");
	whole_file_drop(&file);
	assert_holds(folder->file, "old");
	assert_int_equal(files_in(folder->path), 1);
	assert_int_equal(whole_file_open(&file, folder->file), WHOLE_FILE_OK);
	assert_int_equal(whole_file_write(&file, "new", 3), WHOLE_FILE_OK);
	assert_int_equal(whole_file_keep(&file), WHOLE_FILE_OK);
	assert_holds(folder->file, "new");
	assert_int_equal(files_in(folder->path), 1);
}

static void a_name_without_a_folder_lies_in_this_one(void **state)
{
	struct folder *folder = *state;
	struct whole_file file;
	char here[1024];

	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(folder->path), 0);
	assert_int_equal(whole_file_open(&file, "bare"), WHOLE_FILE_OK);
	assert_int_equal(whole_file_write(&file, "new", 3), WHOLE_FILE_OK);
	assert_int_equal(whole_file_keep(&file), WHOLE_FILE_OK);
	assert_holds("bare", "new");
	assert_int_equal(chdir(here), 0);
}

static void assert_not_opened(const char *path, int error)
{
	struct whole_file file;

	assert_int_equal(whole_file_open(&file, path), WHOLE_FILE_NOT_WRITTEN);
	assert_int_equal(errno, error);
	whole_file_drop(&file);
}

static void only_a_regular_file_is_replaced(void **state)
{
	struct folder *folder = *state;
	char target[FOLDER_SIZE + 64], name[PATH_MAX + 1];

	snprintf(target, sizeof target, "%s/target", folder->path);
	folder_put_text(target, "old");
	assert_not_opened(folder->path, EISDIR);
	assert_int_equal(symlink(target, folder->file), 0);
	assert_not_opened(folder->file, EINVAL);
	assert_holds(target, "old");
	assert_int_equal(mkfifo(folder_file(folder, "pipe"), 0600), 0);
	assert_not_opened(folder->file, EINVAL);
	assert_not_opened(folder_file(folder, "no/folder"), ENOENT);
	assert_not_opened("", ENOENT);
	memset(name, 'a', PATH_MAX);
	name[PATH_MAX] = '\0';
	assert_not_opened(name, ENAMETOOLONG);
	assert_int_equal(files_in(folder->path), 3);
}

/* A folder that takes the name while the file is written is not replaced either. */
static void a_name_taken_meanwhile_stays(void **state)
{
	struct folder *folder = *state;
	struct whole_file file;

	assert_int_equal(whole_file_open(&file, folder->file), WHOLE_FILE_OK);
	assert_int_equal(mkdir(folder->file, 0700), 0);
	assert_int_equal(whole_file_keep(&file), WHOLE_FILE_NOT_WRITTEN);
	assert_int_equal(files_in(folder->path), 1);
}

/* The largest file a process may write stands for a disk of that size. */
static void a_full_disk_leaves_what_was_there(void **state)
{
	struct folder *folder = *state;
	struct whole_file file;
	struct rlimit before, little;

	folder_put_text(folder->file, "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){ .rlim_cur = 4, .rlim_max = before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(whole_file_open(&file, folder->file), WHOLE_FILE_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	enum whole_file_status four = whole_file_write(&file, "four", 4);
	enum whole_file_status five = whole_file_write(&file, "5", 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(four, WHOLE_FILE_OK);
	assert_int_equal(five, WHOLE_FILE_FULL);
	assert_int_equal(whole_file_write(&file, "5", 1), WHOLE_FILE_FULL);
	assert_int_equal(whole_file_keep(&file), WHOLE_FILE_FULL);
	assert_holds(folder->file, "old");
	assert_int_equal(files_in(folder->path), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_appears_when_it_is_kept),
		TEST(what_was_there_stays_until_then),
		TEST(a_name_without_a_folder_lies_in_this_one),
		TEST(only_a_regular_file_is_replaced),
		TEST(a_name_taken_meanwhile_stays),
		TEST(a_full_disk_leaves_what_was_there),
	};
	return cmocka_run_group_tests_name("whole_file", tests, NULL, NULL);
}
