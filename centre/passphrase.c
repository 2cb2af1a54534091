#include "centre/passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

/* One line without its end, typed without echo.  False where there is none or it is too long. */
static bool ask_once(FILE *terminal, const char *prompt, char out[static PASSPHRASE_MAX + 1])
{
	struct termios shown, hidden;
	bool answered;

	if (tcgetattr(fileno(terminal), &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* First the echo off, then the prompt: whoever answers at once is not shown, nor flushed. */
	if (tcsetattr(fileno(terminal), TCSAFLUSH, &hidden) != 0)
		return false;
	fputs(prompt, terminal);
	fflush(terminal);
	answered = fgets(out, PASSPHRASE_MAX + 1, terminal) != NULL;
	tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
	if (!answered || strchr(out, '\n') == NULL)
		return false;
	out[strcspn(out, "\n")] = '\0';
	return true;
}

static enum outcome ask_terminal(FILE *terminal, char out[static PASSPHRASE_MAX + 1], bool twice)
{
	char again[PASSPHRASE_MAX + 1];
	bool same = true;

	/* What is typed must not stay in the stream's buffer. */
	setvbuf(terminal, NULL, _IONBF, 0);
	if (!ask_once(terminal, "口令 passphrase: ", out))
		return trouble(NULL, "没有读到口令", "no passphrase was read");
	if (twice) {
		same = ask_once(terminal, "再输一次 again: ", again) && strcmp(out, again) == 0;
		explicit_bzero(again, sizeof again);
	}
	if (same)
		return OUTCOME_DONE;
	explicit_bzero(out, PASSPHRASE_MAX + 1);
	return trouble(NULL, "两次输入不一致", "the two do not agree");
}

static enum outcome take_variable(char out[static PASSPHRASE_MAX + 1], const char *text)
{
	if (strlen(text) > PASSPHRASE_MAX)
		return trouble("YOUDAI_PASSPHRASE", "口令太长", "the passphrase is too long");
	memcpy(out, text, strlen(text) + 1);
	return OUTCOME_DONE;
}

enum outcome passphrase_ask(char out[static PASSPHRASE_MAX + 1], bool twice)
{
	const char *variable = getenv("YOUDAI_PASSPHRASE");
	enum outcome outcome;

	if (variable != NULL) {
		outcome = take_variable(out, variable);
	} else {
		FILE *terminal = fopen("/dev/tty", "r+e");

		if (terminal == NULL)
			return trouble(NULL, "没有终端可问口令,请设置 YOUDAI_PASSPHRASE",
				       "no terminal to ask for the passphrase: set "
				       "YOUDAI_PASSPHRASE");
		outcome = ask_terminal(terminal, out, twice);
		fclose(terminal);
	}
	if (outcome == OUTCOME_DONE && out[0] == '\0')
		return trouble(NULL, "口令不能为空", "the passphrase is empty");
	return outcome;
}
