/* Images as files: whatever they hold is decoded within its bounds or refused.
 * Covers reader/image_file.c. */
#include <stddef.h>
#include <stdint.h>

#include "reader/image.h"

#define DECODE_AREA_MAX (512 * 512) /* [px] larger ones are loaded only: time is for the parsers */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct image image;
	struct reading reading;

	if (image_from_bytes(&image, bytes, length) != IMAGE_OK) {
		return 0;
	}
	if (image.width <= DECODE_AREA_MAX / image.height &&
	    qr_decode(&reading, &image) == IMAGE_OK && reading.length > READING_BYTES_MAX) {
		__builtin_trap();
	}
	image_free(&image);
	return 0;
}
