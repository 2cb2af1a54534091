/*
 * The keypad's digits: typed one by one, read as fen.  Up to 999999.99; knows no screen.
 */
#ifndef YOUDAI_KIOSK_KEYPAD_H
#define YOUDAI_KIOSK_KEYPAD_H

#include <stdint.h>

#define DIGITS_MAX 9 /* characters: 999999.99 */

/* Each changes the text of digits[DIGITS_MAX + 1], or leaves it where the key has no place. */
void keypad_digit(char *digits, char digit); /* '0' to '9' */
void keypad_dot(char *digits);
void keypad_backspace(char *digits);

/* What they spell [fen]: "5" and "5." are 500; AMOUNT_NONE (decision.h) where there are none. */
int64_t keypad_amount(const char *digits);

#endif
