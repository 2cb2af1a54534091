/*
 * The seam to ZXing-C++, which is behind one C++ file: one pass over one image.
 */
#ifndef YOUDAI_READER_QR_ZXING_H
#define YOUDAI_READER_QR_ZXING_H

#include "reader/image.h"

enum qr_zxing_way {
	QR_ZXING_PLAIN,   /* as ZXing-C++ comes: the image and, where it is large, a third of it */
	QR_ZXING_AS_IS,   /* the image alone */
	QR_ZXING_FLAWLESS /* a code that was drawn: upright, black and white, nothing beside it */
};

/* The first code it finds, as qr_decode gives it.  IMAGE_OK or IMAGE_NO_CODE. */
enum image_status qr_zxing(struct reading *out, const struct image *image, enum qr_zxing_way way);

#endif
