#include "kiosk/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "reader/source.h"

#define SIDE_LEAST 320 /* [px] of a window */
#define SIDE_MOST  8192

enum {
	OPTION_DB = 256,
	OPTION_SITE,
	OPTION_PROFILE,
	OPTION_ATTENDED,
	OPTION_READER,
	OPTION_LANG,
	OPTION_WINDOW,
	OPTION_EVENTS,
	OPTION_TRACE,
	OPTION_AT,
	OPTION_LIVE_WINDOW,
	OPTION_DEMO_CARDS,
	OPTION_SCRIPT,
	OPTION_PICTURES,
	OPTION_HELP,
};

void options_usage(FILE *out)
{
	fputs("usage: youdai-kiosk --db FILE --site MERCHANT [option]...\n"
	      "  --db FILE          the registry, made by `youdai --db FILE init`\n"
	      "  --site MERCHANT    the code of the merchant where this kiosk stands\n"
	      "  --profile P        hall (default), merchant (a clerk is there), gate (one tap)\n"
	      "  --attended         a clerk is there who can compare the holder with a photo ID\n"
	      "  --reader SPEC      nfc:  nfc:pn532_uart:/dev/ttyUSB0  scanner:/dev/ttyACM0\n"
	      "                     camera:/dev/video0  replay:FILE  keyboard (always on);\n"
	      "                     may be given several times\n"
	      "  --lang zh|en       the language that visitors are greeted in (default zh)\n"
	      "  --window WxH       a window instead of the whole screen\n"
	      "  --events FILE      what happens, as one JSON object a line; - is standard output\n"
	      "  --trace FILE       a black box of the last visits for a fault report; what was\n"
	      "                     presented is sealed; replay:FILE plays it back\n"
	      "  --at TIME          pin the clock, RFC 3339 (for tests)\n"
	      "  --live-window E,L  a live code is fresh from E seconds before it was signed (a\n"
	      "                     phone's clock may be ahead) until L seconds after; each at\n"
	      "                     most 3600 (default 5,60)\n"
	      "  --demo-cards FILE  cards to present by F1 to F9 or by touch: title, title in\n"
	      "                     English and credential, separated by tabs, a line each\n"
	      "  --script FILE      play by itself: card N, touch ID, await SCREEN, pause MS\n"
	      "  --pictures DIR     without a window; each new screen becomes a picture in DIR\n"
	      "exit: 0 closed, 1 a script that did not come to its end, 2 wrong usage,\n"
	      "3 trouble with the registry or the display\n",
	      out);
}

static bool parse_profile(enum profile *out, const char *text)
{
	static const char *const names[] = {
		[PROFILE_HALL] = "hall", [PROFILE_MERCHANT] = "merchant", [PROFILE_GATE] = "gate"
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*out = (enum profile)i;
			return true;
		}
	}
	return false;
}

static bool parse_language(enum language *out, const char *text)
{
	*out = strcmp(text, "en") == 0 ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE;
	return strcmp(text, "en") == 0 || strcmp(text, "zh") == 0;
}

static bool parse_side(int *out, const char *text, char end, const char **after)
{
	char *stop = NULL;
	if (*text < '1' || *text > '9') {
		return false;
	}
	const long side = strtol(text, &stop, 10);
	*out = (int)side;
	*after = stop + 1;
	return side >= SIDE_LEAST && side <= SIDE_MOST && *stop == end;
}

static bool parse_window(struct options *out, const char *text)
{
	const char *rest = NULL;
	return parse_side(&out->width, text, 'x', &rest) &&
	       parse_side(&out->height, rest, '\0', &rest);
}

static bool add_reader(struct options *out, const char *spec)
{
	const char *address = NULL;
	if (strcmp(spec, "keyboard") == 0) {
		return true;
	}
	if (out->reader_count == OPTIONS_READERS_MAX || source_driver_for(spec, &address) == NULL) {
		return false;
	}
	out->readers[out->reader_count++] = spec;
	return true;
}

