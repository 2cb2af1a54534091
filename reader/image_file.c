#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

#include "reader/image.h"

#define JPEG_SCANS_MAX 64 /* a progressive file may not make us decode it without end */

static enum image_status allocate(struct image *out, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0) {
		return IMAGE_MALFORMED;
	}
	if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX || width > IMAGE_AREA_MAX / height) {
		return IMAGE_TOO_LARGE;
	}
	out->width = (int)width;
	out->height = (int)height;
	out->stride = width;
	out->grey = malloc((size_t)width * height);
	return out->grey == NULL ? IMAGE_NO_MEMORY : IMAGE_OK;
}

/* --- PNG --- */

static enum image_status read_png(struct image *out, const uint8_t *bytes, size_t length)
{
	static const png_color white = { 255, 255, 255 };
	png_image png = { .version = PNG_IMAGE_VERSION };
	struct image image = { 0 };

	if (png_image_begin_read_from_memory(&png, bytes, length) == 0) {
		return IMAGE_MALFORMED;
	}
	enum image_status status = allocate(&image, png.width, png.height);

	if (status != IMAGE_OK) {
		png_image_free(&png);
		return status;
	}
	png.format = PNG_FORMAT_GRAY;
	if (png_image_finish_read(&png, &white, image.grey, (png_int_32)image.stride, NULL) == 0) {
		free(image.grey);
		return IMAGE_MALFORMED;
	}
	*out = image;
	return IMAGE_OK;
}

/* Half a picture is of no use; but a device that a path leads to is not ours to remove. */
static void remove_half(const char *path)
{
	struct stat about;

	if (lstat(path, &about) == 0 && S_ISREG(about.st_mode)) {
		unlink(path);
	}
}

static enum image_status write_png(const char *path, uint32_t format, int width, int height,
				   size_t stride, const uint8_t *pixels)
{
	png_image png = { .version = PNG_IMAGE_VERSION };

	if (width < 1 || height < 1 || stride > INT_MAX) {
		return IMAGE_NOT_WRITTEN;
	}
	png.width = (png_uint_32)width;
	png.height = (png_uint_32)height;
	png.format = format;
	FILE *file = fopen(path, "wbe");

	if (file == NULL) {
		return IMAGE_NOT_WRITTEN;
	}
	bool written =
		png_image_write_to_stdio(&png, file, 0, pixels, (png_int_32)stride, NULL) != 0;

	if (fclose(file) != 0 || !written) {
		remove_half(path);
		return IMAGE_NOT_WRITTEN;
	}
	return IMAGE_OK;
}

enum image_status image_save_grey(const char *path, const struct image *image)
{
	return write_png(path, PNG_FORMAT_GRAY, image->width, image->height, image->stride,
			 image->grey);
}

enum image_status image_save_rgb(const char *path, int width, int height, size_t stride,
				 const uint8_t *rgb)
{
	return write_png(path, PNG_FORMAT_RGB, width, height, stride, rgb);
}

/* --- JPEG --- */

struct jpeg {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf fail;
	struct image image;
	enum image_status status;
};

static void jpeg_fail(j_common_ptr common)
{
	struct jpeg *state = common->client_data;

	longjmp(state->fail, 1);
}

/* libjpeg paints over what is missing of a broken file; a warning is enough for us to refuse. */
static void jpeg_message(j_common_ptr common, int level)
{
	if (level < 0) {
		jpeg_fail(common);
	}
}

static void jpeg_progress(j_common_ptr common)
{
	struct jpeg *state = common->client_data;

	if (state->jpeg.input_scan_number > JPEG_SCANS_MAX) {
		jpeg_fail(common);
	}
}

static void read_jpeg_rows(struct jpeg *state, const uint8_t *bytes, size_t length)
{
	struct jpeg_decompress_struct *jpeg = &state->jpeg;

	jpeg_create_decompress(jpeg);
	jpeg->progress = &state->progress;
	jpeg_mem_src(jpeg, bytes, length);
	jpeg_read_header(jpeg, TRUE);
	state->status = allocate(&state->image, jpeg->image_width, jpeg->image_height);
	if (state->status != IMAGE_OK) {
		return;
	}
	jpeg->out_color_space = JCS_GRAYSCALE;
	state->status = IMAGE_MALFORMED;
	jpeg_start_decompress(jpeg);
	while (jpeg->output_scanline < jpeg->output_height) {
		JSAMPROW row =
			state->image.grey + (size_t)jpeg->output_scanline * state->image.stride;
		jpeg_read_scanlines(jpeg, &row, 1);
	}
	jpeg_finish_decompress(jpeg);
	state->status = IMAGE_OK;
}

static enum image_status read_jpeg(struct image *out, const uint8_t *bytes, size_t length)
{
	struct jpeg *state = calloc(1, sizeof *state);

	if (state == NULL) {
		return IMAGE_NO_MEMORY;
	}
	state->jpeg.err = jpeg_std_error(&state->errors);
	state->jpeg.client_data = state;
	state->errors.error_exit = jpeg_fail;
	state->errors.emit_message = jpeg_message;
	state->progress.progress_monitor = jpeg_progress;
	state->status = IMAGE_MALFORMED;
	if (setjmp(state->fail) == 0) {
		read_jpeg_rows(state, bytes, length);
	}
	enum image_status status = state->status;

	jpeg_destroy_decompress(&state->jpeg);
	if (status == IMAGE_OK) {
		*out = state->image;
	} else {
		free(state->image.grey);
	}
	free(state);
	return status;
}

/* --- either --- */

enum image_status image_from_bytes(struct image *out, const uint8_t *bytes, size_t length)
{
	static const uint8_t jpeg_start[] = { 0xFF, 0xD8, 0xFF };

	if (length >= 8 && png_sig_cmp(bytes, 0, 8) == 0) {
		return read_png(out, bytes, length);
	}
	if (length >= sizeof jpeg_start && memcmp(bytes, jpeg_start, sizeof jpeg_start) == 0) {
		return read_jpeg(out, bytes, length);
	}
	return IMAGE_MALFORMED;
}

static enum image_status read_file(uint8_t **out, size_t *length, const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat about;
	uint8_t *bytes = NULL;
	size_t have = 0;
	enum image_status status = IMAGE_NO_FILE;

	if (file < 0) {
		return IMAGE_NO_FILE;
	}
	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
		goto fail;
	}
	status = IMAGE_TOO_LARGE;
	if (about.st_size > IMAGE_FILE_MAX) {
		goto fail;
	}
	status = IMAGE_NO_MEMORY;
	bytes = malloc((size_t)about.st_size + 1);
	if (bytes == NULL) {
		goto fail;
	}
	while (have < (size_t)about.st_size) {
		ssize_t got = read(file, bytes + have, (size_t)about.st_size - have);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			break; /* shorter than it was: the format tells */
		}
		have += (size_t)got;
	}
	close(file);
	*out = bytes;
	*length = have;
	return IMAGE_OK;
fail:
	close(file);
	return status;
}

enum image_status image_load(struct image *out, const char *path)
{
	uint8_t *bytes;
	size_t length;
	enum image_status status = read_file(&bytes, &length, path);

	if (status != IMAGE_OK) {
		return status;
	}
	status = image_from_bytes(out, bytes, length);
	free(bytes);
	return status;
}

void image_free(struct image *image)
{
	if (image != NULL) {
		free(image->grey);
		*image = (struct image){ 0 };
	}
}
