#include "centre/scale_name.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The most frequent first. */
static const char *const surnames[] = {
	"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱",
	"胡", "郭", "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "邓",
	"冯", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余", "于", "杜",
	"叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚", "沈", "钟", "姜", "崔", "谭",
	"陆", "范", "汪", "廖", "石", "金", "韦", "贾", "夏", "付", "方", "邹", "熊", "白",
	"孟", "秦", "邱", "侯", "江", "尹", "薛", "闫", "段", "雷", "龙", "黎", "史", "陶",
	"贺", "毛", "郝", "顾", "龚", "邵", "万", "钱", "严", "覃", "武", "戴", "莫", "孔",
};

static const char *const compound[] = { "欧阳", "上官", "司马", "诸葛", "尉迟",
					"皇甫", "慕容", "令狐", "司徒", "东方" };

/* U+20BB7, U+2C029, U+2B5AF, U+2A6D6, U+20089, U+2CB31, U+2B7F9, U+2C0A9, and two of Extension A. */
static const char *const rare[] = {
	"\U00020BB7", "\U0002C029", "\U0002B5AF", "\U0002A6D6", "\U00020089",
	"\U0002CB31", "\U0002B7F9", "\U0002C0A9", "\u3402",     "\u4DAE",
};

/* By sex and age. */
static const char *const given[2][2][24] = {
	{ { "伟", "强", "磊", "军", "勇", "涛", "鹏", "杰", "浩", "斌", "宇", "飞",
	    "辉", "超", "波", "刚", "凯", "俊", "健", "晨", "阳", "博", "旭", "帅" },
	  { "建", "国", "志", "明", "德", "福", "文", "华", "光", "荣", "永", "春",
	    "庆", "成", "忠", "义", "树", "根", "长", "贵", "生", "保", "卫", "援" } },
	{ { "静", "敏", "丽", "艳", "娟", "霞", "婷", "雪", "倩", "颖", "琳", "慧",
	    "佳", "欣", "悦", "萍", "莉", "蕾", "楠", "洁", "晶", "娜", "璐", "瑶" },
	  { "秀", "英", "桂", "兰", "玉", "梅", "珍", "凤", "淑", "芳", "素", "琴",
	    "月", "香", "菊", "莲", "爱", "翠", "金", "花", "美", "云", "红", "霞" } },
};

#define PICK(draw, list) ((list)[scale_draw_below(draw, COUNT(list))])

/* The lesser of two draws: those at the front are met more often. */
static const char *pick_surname(struct scale_draw *draw)
{
	uint32_t a = scale_draw_below(draw, COUNT(surnames));
	uint32_t b = scale_draw_below(draw, COUNT(surnames));

	return surnames[a < b ? a : b];
}

void scale_name_make(char out[static SCALE_NAME_SIZE], struct scale_draw *draw,
		     enum scale_name_kind kind, bool female, bool elder)
{
	const char *const *characters = given[female][elder];
	const char *surname =
		kind == SCALE_NAME_COMPOUND ? PICK(draw, compound) : pick_surname(draw);
	const char *first = characters[scale_draw_below(draw, COUNT(given[0][0]))];
	const char *second = characters[scale_draw_below(draw, COUNT(given[0][0]))];

	if (kind == SCALE_NAME_RARE)
		second = PICK(draw, rare);
	/* One in five has a given name of one character. */
	else if (scale_draw_below(draw, 5) == 0)
		second = "";
	snprintf(out, SCALE_NAME_SIZE, "%s%s%s", surname, first, second);
}
