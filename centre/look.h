/*
 * The colours of the pages that staff print and pass on.  They are those of the kiosk's screens;
 * nothing else of the centre names a colour.
 */
#ifndef YOUDAI_CENTRE_LOOK_H
#define YOUDAI_CENTRE_LOOK_H

#define LOOK_PAPER       "#FBF8F3"
#define LOOK_INK         "#211C17"
#define LOOK_QUIET       "#554C43" /* a second language, a footer */
#define LOOK_RED         "#9E1B16"
#define LOOK_GOLD        "#F2C14E" /* never text on white */
#define LOOK_GREEN       "#0F5B33"
#define LOOK_BLUE        "#1D4E89"
#define LOOK_AMBER       "#6B3F00"
#define LOOK_AMBER_LIGHT "#FFF4DC"
#define LOOK_LINE        "#8A8178"
#define LOOK_LINE_LIGHT  "#DED7CC" /* a rule that only guides the eye */
#define LOOK_WHITE       "#FFFFFF"

#endif
