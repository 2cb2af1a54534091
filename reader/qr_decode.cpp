/* The one C++ file: ZXing-C++ behind qr_decode().  No exception leaves it. */
extern "C" {
#include "reader/image.h"
}

#define ZX_USE_UTF8 1
#include <cstring>
#include <ZXing/ReadBarcode.h>

static ZXing::Result find(const struct image *image)
{
	ZXing::DecodeHints hints;

	hints.setFormats(ZXing::BarcodeFormat::QRCode).setMaxNumberOfSymbols(1);
	return ZXing::ReadBarcode({ image->grey, image->width, image->height,
				    ZXing::ImageFormat::Lum, (int)image->stride },
				  hints);
}

extern "C" enum image_status qr_decode(struct reading *out, const struct image *image)
{
	try {
		ZXing::Result result = find(image);

		if (!result.isValid()) {
			return IMAGE_NO_CODE;
		}
		const ZXing::ByteArray &bytes = result.bytes();
		bool fits = bytes.size() <= READING_BYTES_MAX;

		out->carrier = READING_QR;
		out->fault = fits ? READING_COMPLETE : READING_MALFORMED;
		out->taken_ms = 0;
		out->length = fits ? bytes.size() : 0;
		std::memcpy(out->bytes, bytes.data(), out->length);
		return IMAGE_OK;
	} catch (...) {
		return IMAGE_NO_CODE;
	}
}
