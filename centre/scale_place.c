#include "centre/scale_place.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- who is on file --- */

/* Shares as a county has them; those who may hold no certificate last.  Nobody counts them so: they
 * are chosen so that each class and each grade is there. */
static const struct scale_class county[] = {
	{ "red_army", 1, 1, true },
	{ "demobilised", 12, 1, true },
	{ "returned_ill", 20, 1, true },
	{ "veteran.retired", 22, 1, true },
	{ "veteran.conscript;war", 45, 1, true },
	{ "veteran.conscript;nuclear", 8, 1, true },
	{ "veteran.conscript", 560, 1, false },
	{ "veteran.nco", 120, 1, false },
	{ "veteran.officer", 60, 1, false },
	{ "veteran.officer;war", 8, 1, true },
	{ "veteran.conscript;disabled:10:illness", 4, 1, false },
	/* judged anew: worse since 2020 */
	{ "veteran.nco;disabled:9:illness@..2020-05-31;disabled:7:illness@2020-06-01..", 2, 1,
	  false },
	{ "veteran.conscript;disabled:8:duty", 8, 1, false },
	{ "veteran.nco;disabled:7:duty", 4, 1, false },
	{ "veteran.conscript;disabled:6:war;war", 4, 1, true },
	{ "veteran.officer;disabled:4:duty", 1, 1, false },
	{ "veteran.conscript;disabled:1:war;war", 1, 1, true },
	{ "veteran.conscript;family.martyr", 3, 1, false },
	{ "family.martyr", 14, 2, false },
	{ "family.duty", 8, 2, false },
	{ "family.illness", 15, 2, false },
	{ "disabled:9:duty", 10, 0, false }, /* a 残疾军人证 alone */
	{ "", 70, 0, false },                /* families of serving soldiers, files half done */
};

/* Those who applied, all of whom may hold one. */
#define APPLICANTS (COUNT(county) - 2)

/* 224 records of 555 people: 175 conscripts, 27 transferred officers, 10 retired, 2 demobilised, 5
 * disabled (non-commissioned officers here, so that the other classes keep their count), 1 family of a
 * deceased, 4 soldiers' families, whose papers are others; of 331 people no record is there. */
static const struct scale_class xinle[] = {
	{ "veteran.retired", 10, 1, true },
	{ "demobilised", 2, 1, true },
	{ "veteran.conscript", 175, 1, false },
	{ "veteran.officer", 27, 1, false },
	{ "veteran.nco;disabled:7:duty", 5, 1, false },
	{ "family.illness", 1, 2, false },
	{ "", 4, 0, false },
	{ "", 331, 0, false },
};

/* --- the places --- */

/* What domain.md does not tell is given the share that it tells elsewhere: elders as in Xinle (156 of
 * 555), Shengzhou's certificates (4,011 of 5,046) and the plaques of Shengzhou and Zherong (4,978 of
 * 5,046) as in Rizhao, partners so that each kind of place is there. */
const struct scale_place scale_places[] = {
	{ .like = "rizhao",
	  .region = "371171",
	  .issuer = "yd:371171",
	  .name = "演示经开区",
	  .seed = 371171,
	  .streets = 2,
	  .villages = 92,
	  .persons = 5046,
	  .elders = 1418,
	  .certificates = 4011,
	  .plaques = 4978,
	  .partners = 22,
	  .uses = 400,
	  .classes = county,
	  .class_count = COUNT(county) },
	{ .like = "zherong",
	  .region = "350926",
	  .issuer = "yd:350926",
	  .name = "演示县",
	  .seed = 350926,
	  .demonstrated = true,
	  .all_accepted = true,
	  .towns = 9,
	  .villages = 109,
	  .persons = 2013,
	  .elders = 566,
	  .certificates = 2013,
	  .plaques = 1986,
	  .partners = 33,
	  .uses = 600,
	  .classes = county,
	  .class_count = APPLICANTS },
	{ .like = "shengzhou",
	  .region = "330683",
	  .issuer = "yd:330683",
	  .name = "演示市",
	  .seed = 330683,
	  .streets = 4,
	  .towns = 11,
	  .villages = 273,
	  .persons = 21854,
	  .elders = 6143,
	  .certificates = 17371,
	  .plaques = 21559,
	  .partners = 22,
	  .uses = 800,
	  .classes = county,
	  .class_count = COUNT(county) },
	{ .like = "xinle",
	  .region = "620702",
	  .issuer = "yd:620702",
	  .name = "演示区",
	  .seed = 620702,
	  .plain = true,
	  .streets = 1,
	  .villages = 1,
	  .persons = 555,
	  .elders = 156,
	  .certificates = 220,
	  .plaques = 536,
	  .partners = 8,
	  .uses = 60,
	  .classes = xinle,
	  .class_count = COUNT(xinle) },
};
const size_t scale_place_count = COUNT(scale_places);

const struct scale_place *scale_place_named(const char *like)
{
	for (size_t i = 0; i < scale_place_count; i++)
		if (strcmp(scale_places[i].like, like) == 0)
			return &scale_places[i];
	return NULL;
}

/* --- spreading --- */

/* A prime that divides none of the counts here. */
#define STRIDE 7919

uint32_t scale_spread(uint32_t index, uint32_t count)
{
	return (uint32_t)(((uint64_t)index * STRIDE + STRIDE / 2) % count);
}

uint32_t scale_chosen_before(uint32_t index, uint32_t chosen, uint32_t count)
{
	return (uint32_t)((uint64_t)index * chosen / count);
}

bool scale_is_chosen(uint32_t index, uint32_t chosen, uint32_t count)
{
	return scale_chosen_before(index + 1, chosen, count) >
	       scale_chosen_before(index, chosen, count);
}

/* --- drawing --- */

static uint64_t next(struct scale_draw *draw)
{
	uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct scale_draw scale_draw_begin(const struct scale_place *place, enum scale_stream stream,
				   uint32_t index)
{
	struct scale_draw draw = { place->seed << 40 ^ (uint64_t)stream << 32 ^ index };

	draw.state = next(&draw);
	return draw;
}

uint32_t scale_draw_below(struct scale_draw *draw, uint32_t below)
{
	return (uint32_t)((next(draw) >> 32) * below >> 32);
}
