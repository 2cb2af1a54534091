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

static const struct {
	const char *variable, *prompt;
	const char *none[2], *empty[2], *too_long[2], *no_terminal[2]; /* Chinese, English */
} secrets[] = {
	[SECRET_PASSPHRASE] = { "YOUDAI_PASSPHRASE",
				"口令 passphrase: ",
				{ "没有读到口令", "no passphrase was read" },
				{ "口令不能为空", "the passphrase is empty" },
				{ "口令太长", "the passphrase is too long" },
				{ "没有终端可问口令,请设置 YOUDAI_PASSPHRASE",
				  "no terminal to ask for the passphrase: set "
				  "YOUDAI_PASSPHRASE" } },
	[SECRET_PASSWORD] = { "YOUDAI_PASSWORD",
			      "密码 password: ",
			      { "没有读到密码", "no password was read" },
			      { "密码不能为空", "the password is empty" },
			      { "密码太长", "the password is too long" },
			      { "没有终端可问密码,请设置 YOUDAI_PASSWORD",
				"no terminal to ask for the password: set YOUDAI_PASSWORD" } },
	[SECRET_OLD_PASSWORD] = { "YOUDAI_OLD_PASSWORD",
				  "原密码 old password: ",
				  { "没有读到原密码", "no old password was read" },
				  { "原密码不能为空", "the old password is empty" },
				  { "原密码太长", "the old password is too long" },
				  { "没有终端可问原密码,请设置 YOUDAI_OLD_PASSWORD",
				    "no terminal to ask for the old password: set "
				    "YOUDAI_OLD_PASSWORD" } },
};

static enum outcome ask_terminal(FILE *terminal, char out[static PASSPHRASE_MAX + 1],
				 enum secret secret, bool twice)
{
	char again[PASSPHRASE_MAX + 1];
	bool same = true;

	/* What is typed must not stay in the stream's buffer. */
	setvbuf(terminal, NULL, _IONBF, 0);
	if (!ask_once(terminal, secrets[secret].prompt, out))
		return trouble(NULL, secrets[secret].none[0], secrets[secret].none[1]);
	if (twice) {
		same = ask_once(terminal, "再输一次 again: ", again) && strcmp(out, again) == 0;
		explicit_bzero(again, sizeof again);
	}
	if (same)
		return OUTCOME_DONE;
	explicit_bzero(out, PASSPHRASE_MAX + 1);
	return trouble(NULL, "两次输入不一致", "the two do not agree");
}

static enum outcome take_variable(char out[static PASSPHRASE_MAX + 1], enum secret secret,
				  const char *text)
{
	if (strlen(text) > PASSPHRASE_MAX)
		return trouble(secrets[secret].variable, secrets[secret].too_long[0],
			       secrets[secret].too_long[1]);
	memcpy(out, text, strlen(text) + 1);
	return OUTCOME_DONE;
}

enum outcome secret_ask(char out[static PASSPHRASE_MAX + 1], enum secret secret, bool twice)
{
	const char *variable = getenv(secrets[secret].variable);
	enum outcome outcome;

	if (variable != NULL) {
		outcome = take_variable(out, secret, variable);
	} else {
		FILE *terminal = fopen("/dev/tty", "r+e");

		if (terminal == NULL)
			return trouble(NULL, secrets[secret].no_terminal[0],
				       secrets[secret].no_terminal[1]);
		outcome = ask_terminal(terminal, out, secret, twice);
		fclose(terminal);
	}
	if (outcome == OUTCOME_DONE && out[0] == '\0')
		return trouble(NULL, secrets[secret].empty[0], secrets[secret].empty[1]);
	return outcome;
}

enum outcome passphrase_ask(char out[static PASSPHRASE_MAX + 1], bool twice)
{
	return secret_ask(out, SECRET_PASSPHRASE, twice);
}
