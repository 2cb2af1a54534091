#include "centre/photograph.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "centre/file.h"
#include "reader/image.h"

/* Before it is read; what else is wrong with the file is said by whoever reads it. */
static enum outcome check_file(const struct call *call, const char *path)
{
	struct stat about;
	char zh[128], en[128];

	if (stat(path, &about) != 0)
		return OUTCOME_DONE;
	if (!S_ISREG(about.st_mode))
		return trouble(path, "不是普通文件", "not a regular file");
	if (about.st_size <= (off_t)PHOTOGRAPH_FILE_MAX)
		return OUTCOME_DONE;
	snprintf(zh, sizeof zh, "照片文件至多 %d KiB,此文件有 %lld 字节,请降低质量后另存",
		 PHOTOGRAPH_KIBIBYTE, (long long)about.st_size);
	snprintf(en, sizeof en,
		 "a photograph has at most %d KiB, this file has %lld bytes: save it at a lower "
		 "quality",
		 PHOTOGRAPH_KIBIBYTE, (long long)about.st_size);
	return refused(call, "photograph_size", zh, en);
}

static enum outcome refuse_pixels(const struct call *call, const char *found_zh,
				  const char *found_en)
{
	char zh[128], en[128];

	snprintf(zh, sizeof zh, "照片应为 %d x %d 像素,此文件%s,请裁剪或缩放", PHOTOGRAPH_WIDTH,
		 PHOTOGRAPH_HEIGHT, found_zh);
	snprintf(en, sizeof en,
		 "a photograph has %d x %d pixels, this file has %s: crop or scale it",
		 PHOTOGRAPH_WIDTH, PHOTOGRAPH_HEIGHT, found_en);
	return refused(call, "photograph_size", zh, en);
}

static enum outcome check_pixels(const struct call *call, const struct image *image)
{
	char zh[48], en[48];

	if (image->width == PHOTOGRAPH_WIDTH && image->height == PHOTOGRAPH_HEIGHT)
		return OUTCOME_DONE;
	snprintf(zh, sizeof zh, "为 %d x %d", image->width, image->height);
	snprintf(en, sizeof en, "%d x %d", image->width, image->height);
	return refuse_pixels(call, zh, en);
}

static enum outcome check_image(const struct call *call, const uint8_t *bytes, size_t length,
				const char *path)
{
	struct image image;
	enum outcome outcome;

	switch (image_from_bytes(&image, bytes, length)) {
	case IMAGE_OK:
		outcome = check_pixels(call, &image);
		image_free(&image);
		return outcome;
	case IMAGE_TOO_LARGE:
		return refuse_pixels(call, "大得多", "many more");
	case IMAGE_NO_MEMORY:
		return trouble(path, "内存不足", "out of memory");
	default:
		return refused(call, "photograph_malformed",
			       "不是完好的 JPEG 或 PNG 图片,请重新导出照片",
			       "this is no sound JPEG or PNG image: export the photograph anew");
	}
}

enum outcome photograph_read(const struct call *call, uint8_t **bytes, size_t *length,
			     const char *path)
{
	char *file = NULL;
	size_t size;
	enum outcome outcome = check_file(call, path);

	if (outcome == OUTCOME_DONE)
		outcome = file_read(&file, &size, path, PHOTOGRAPH_FILE_MAX);
	if (outcome == OUTCOME_DONE)
		outcome = check_image(call, (const uint8_t *)file, size, path);
	if (outcome == OUTCOME_DONE) {
		*bytes = (uint8_t *)file;
		*length = size;
		return outcome;
	}
	free(file);
	return outcome;
}
