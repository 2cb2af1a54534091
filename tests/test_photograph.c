/* A holder's photograph: which files are taken, and what is said of those that are not. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "centre/photograph.h"
#include "reader/image.h"
#include "tests/folder.h"

#define KIB 1024

/* --- files --- */

static void save_png(const char *path, int width, int height)
{
	uint8_t *rgb = calloc((size_t)width * (size_t)height, 3);

	assert_int_equal(image_save_rgb(path, width, height, (size_t)width * 3, rgb), IMAGE_OK);
	free(rgb);
}

/* A JPEG of exactly `size` bytes: comments fill it up.  0: as it comes. */
static size_t make_jpeg(uint8_t **out, int width, int height, size_t size)
{
	static const uint8_t filling[65000];
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	uint8_t *row = calloc((size_t)width, 3);
	unsigned long length = 0;
	size_t bare = size == 0 ? 0 : make_jpeg(out, width, height, 0);

	if (size != 0)
		free(*out);
	*out = NULL;
	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, out, &length);
	jpeg.image_width = (JDIMENSION)width;
	jpeg.image_height = (JDIMENSION)height;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	for (size_t left = size == 0 ? 0 : size - bare; left > 0;) {
		/* What is left must be enough for another comment. */
		size_t most = left - 4 > sizeof filling ? sizeof filling - 8 : left - 4;

		jpeg_write_marker(&jpeg, JPEG_COM, filling, (unsigned)most);
		left -= most + 4;
	}
	while (jpeg.next_scanline < jpeg.image_height)
		jpeg_write_scanlines(&jpeg, &row, 1);
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	free(row);
	if (size != 0)
		assert_int_equal(length, size);
	return length;
}

enum kind { PNG, JPEG, HALF_JPEG, TEXT, EMPTY };

static void save(const char *path, enum kind kind, int width, int height, size_t size)
{
	uint8_t *bytes;

	if (kind == PNG) {
		save_png(path, width, height);
	} else if (kind == TEXT) {
		folder_put_text(path, "this is no photograph\n");
	} else if (kind == EMPTY) {
		folder_put_text(path, "");
	} else {
		size_t length = make_jpeg(&bytes, width, height, size);

		folder_put(path, bytes, kind == JPEG ? length : length / 2);
		free(bytes);
	}
}

/* --- what is said --- */

/* The outcome, with what was said on standard output in `said`. */
static enum outcome read_saying(char said[static 1024], uint8_t **bytes, size_t *length,
				const char *path, bool json)
{
	const struct call call = { .json = json };
	FILE *caught = tmpfile();
	int before = dup(STDOUT_FILENO);
	enum outcome outcome;

	fflush(stdout);
	dup2(fileno(caught), STDOUT_FILENO);
	outcome = photograph_read(&call, bytes, length, path);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	rewind(caught);
	said[fread(said, 1, 1023, caught)] = '\0';
	fclose(caught);
	return outcome;
}

static const struct row {
	const char *name;
	enum kind kind;
	int width, height;
	size_t size;
	const char *reason, *zh, *en; /* NULL: taken */
} rows[] = {
	{ "PNG", PNG, 352, 440, 0, NULL, NULL, NULL },
	{ "JPEG", JPEG, 352, 440, 0, NULL, NULL, NULL },
	{ "200 KiB", JPEG, 352, 440, 200 * KIB, NULL, NULL, NULL },
	{ "a byte more", JPEG, 352, 440, 200 * KIB + 1, "photograph_size", "204801 字节",
	  "204801 bytes" },
	{ "201 KiB", JPEG, 352, 440, 201 * KIB, "photograph_size", "205824 字节", "205824 bytes" },
	{ "narrower", PNG, 351, 440, 0, "photograph_size", "为 351 x 440", "has 351 x 440" },
	{ "wider", JPEG, 353, 440, 0, "photograph_size", "为 353 x 440", "has 353 x 440" },
	{ "lower", JPEG, 352, 439, 0, "photograph_size", "为 352 x 439", "has 352 x 439" },
	{ "higher", PNG, 352, 441, 0, "photograph_size", "为 352 x 441", "has 352 x 441" },
	{ "lying down", PNG, 440, 352, 0, "photograph_size", "为 440 x 352", "has 440 x 352" },
	{ "larger than any image", PNG, 8193, 1, 0, "photograph_size", "大得多", "many more" },
	{ "cut short", HALF_JPEG, 352, 440, 0, "photograph_malformed", "重新导出", "anew" },
	{ "text", TEXT, 0, 0, 0, "photograph_malformed", "重新导出", "anew" },
	{ "empty", EMPTY, 0, 0, 0, "photograph_malformed", "重新导出", "anew" },
};

static void files_are_taken_or_refused(void **state)
{
	/* What a file is called says nothing. */
	const char *path = folder_file(*state, "photograph.jpg");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int json = 0; json < 2; json++) {
			const struct row *row = &rows[i];
			uint8_t *bytes = NULL;
			char said[1024];
			struct stat about;
			size_t length = 0;

			save(path, row->kind, row->width, row->height, row->size);
			enum outcome outcome = read_saying(said, &bytes, &length, path, json != 0);
			assert_int_equal(stat(path, &about), 0);
			if (row->reason == NULL ? outcome != OUTCOME_DONE || said[0] != '\0' ||
							  length != (size_t)about.st_size
						: outcome != OUTCOME_REFUSED || bytes != NULL ||
							  strstr(said, row->reason) == NULL ||
							  strstr(said, row->zh) == NULL ||
							  strstr(said, row->en) == NULL)
				fail_msg("%s: %d, %s", row->name, outcome, said);
			free(bytes);
		}
	}
}

/* What is handed back is the file itself. */
static void the_bytes_are_the_files(void **state)
{
	const char *path = folder_file(*state, "photograph.jpg");
	uint8_t *made, *bytes;
	size_t made_length = make_jpeg(&made, 352, 440, 0), length;
	char said[1024];

	folder_put(path, made, made_length);
	assert_int_equal(read_saying(said, &bytes, &length, path, false), OUTCOME_DONE);
	assert_int_equal(length, made_length);
	assert_memory_equal(bytes, made, length);
	free(bytes);
	free(made);
}

static void what_is_no_file_is_trouble(void **state)
{
	struct folder *folder = *state;
	uint8_t *bytes = NULL;
	size_t length;
	char said[1024];

	assert_int_equal(read_saying(said, &bytes, &length, folder->path, false), OUTCOME_TROUBLE);
	assert_int_equal(
		read_saying(said, &bytes, &length, folder_file(folder, "nowhere.jpg"), false),
		OUTCOME_TROUBLE);
	/* Nobody writes into it: reading would wait without end. */
	const char *pipe = folder_file(folder, "pipe");
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(read_saying(said, &bytes, &length, pipe, false), OUTCOME_TROUBLE);
	assert_null(bytes);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(files_are_taken_or_refused),
		CASE(the_bytes_are_the_files),
		CASE(what_is_no_file_is_trouble),
	};
	return cmocka_run_group_tests_name("photograph", tests, NULL, NULL);
}
