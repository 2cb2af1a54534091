/*
 * What every screen but `granted` has: the bar above and the footer below, and how high they are.
 */
#ifndef YOUDAI_KIOSK_BAR_H
#define YOUDAI_KIOSK_BAR_H

#include "kiosk/page.h"

int bar_height(const struct page *page); /* [px] */
void bar_lay(struct page *page);
int footer_height(struct page *page); /* [px] */
void footer_lay(struct page *page);

#endif
