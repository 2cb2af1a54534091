/*
 * Fields of a row as an import reads them: each is read into *out, or what is allowed there is said as
 * the import's fault.
 */
#ifndef YOUDAI_CENTRE_IMPORT_FIELDS_H
#define YOUDAI_CENTRE_IMPORT_FIELDS_H

#include "centre/import.h"

#define CODE_BYTES_MAX 63 /* [byte] of a code or number */

/* What is read is borrowed from the field. */
enum import_status import_code(struct import *import, const struct csv_field *field,
			       const char **out);
enum import_status import_name(struct import *import, const struct csv_field *field,
			       const char **out);
enum import_status import_region(struct import *import, const struct csv_field *field,
				 bool required, const char **out);
/* A date, or `absent` where the field is empty. */
enum import_status import_day(struct import *import, const struct csv_field *field, int32_t absent,
			      int32_t *out);
/* The end of a time must not lie before its beginning; open sides where a field is empty. */
enum import_status import_days(struct import *import, const struct csv_field *from,
			       const struct csv_field *until, int32_t *first, int32_t *last);
bool import_is_one_of(const char *text, const char *const *names, size_t count);

/* The key of a row must not stand in the file twice. */
enum import_status import_key(struct import *import, const struct csv_field *field,
			      const char **out);
/* A reference is checked when the rows are put: only then is it known what there is. */
enum import_status import_reference(struct import *import, const struct csv_field *field,
				    const struct codes *codes, const char *zh, const char *en);
enum import_status import_unit(struct import *import, const struct csv_field *field);

#endif
