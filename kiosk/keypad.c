#include "kiosk/keypad.h"

#include <string.h>

#include "db/decision.h"

#define DIGITS_BEFORE_DOT 6
#define DIGITS_BEHIND_DOT 2

void keypad_digit(char *digits, char digit)
{
	size_t length = strlen(digits);
	const char *dot = strchr(digits, '.');
	if (strcmp(digits, "0") == 0) {
		length = 0; /* no leading zero */
	}
	if (dot != NULL ? strlen(dot + 1) >= DIGITS_BEHIND_DOT : length >= DIGITS_BEFORE_DOT) {
		return;
	}
	digits[length] = digit;
	digits[length + 1] = '\0';
}

void keypad_dot(char *digits)
{
	if (strchr(digits, '.') == NULL) {
		strcat(digits, digits[0] == '\0' ? "0." : ".");
	}
}

void keypad_backspace(char *digits)
{
	const size_t length = strlen(digits);
	if (length > 0) {
		digits[length - 1] = '\0';
	}
}

int64_t keypad_amount(const char *digits)
{
	int64_t fen = 0;
	int behind_dot = -1;
	if (digits[0] == '\0') {
		return AMOUNT_NONE;
	}
	for (const char *at = digits; *at != '\0'; at++) {
		if (*at == '.') {
			behind_dot = 0;
			continue;
		}
		fen = fen * 10 + (*at - '0');
		behind_dot += behind_dot >= 0;
	}
	for (int i = behind_dot < 0 ? 0 : behind_dot; i < DIGITS_BEHIND_DOT; i++) {
		fen *= 10;
	}
	return fen;
}