/* False where the value of the option is not one. */
static bool take_option(struct options *out, int option, const char *value)
{
	switch (option) {
	case OPTION_DB:
		out->registry = value;
		return *value != '\0';
	case OPTION_SITE:
		out->merchant = value;
		return *value != '\0' && strlen(value) < sizeof((struct site){ 0 }.merchant);
	case OPTION_PROFILE:
		return parse_profile(&out->profile, value);
	case OPTION_ATTENDED:
		out->attended = true;
		return true;
	case OPTION_READER:
		return add_reader(out, value);
	case OPTION_LANG:
		return parse_language(&out->language, value);
	case OPTION_WINDOW:
		return parse_window(out, value);
	case OPTION_EVENTS:
		out->events = value;
		return *value != '\0';
	case OPTION_TRACE:
		out->trace = value;
		return *value != '\0';
	case OPTION_AT:
		return instant_parse(&out->at, value);
	case OPTION_LIVE_WINDOW:
		return live_window_parse(&out->live_window, value);
	case OPTION_DEMO_CARDS:
		out->demo_cards = value;
		return *value != '\0';
	case OPTION_SCRIPT:
		out->script = value;
		return *value != '\0';
	case OPTION_PICTURES:
		out->pictures = value;
		return *value != '\0';
	default:
		return false;
	}
}

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPTION_DB },
	{ "site", required_argument, NULL, OPTION_SITE },
	{ "profile", required_argument, NULL, OPTION_PROFILE },
	{ "attended", no_argument, NULL, OPTION_ATTENDED },
	{ "reader", required_argument, NULL, OPTION_READER },
	{ "lang", required_argument, NULL, OPTION_LANG },
	{ "window", required_argument, NULL, OPTION_WINDOW },
	{ "events", required_argument, NULL, OPTION_EVENTS },
	{ "trace", required_argument, NULL, OPTION_TRACE },
	{ "at", required_argument, NULL, OPTION_AT },
	{ "live-window", required_argument, NULL, OPTION_LIVE_WINDOW },
	{ "demo-cards", required_argument, NULL, OPTION_DEMO_CARDS },
	{ "script", required_argument, NULL, OPTION_SCRIPT },
	{ "pictures", required_argument, NULL, OPTION_PICTURES },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

static enum options_status wrong(FILE *trouble, const char *what, const char *which)
{
	fprintf(trouble, "youdai-kiosk: %s%s\n", what, which);
	return OPTIONS_WRONG;
}

static enum options_status check_whole(struct options *options, int argc, char **argv,
				       FILE *trouble)
{
	if (optind < argc) {
		return wrong(trouble, "not understood: ", argv[optind]);
	}
	if (options->registry == NULL || options->merchant == NULL) {
		return wrong(trouble, "--db FILE and --site MERCHANT are needed", "");
	}
	options->attended = options->attended || options->profile == PROFILE_MERCHANT;
	return OPTIONS_OK;
}

enum options_status options_parse(struct options *out, int argc, char **argv, FILE *trouble)
{
	struct options options = { .at = INT64_MIN, .live_window = LIVE_WINDOW };
	int index = 0;
	optind = 0; /* begin anew, also where it was used before */
	opterr = 0;
	for (;;) {
		/* Read before there are threads.  NOLINTNEXTLINE(concurrency-mt-unsafe) */
		const int option = getopt_long(argc, argv, "+:", long_options, &index);
		if (option == -1) {
			break;
		}
		if (option == OPTION_HELP) {
			return OPTIONS_HELP;
		}
		if (option == '?' || option == ':') {
			return wrong(trouble,
				     option == '?' ? "no such option: " : "a value is missing: ",
				     argv[optind - 1]);
		}
		if (!take_option(&options, option, optarg)) {
			fprintf(trouble, "youdai-kiosk: not a value for --%s: %s\n",
				long_options[index].name, optarg);
			return OPTIONS_WRONG;
		}
	}
	const enum options_status status = check_whole(&options, argc, argv, trouble);
	if (status == OPTIONS_OK) {
		*out = options;
	}
	return status;
}
