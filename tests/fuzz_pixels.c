/* Pictures of a camera: the first bytes say the size, the others are pixels.
 * Covers reader/qr_search.c reader/finders.c reader/grid.c reader/modules.c reader/pixels.c. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct reading reading;

	if (length < 2 || bytes[0] == 0) {
		return 0;
	}
	struct image image = { .width = bytes[0], .stride = bytes[0] };

	image.height = (int)((length - 1) / bytes[0]);
	if (image.height == 0) {
		return 0;
	}
	image.grey = malloc((size_t)image.width * (size_t)image.height);
	memcpy(image.grey, bytes + 1, (size_t)image.width * (size_t)image.height);
	for (unsigned turn = 0; turn < 2; turn++) {
		if (qr_decode_frame(&reading, &image, turn) == IMAGE_OK &&
		    reading.length > READING_BYTES_MAX) {
			__builtin_trap();
		}
	}
	if (qr_decode(&reading, &image) == IMAGE_OK && reading.length > READING_BYTES_MAX) {
		__builtin_trap();
	}
	image_free(&image);
	return 0;
}
