/*
 * The one C++ file: ZXing-C++ behind qr_decode().  No exception leaves it.
 *
 * Three looks, the cheap one first: a large frame at half its size, where most codes are read in a
 * quarter of the time; as it is; and smoothed, which reads some that noise hides.
 */
extern "C" {
#include "reader/finders.h"
#include "reader/image.h"
}

#define ZX_USE_UTF8 1
#include <cstring>
#include <vector>
#include <ZXing/ReadBarcode.h>

#define HALVE_AREA_MIN (640 * 480) /* [px] of smaller images the half is too coarse */
#define FINDERS_MAX    600         /* more of them would keep ZXing-C++ for many seconds */
#define NOISE_BEND     12          /* [grey] second difference that counts as rough */

static ZXing::DecodeHints hints()
{
	return ZXing::DecodeHints()
		.setFormats(ZXing::BarcodeFormat::QRCode)
		.setMaxNumberOfSymbols(1);
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

static struct image halve(std::vector<uint8_t> &pixels, const struct image *image)
{
	struct image half = { image->width / 2, image->height / 2, (size_t)(image->width / 2),
			      nullptr };

	pixels.resize(half.stride * (size_t)half.height);
	half.grey = pixels.data();
	for (int y = 0; y < half.height; y++) {
		const uint8_t *upper = image->grey + 2 * (size_t)y * image->stride;
		const uint8_t *lower = upper + image->stride;
		uint8_t *row = half.grey + (size_t)y * half.stride;

		for (int x = 0; x < half.width; x++) {
			int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];

			row[x] = (uint8_t)((sum + 2) / 4);
		}
	}
	return half;
}

/* The mean of the nine pixels around each; the outermost pixels stay as they are. */
static struct image smooth(std::vector<uint8_t> &pixels, const struct image *image)
{
	struct image smoothed = { image->width, image->height, (size_t)image->width, nullptr };
	std::vector<uint16_t> sums((size_t)image->width);

	pixels.resize(smoothed.stride * (size_t)smoothed.height);
	smoothed.grey = pixels.data();
	for (int y = 0; y < image->height; y++) {
		const uint8_t *middle = image->grey + (size_t)y * image->stride;
		const uint8_t *upper = y > 0 ? middle - image->stride : middle;
		const uint8_t *lower = y + 1 < image->height ? middle + image->stride : middle;
		uint8_t *row = smoothed.grey + (size_t)y * smoothed.stride;

		for (int x = 0; x < image->width; x++) {
			sums[(size_t)x] = (uint16_t)(upper[x] + middle[x] + lower[x]);
			row[x] = middle[x];
		}
		for (int x = 1; x + 1 < image->width; x++) {
			unsigned sum = sums[(size_t)x - 1] + sums[(size_t)x] + sums[(size_t)x + 1];

			row[x] = (uint8_t)(sum * 7282 >> 16); /* a ninth */
		}
	}
	return smoothed;
}

/* Whether most of the picture flickers from pixel to pixel, as edges alone do not make it. */
static bool is_noisy(const struct image *image)
{
	size_t looked = 0;
	size_t rough = 0;

	for (int y = 0; y < image->height; y += 16) {
		const uint8_t *row = image->grey + (size_t)y * image->stride;

		for (int x = 1; x + 1 < image->width; x += 8) {
			int bend = 2 * row[x] - row[x - 1] - row[x + 1];

			looked++;
			rough += bend > NOISE_BEND || bend < -NOISE_BEND;
		}
	}
	return rough > looked / 3;
}

static bool is_crowded(const struct image *image)
{
	return finders_count(image, FINDERS_MAX) == FINDERS_MAX;
}

static enum image_status look(struct reading *out, const struct image *image)
{
	std::vector<uint8_t> pixels;

	if (image->width >= HALVE_AREA_MIN / image->height) {
		struct image half = halve(pixels, image);

		if (is_crowded(&half)) {
			return IMAGE_NO_CODE;
		}
		if (find(out, &half, hints().setTryDownscale(false)) == IMAGE_OK) {
			return IMAGE_OK;
		}
	}
	if (is_crowded(image)) {
		return IMAGE_NO_CODE;
	}
	if (find(out, image, hints()) == IMAGE_OK) {
		return IMAGE_OK;
	}
	if (!is_noisy(image)) {
		return IMAGE_NO_CODE;
	}
	struct image smoothed = smooth(pixels, image);

	if (is_crowded(&smoothed)) {
		return IMAGE_NO_CODE;
	}
	return find(out, &smoothed, hints().setTryDownscale(false));
}

extern "C" enum image_status qr_decode_plain(struct reading *out, const struct image *image)
{
	try {
		return find(out, image, hints());
	} catch (...) {
		return IMAGE_NO_CODE;
	}
}

extern "C" enum image_status qr_decode(struct reading *out, const struct image *image)
{
	try {
		return look(out, image);
	} catch (...) {
		return IMAGE_NO_CODE;
	}
}
