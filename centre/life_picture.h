/*
 * The life of a certificate as a picture: db/life.c's table of transitions as text, JSON, or a graph
 * for Graphviz.
 *
 * Drawn from the table alone; adds where a step is drawn, and nothing that decides.
 */
#ifndef YOUDAI_CENTRE_LIFE_PICTURE_H
#define YOUDAI_CENTRE_LIFE_PICTURE_H

#include <stdio.h>

void life_picture_text(FILE *out);
void life_picture_json(FILE *out);
void life_picture_dot(FILE *out);

#endif
