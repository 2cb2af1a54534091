/* The one C++ file: ZXing-C++ behind qr_zxing().  No exception leaves it. */
extern "C" {
#include "reader/qr_zxing.h"
}

#define ZX_USE_UTF8 1
#include <cstring>
#include <ZXing/ReadBarcode.h>

static ZXing::DecodeHints hints(enum qr_zxing_way way)
{
	ZXing::DecodeHints hints = ZXing::DecodeHints()
					   .setFormats(ZXing::BarcodeFormat::QRCode)
					   .setMaxNumberOfSymbols(1)
					   .setTryDownscale(way == QR_ZXING_PLAIN);

	if (way == QR_ZXING_FLAWLESS) {
		hints.setIsPure(true).setBinarizer(ZXing::Binarizer::BoolCast);
	}
	return hints;
}

static enum image_status find(struct reading *out, const struct image *image,
			      const ZXing::DecodeHints &how)
{
	ZXing::Result result = ZXing::ReadBarcode({ image->grey, image->width, image->height,
						    ZXing::ImageFormat::Lum, (int)image->stride },
						  how);

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
}

extern "C" enum image_status qr_zxing(struct reading *out, const struct image *image,
				      enum qr_zxing_way way)
{
	try {
		return find(out, image, hints(way));
	} catch (...) {
		return IMAGE_NO_CODE;
	}
}
