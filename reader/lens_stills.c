/*
 * Image files instead of a camera, for tests and demonstrations.  A file stands before the lens as
 * long as it is there, and is looked at anew when it changes; of a folder each file is one picture,
 * in the order of their names, and then it is dark.
 */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reader/lens.h"

#define STILLS_MAX 1000

struct lens {
	char path[PATH_MAX];
	bool folder;
	char **names; /* of a folder */
	int count;
	int next;
	struct stat seen; /* the file that image was loaded from */
	struct image image;
};

static int is_image(const struct dirent *entry)
{
	static const char *const endings[] = { ".png", ".jpg", ".jpeg" };
	size_t length = strlen(entry->d_name);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strcmp(entry->d_name + length - ending, endings[i]) == 0) {
			return 1;
		}
	}
	return 0;
}

static enum source_status list_folder(struct lens *lens)
{
	struct dirent **entries;
	int found = scandir(lens->path, &entries, is_image, alphasort);

	if (found < 0) {
		return SOURCE_ABSENT;
	}
	lens->names = calloc((size_t)found + 1, sizeof *lens->names);
	for (int i = 0; i < found; i++) {
		if (lens->names != NULL && i < STILLS_MAX) {
			lens->names[i] = strdup(entries[i]->d_name);
			lens->count = i + 1;
		}
		free(entries[i]);
	}
	free(entries);
	return lens->names == NULL ? SOURCE_NO_MEMORY : SOURCE_OK;
}

static void stills_close(struct lens *lens)
{
	if (lens != NULL) {
		for (int i = 0; i < lens->count; i++) {
			free(lens->names[i]);
		}
		free(lens->names);
		image_free(&lens->image);
		free(lens);
	}
}

static enum source_status stills_open(struct lens **out, const char *path)
{
	struct lens *lens = calloc(1, sizeof *lens);
	struct stat about;
	enum source_status status = SOURCE_BAD_SPEC;

	if (lens == NULL) {
		return SOURCE_NO_MEMORY;
	}
	if (strlen(path) >= sizeof lens->path) {
		goto fail;
	}
	memcpy(lens->path, path, strlen(path) + 1);
	status = SOURCE_ABSENT;
	if (stat(path, &about) != 0) {
		goto fail;
	}
	lens->folder = S_ISDIR(about.st_mode);
	status = lens->folder ? list_folder(lens) : SOURCE_OK;
	if (status != SOURCE_OK) {
		goto fail;
	}
	*out = lens;
	return SOURCE_OK;
fail:
	stills_close(lens);
	return status;
}

/* What cannot be loaded shows nothing. */
static enum source_status show(struct lens *lens, struct image *out, const char *path)
{
	image_free(&lens->image);
	if (image_load(&lens->image, path) != IMAGE_OK) {
		return SOURCE_NOTHING;
	}
	*out = lens->image;
	return SOURCE_OK;
}

static enum source_status show_next(struct lens *lens, struct image *out)
{
	char path[PATH_MAX];

	if (lens->next == lens->count) {
		return SOURCE_NOTHING;
	}
	const char *name = lens->names[lens->next++];

	if (name == NULL ||
	    snprintf(path, sizeof path, "%s/%s", lens->path, name) >= (int)sizeof path) {
		return SOURCE_NOTHING;
	}
	return show(lens, out, path);
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum source_status stills_picture(struct lens *lens, struct image *out, int timeout_ms)
{
	struct stat about;

	(void)timeout_ms;
	if (stat(lens->path, &about) != 0) {
		return SOURCE_ABSENT;
	}
	if (lens->folder) {
		return show_next(lens, out);
	}
	if (lens->image.grey != NULL && is_same_file(&about, &lens->seen)) {
		*out = lens->image;
		return SOURCE_OK;
	}
	lens->seen = about;
	return show(lens, out, lens->path);
}

const struct lens_driver lens_stills = {
	.open = stills_open,
	.picture = stills_picture,
	.close = stills_close,
};
