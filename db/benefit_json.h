/*
 * What the two files that read benefit documents share: conditions on one side, value, limits and
 * the rest on the other.
 */
#ifndef YOUDAI_DB_BENEFIT_JSON_H
#define YOUDAI_DB_BENEFIT_JSON_H

#include "db/document.h"

#define BENEFIT_WORD_MAX 63 /* [byte] of a merchant, a class, a proof */

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define READ(document, benefit, json, members) \
	document_members(document, benefit, json, members, COUNT(members), &(uint32_t){ 0 })

/* Memory of the catalogue; NULL (and the document's status) without memory. */
void *benefit_keep(struct document *document, size_t count, size_t size);

/* Does the text keep to the rule?  Where not, rule_text says what it should be. */
typedef bool text_rule(const char *text);
/* A list of words, copied into the catalogue; rule may be NULL. */
bool benefit_read_words(struct document *document, struct text_list *out, struct json_t *json,
			text_rule *rule, const char *rule_text);

/* The three groups of conditions: where, who, when. */
bool benefit_read_where(struct document *document, struct benefit *benefit, struct json_t *json);
bool benefit_read_who(struct document *document, struct benefit *benefit, struct json_t *json);
bool benefit_read_when(struct document *document, struct benefit *benefit, struct json_t *json);

#endif
