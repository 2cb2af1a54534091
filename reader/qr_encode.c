#include "reader/image.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_ZONE 4 /* [module] ISO/IEC 18004 */

enum image_status qr_encode(struct qr *out, const char *text)
{
	errno = 0;
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	if (code == NULL) {
		return errno == ENOMEM ? IMAGE_NO_MEMORY : IMAGE_NO_ROOM;
	}
	out->side = code->width;
	for (int i = 0; i < code->width * code->width; i++) {
		out->modules[i] = code->data[i] & 1;
	}
	QRcode_free(code);
	return IMAGE_OK;
}

/* One row of modules, drawn once and copied to the others of the same modules. */
static void draw_row(const struct image *image, const struct qr *qr, int y, int module_px)
{
	uint8_t *row = image->grey + (size_t)((y + QUIET_ZONE) * module_px) * image->stride;

	for (int x = 0; x < qr->side; x++) {
		/* qr_encode() wrote side * side of them, which the analyser cannot multiply.
		 * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
		if (qr->modules[y * qr->side + x] != 0) {
			memset(row + (size_t)((x + QUIET_ZONE) * module_px), 0, (size_t)module_px);
		}
	}
	for (int i = 1; i < module_px; i++) {
		memcpy(row + (size_t)i * image->stride, row, image->stride);
	}
}

enum image_status qr_draw(struct image *out, const struct qr *qr, int module_px)
{
	int modules = qr->side + 2 * QUIET_ZONE;

	if (module_px < 1 || module_px > IMAGE_SIDE_MAX / modules) {
		return IMAGE_TOO_LARGE;
	}
	int side = modules * module_px;

	if (side > IMAGE_AREA_MAX / side) {
		return IMAGE_TOO_LARGE;
	}
	struct image image = { .width = side, .height = side, .stride = (size_t)side };

	image.grey = malloc((size_t)side * image.stride);
	if (image.grey == NULL) {
		return IMAGE_NO_MEMORY;
	}
	memset(image.grey, 255, (size_t)side * image.stride);
	for (int y = 0; y < qr->side; y++) {
		draw_row(&image, qr, y, module_px);
	}
	*out = image;
	return IMAGE_OK;
}

enum image_status qr_save(const char *path, const char *text, int module_px)
{
	struct qr qr;
	struct image image;
	enum image_status status = qr_encode(&qr, text);

	if (status != IMAGE_OK) {
		return status;
	}
	status = qr_draw(&image, &qr, module_px);
	if (status != IMAGE_OK) {
		return status;
	}
	status = image_save_grey(path, &image);
	image_free(&image);
	return status;
}
