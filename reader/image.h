/*
 * Grey images, and the QR codes in them.
 *
 * An image is hostile: its size is bounded before anything is allocated.  Files are PNG or JPEG
 * (libpng, libjpeg); decoding is ZXing-C++, to which grid.h gives the modules;
 * encoding is libqrencode.
 */
#ifndef YOUDAI_READER_IMAGE_H
#define YOUDAI_READER_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "reader/reading.h"

#define IMAGE_SIDE_MAX 8192               /* [px] */
#define IMAGE_AREA_MAX (24 * 1024 * 1024) /* [px] */
#define IMAGE_FILE_MAX (32 * 1024 * 1024) /* [byte] */
#define QR_SIDE_MAX    177                /* [module] version 40 */

struct image {
	int width;     /* [px] 1 to IMAGE_SIDE_MAX */
	int height;    /* [px] */
	size_t stride; /* [byte] from row to row */
	uint8_t *grey; /* height rows; 0 black, 255 white */
};

enum [[nodiscard]] image_status{
	IMAGE_OK = 0,      IMAGE_NO_FILE,   IMAGE_MALFORMED, /* neither PNG nor JPEG, or broken */
	IMAGE_TOO_LARGE,   IMAGE_NO_MEMORY, IMAGE_NO_CODE,   /* no QR code was found */
	IMAGE_NO_ROOM, /* text too long for a code or a buffer */
	IMAGE_NOT_WRITTEN,
};

/* Read a PNG or JPEG file as grey.  The caller frees with image_free. */
enum image_status image_load(struct image *out, const char *path);
void image_free(struct image *image);

/* The same from the bytes of such a file. */
enum image_status image_from_bytes(struct image *out, const uint8_t *bytes, size_t length);

/* Write a grey PNG (8 bit), or an RGB one (3 bytes a pixel): screens, codes. */
enum image_status image_save_grey(const char *path, const struct image *image);
enum image_status image_save_rgb(const char *path, int width, int height, size_t stride,
				 const uint8_t *rgb);

/* The text of a QR code, as a reading (carrier READING_QR, complete or malformed where the text is too
 * long): dark on light or light on dark, however it lies.  Of several codes it is the one whose finder
 * patterns stand out the most.  IMAGE_OK or IMAGE_NO_CODE; taken_ms is left 0. */
enum image_status qr_decode(struct reading *out, const struct image *image);

/* The same of one frame of many, within a frame's time on one core: an even turn looks for what is
 * plain to see or inverted, an odd one for what is faint or small, and of what takes long each turn
 * tries one, and none where nothing like a code is in sight.  turn counts the frames. */
enum image_status qr_decode_frame(struct reading *out, const struct image *image, unsigned turn);

/* The same by one pass of ZXing-C++ as it is: what qr_decode is measured against. */
enum image_status qr_decode_plain(struct reading *out, const struct image *image);

/* A QR code of the text, error correction M, alphanumeric where the text allows it.
 * modules[y * side + x] is 1 for dark, without a quiet zone. */
struct qr {
	int side; /* [module] */
	uint8_t modules[QR_SIDE_MAX * QR_SIDE_MAX];
};
enum image_status qr_encode(struct qr *out, const char *text);

/* Draw it, module_px pixels a module, with a quiet zone of 4 modules.  IMAGE_OK, IMAGE_TOO_LARGE or
 * IMAGE_NO_MEMORY.  The caller frees with image_free. */
enum image_status qr_draw(struct image *out, const struct qr *qr, int module_px);

/* The same as a PNG, module_px pixels a module and a quiet zone of 4 modules. */
enum image_status qr_save(const char *path, const char *text, int module_px);

#endif
