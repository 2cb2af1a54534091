#include "kiosk/fonts.h"

#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <stdlib.h>

struct fonts {
	FcConfig *config;
};

struct fonts *fonts_open(void)
{
	struct fonts *fonts = calloc(1, sizeof(*fonts));

	if (fonts == NULL)
		return NULL;
	fonts->config = FcInitLoadConfigAndFonts();
	if (fonts->config == NULL) {
		free(fonts);
		return NULL;
	}
	return fonts;
}

void fonts_close(struct fonts *fonts)
{
	if (fonts == NULL)
		return;
	FcConfigDestroy(fonts->config);
	free(fonts);
}

static bool has_characters(FcPattern *font, const FcCharSet *wanted)
{
	FcCharSet *has = NULL;

	return FcPatternGetCharSet(font, FC_CHARSET, 0, &has) == FcResultMatch &&
	       FcCharSetIsSubset(wanted, has);
}

static bool font_file_of(struct font_file *out, FcPattern *font)
{
	FcChar8 *path = NULL;
	int index = 0;

	if (FcPatternGetString(font, FC_FILE, 0, &path) != FcResultMatch)
		return false;
	if (FcPatternGetInteger(font, FC_INDEX, 0, &index) != FcResultMatch)
		index = 0;
	out->index = index & 0xffff; /* the upper half names an instance of a variable font */
	int length = snprintf(out->path, sizeof(out->path), "%s", (const char *)path);
	return length > 0 && (size_t)length < sizeof(out->path);
}

/* The best match for the pattern that really has the characters; consumes the pattern. */
static bool match(struct fonts *fonts, struct font_file *out, FcPattern *pattern,
		  const FcCharSet *wanted)
{
	FcResult result;

	FcPatternAddCharSet(pattern, FC_CHARSET, wanted);
	FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
	FcConfigSubstitute(fonts->config, pattern, FcMatchPattern);
	FcDefaultSubstitute(pattern);
	FcPattern *font = FcFontMatch(fonts->config, pattern, &result);
	bool found = font != NULL && has_characters(font, wanted) && font_file_of(out, font);
	if (font != NULL)
		FcPatternDestroy(font);
	FcPatternDestroy(pattern);
	return found;
}

bool fonts_text(struct fonts *fonts, struct font_file *out, enum weight weight)
{
	static const FcChar32 needed[] = { 0x4f18, 0x5f85, 0x8001, 0x5175, 'A', '0' };
	FcPattern *pattern = FcPatternCreate();
	FcCharSet *wanted = FcCharSetCreate();

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		FcCharSetAddChar(wanted, needed[i]);
	FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)"Noto Sans CJK SC");
	FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)"Source Han Sans SC");
	FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)"sans-serif");
	FcPatternAddString(pattern, FC_LANG, (const FcChar8 *)"zh-cn");
	FcPatternAddInteger(pattern, FC_WEIGHT,
			    weight == WEIGHT_BOLD ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
	bool found = match(fonts, out, pattern, wanted);
	FcCharSetDestroy(wanted);
	return found;
}

bool fonts_for_character(struct fonts *fonts, struct font_file *out, uint32_t character)
{
	FcCharSet *wanted = FcCharSetCreate();

	FcCharSetAddChar(wanted, character);
	bool found = match(fonts, out, FcPatternCreate(), wanted);
	FcCharSetDestroy(wanted);
	return found;
}
