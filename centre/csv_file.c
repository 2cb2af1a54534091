#include "centre/csv_file.h"

#include "centre/charset.h"
#include "centre/file.h"
#include "centre/file_fault.h"

enum outcome csv_file_refuse(const struct call *call, const struct csv_fault *found,
			     const char *reason)
{
	const struct file_fault fault = { .line = found->place.line,
					  .column = found->place.column,
					  .why = found->why,
					  .reason = reason };

	return refuse_file(call, &fault, 1, false);
}

enum outcome csv_file_read(const struct call *call, char **text, size_t *length,
			   uint8_t hash[static FILE_HASH_BYTES])
{
	struct csv_fault found = { 0 };
	enum outcome outcome = file_read(text, length, call->words[0], IMPORT_FILE_MAX);

	if (outcome != OUTCOME_DONE)
		return outcome;
	file_hash(hash, *text, *length);
	switch (charset_to_utf8(text, length, &found)) {
	case CHARSET_OK:
		return OUTCOME_DONE;
	case CHARSET_MALFORMED:
		return csv_file_refuse(call, &found, NULL);
	case CHARSET_NO_CONVERTER:
		return trouble(call->words[0], "系统缺少字符集转换模块,请另存为 UTF-8",
			       "the system cannot convert encodings: save the file as UTF-8");
	default:
		return trouble(call->words[0], "内存不足", "out of memory");
	}
}
