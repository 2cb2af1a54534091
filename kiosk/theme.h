/*
 * Every colour and every size of the screens, and nothing else.
 *
 * Sizes are pixels where the shorter side of the screen has 1080 lines; page.h scales them.
 */
#ifndef YOUDAI_KIOSK_THEME_H
#define YOUDAI_KIOSK_THEME_H

#define THEME_LINES        1080
#define THEME_LARGE        135 /* [%] of every type in large-type mode */
#define THEME_LEAST_TYPE   18  /* [px] of the screen itself, whatever its size */
#define THEME_LEAST_SHRINK 50  /* [%] to which a crowded screen may shrink its type and gaps */

/* --- colours --- */

#define COLOUR_PAPER      0xFBF8F3
#define COLOUR_INK        0x211C17
#define COLOUR_QUIET      0x554C43
#define COLOUR_RED        0x9E1B16
#define COLOUR_RED_DOWN   0x7C1410 /* pressed */
#define COLOUR_GOLD       0xF2C14E
#define COLOUR_PALE_GOLD  0xF6D48A /* lines of the pictured card */
#define COLOUR_GREEN      0x0F5B33
#define COLOUR_GREEN_DOWN 0x0A4024
#define COLOUR_BLUE       0x1D4E89
#define COLOUR_AMBER      0x6B3F00
#define COLOUR_CREAM      0xFFF4DC
#define COLOUR_LINE       0x8A8178 /* edges of what can be touched */
#define COLOUR_FAINT      0xD9D3C8 /* edges of what cannot, rules between lines */
#define COLOUR_WHITE      0xFFFFFF
#define COLOUR_WHITE_DOWN 0xECE6DC
#define COLOUR_IDLE       0xF1ECE3 /* a disabled button's face */
#define COLOUR_IDLE_INK   0x6A6158 /* and its words */
#define COLOUR_IDLE_BAR   0xE9C3C0 /* words of a disabled button on red */

/* Every pair of a text's colour and what it stands on; tests hold each to 4.5 to 1. */
#define THEME_PAIRS(X)                     \
	X(COLOUR_INK, COLOUR_PAPER)        \
	X(COLOUR_INK, COLOUR_WHITE)        \
	X(COLOUR_INK, COLOUR_CREAM)        \
	X(COLOUR_INK, COLOUR_WHITE_DOWN)   \
	X(COLOUR_QUIET, COLOUR_PAPER)      \
	X(COLOUR_QUIET, COLOUR_WHITE)      \
	X(COLOUR_QUIET, COLOUR_WHITE_DOWN) \
	X(COLOUR_GREEN, COLOUR_PAPER)      \
	X(COLOUR_GREEN, COLOUR_WHITE)      \
	X(COLOUR_GREEN, COLOUR_WHITE_DOWN) \
	X(COLOUR_BLUE, COLOUR_PAPER)       \
	X(COLOUR_AMBER, COLOUR_CREAM)      \
	X(COLOUR_AMBER, COLOUR_PAPER)      \
	X(COLOUR_AMBER, COLOUR_WHITE)      \
	X(COLOUR_WHITE, COLOUR_RED)        \
	X(COLOUR_WHITE, COLOUR_RED_DOWN)   \
	X(COLOUR_WHITE, COLOUR_GREEN)      \
	X(COLOUR_WHITE, COLOUR_GREEN_DOWN) \
	X(COLOUR_WHITE, COLOUR_BLUE)       \
	X(COLOUR_WHITE, COLOUR_QUIET)      \
	X(COLOUR_GOLD, COLOUR_RED)         \
	X(COLOUR_IDLE_INK, COLOUR_IDLE)    \
	X(COLOUR_IDLE_BAR, COLOUR_RED)

/* --- type --- */

#define TYPE_PASS     132 /* 请通行 */
#define TYPE_GREETING 104
#define TYPE_AMOUNT   108
#define TYPE_REASON   72
#define TYPE_TITLE    60
#define TYPE_DIGIT    62
#define TYPE_LEAD     52
#define TYPE_MAIN     46 /* the one main action */
#define TYPE_ITEM     42
#define TYPE_BUTTON   40
#define TYPE_TEXT     36
#define TYPE_SECOND   30
#define TYPE_LEAST    24

/* --- distances --- */

#define BAR_HEIGHT     104
#define BAR_ROW        96 /* each further row of the bar, portrait */
#define FOOTER_HEIGHT  64
#define MARGIN         56
#define INDENT         121 /* the greeting's and the results' left edge */
#define GAP            22  /* between things that can be touched */
#define GAP_WIDE       32
#define GAP_PART       44 /* between parts of a screen */
#define TOUCH_LEAST    80
#define TOUCH_MAIN     116
#define BUTTON_PADDING 50
#define CARD_PADDING   36
#define CARD_INSET     24 /* of a choice, which is smaller */
#define CARD_GAP       8
#define RADIUS         22
#define RADIUS_SMALL   16
#define RADIUS_CARD    26
#define EDGE           4 /* of what can be touched */
#define EDGE_FAINT     3
#define EDGE_BEST      6
#define SINK           4  /* of a pressed button */
#define MARK           76 /* the square with a scene's character */
#define ICON_RESULT    188
#define PICTURE_MOST   690 /* the certificate over the reader */
#define RECEIPT        520

#endif
