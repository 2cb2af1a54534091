/*
 * Text as it comes from files and the command line: UTF-8, numbers, hexadecimal, and the values that
 * an import may hold.  Pure; knows no file and no registry.
 */
#ifndef YOUDAI_CENTRE_TEXT_H
#define YOUDAI_CENTRE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the UTF-8 character (RFC 3629: shortest form, no surrogates) that text begins with;
 * 0 where there is none. */
size_t text_character(const char *text, size_t length);

/* 1 to most bytes of UTF-8 without control characters and invisible marks, and no blank at either
 * end. */
bool text_is_plain(const char *text, size_t most);

/* A GB/T 2260 or statistics code or a prefix of one: 2 to 12 digits. */
bool text_is_region(const char *text);

/* Decimal digits, perhaps after a minus; nothing else.  A number that int64_t cannot hold becomes the
 * nearest that it can.  False where the text is no number. */
bool text_to_number(int64_t *out, const char *text);

/* Pairs of hexadecimal digits into at most size bytes; false where it is anything else. */
bool text_to_bytes(uint8_t *out, size_t size, size_t *length, const char *text);

/* The identities of a person, perhaps with their days, that fit (db/identities.h), each from the list
 * of the import; "" is none. */
bool text_is_identities(const char *text);

/* A resident identity number (GB 11643): 17 digits with a valid day of birth, and the check
 * character. */
bool text_is_id_number(const char *text);

#endif
