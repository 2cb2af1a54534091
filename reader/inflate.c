#include "reader/inflate.h"

#include <assert.h>
#include <limits.h>
#include <zlib.h>

bool inflate_bytes(uint8_t *out, size_t out_size, size_t *out_length, const uint8_t *bytes,
		   size_t length)
{
	z_stream stream = { 0 };
	bool whole;

	assert(out_size <= UINT_MAX && length <= UINT_MAX);
	if (inflateInit(&stream) != Z_OK)
		return false;
	stream.next_in = (Bytef *)(uintptr_t)bytes; /* zlib's prototype has no const */
	stream.avail_in = (uInt)length;
	stream.next_out = out;
	stream.avail_out = (uInt)out_size;
	/* With Z_FINISH a stream that does not fit ends in Z_BUF_ERROR, never in more output. */
	whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
	if (whole)
		*out_length = (size_t)stream.total_out;
	(void)inflateEnd(&stream);
	return whole;
}

bool deflate_bytes(uint8_t *out, size_t out_size, size_t *out_length, const uint8_t *bytes,
		   size_t length)
{
	uLongf room = (uLongf)out_size;

	if (compress2(out, &room, bytes, (uLong)length, Z_BEST_COMPRESSION) != Z_OK)
		return false;
	*out_length = (size_t)room;
	return true;
}
