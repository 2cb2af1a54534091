#include "centre/page.h"

#include "centre/look.h"
#include "db/china_time.h"

/* --- how it looks --- */

/* Letters are 16 pixels and more on the screen, 10 points and more on paper.  A plot keeps the
 * width it is drawn for, and a narrow screen scrolls it sideways. */
static const char style[] =
	"html{font:16px/1.5 'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC',"
	"'Microsoft YaHei',system-ui,sans-serif;color:" LOOK_INK ";background:" LOOK_PAPER ";"
	"-webkit-text-size-adjust:100%}\n"
	"body{max-width:60rem;margin:0 auto;padding:0 1.25rem 3rem}\n"
	"header{border-top:6px solid " LOOK_RED ";padding-top:1.75rem;margin-bottom:2.5rem}\n"
	"h1{font-size:2rem;line-height:1.3;margin:0}\n"
	"h2{font-size:1.5rem;line-height:1.35;margin:0;padding-bottom:.5rem;"
	"border-bottom:2px solid " LOOK_INK "}\n"
	".en{color:" LOOK_QUIET ";font-weight:normal}\n"
	"h1 .en,h2 .en{display:block;font-size:1.125rem}\n"
	"p{margin:.75rem 0}\n"
	"p .en,dt .en,th .en{display:block}\n"
	".as-of{color:" LOOK_QUIET "}\n"
	".demo{display:inline-block;margin:.5rem 0 0;padding:.25rem .75rem;color:" LOOK_AMBER ";"
	"background:" LOOK_AMBER_LIGHT ";border:1px solid " LOOK_AMBER ";border-radius:4px}\n"
	"section{margin:0 0 3rem}\n"
	"dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem;"
	"margin:1.25rem 0 1.5rem}\n"
	"dl div{display:flex;flex-direction:column;justify-content:space-between;"
	"padding:1rem 1.125rem;background:" LOOK_WHITE ";border:1px solid " LOOK_LINE_LIGHT ";"
	"border-radius:6px}\n"
	"dt{line-height:1.35}\n"
	"dd{margin:.5rem 0 0;font-size:1.75rem;line-height:1.2;font-weight:bold;"
	"font-variant-numeric:tabular-nums}\n"
	"dd small{font-size:1rem;font-weight:normal;white-space:nowrap;color:" LOOK_QUIET "}\n"
	".wide{overflow-x:auto;margin:1.25rem 0}\n"
	"table{border-collapse:collapse;width:100%;line-height:1.35}\n"
	"th{text-align:left;vertical-align:bottom;border-bottom:2px solid " LOOK_INK "}\n"
	"th,td{padding:.45rem .75rem .45rem 0}\n"
	"td:first-child{min-width:7rem}\n"
	"td{vertical-align:top;border-bottom:1px solid " LOOK_LINE_LIGHT "}\n"
	".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;"
	"padding-right:0;padding-left:.75rem}\n"
	".n+td:not(.n),.n+th:not(.n){padding-left:1.5rem}\n"
	".rows{color:" LOOK_QUIET "}\n"
	"figure{margin:1.5rem 0;padding:1.25rem;background:" LOOK_WHITE ";"
	"border:1px solid " LOOK_LINE_LIGHT ";border-radius:6px;overflow-x:auto}\n"
	"svg{display:block;min-width:50rem;max-width:56rem;width:100%;height:auto;margin:0 auto}\n"
	".note{padding:.5rem 0 .5rem 1rem;border-left:4px solid " LOOK_BLUE "}\n"
	"footer{border-top:1px solid " LOOK_LINE ";padding-top:.75rem;color:" LOOK_QUIET "}\n";

static const char print_style[] =
	"@page{size:A4;margin:16mm 15mm 18mm;"
	"@bottom-right{content:counter(page) ' / ' counter(pages);font:10pt sans-serif}}\n"
	"@media print{\n"
	"html{font-size:10.5pt;line-height:1.4;color:#000;background:#fff}\n"
	"body{max-width:none;padding:0 1px}\n"
	".en,.as-of,.rows,dd small,footer{color:#000}\n"
	"header{padding-top:1rem;margin-bottom:1.5rem;border-top-width:3pt}\n"
	"h1{font-size:20pt}h2{font-size:15pt}h1 .en,h2 .en{font-size:11pt}\n"
	"h1,h2,h2+p{break-after:avoid}\n"
	"section{margin-bottom:1.5rem}\n"
	"dl{grid-template-columns:repeat(3,1fr);gap:3mm}\n"
	"dl div,figure{background:none;border-color:#999}\n"
	"h1,h2,p,dl,dl div,figure,tr{break-inside:avoid}\n"
	"dd{font-size:18pt}dd small{font-size:10pt}\n"
	"figure{padding:2mm 1mm;overflow:visible}\n"
	".wide{overflow:visible}\n"
	"thead{display:table-header-group}\n"
	"td{border-color:#999;padding-top:.3rem;padding-bottom:.3rem}\n"
	"svg{min-width:0;max-width:none}\n"
	"text[fill='" LOOK_QUIET "']{fill:#000}\n"
	".demo{color:#000;background:none;border-color:#000}\n"
	"}\n";

/* --- text --- */

static void put_both(FILE *out, struct bilingual both)
{
	markup_text(out, both.zh);
	if (both.en == NULL || both.en[0] == '\0')
		return;
	fputs(" <span class=\"en\">", out);
	markup_text(out, both.en);
	fputs("</span>", out);
}

static void put_paragraph(FILE *out, const char *kind, struct bilingual both)
{
	bool is_empty =
		(both.zh == NULL || both.zh[0] == '\0') && (both.en == NULL || both.en[0] == '\0');

	if (is_empty)
		return;
	fprintf(out, "<p%s>", kind);
	put_both(out, both);
	fputs("</p>\n", out);
}

/* --- the page --- */

static void put_as_of(FILE *out, int64_t as_of)
{
	struct china_time time = china_time_at(as_of);

	fprintf(out,
		"<p class=\"as-of\">数据截至 As of %04d-%02d-%02d %02d:%02d "
		"北京时间 Beijing time</p>\n",
		time.year, time.month, time.day_of_month, time.minute / 60, time.minute % 60);
}

void page_begin(struct page *page, FILE *out, const struct page_head *head)
{
	*page = (struct page){ .out = out };
	fputs("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; img-src data:\"/>\n"
	      "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
	      "<meta name=\"robots\" content=\"noindex\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
	      out);
	markup_both(out, head->title);
	fprintf(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<header>\n<h1>", style,
		print_style);
	put_both(out, head->title);
	fputs("</h1>\n", out);
	put_paragraph(out, "", head->subtitle);
	put_as_of(out, head->as_of);
	if (head->is_demo)
		fputs("<p class=\"demo\">演示数据 · demonstration data</p>\n", out);
	fputs("</header>\n<main>\n", out);
}

static void end_section(struct page *page)
{
	if (page->in_section)
		fputs("</section>\n", page->out);
	page->in_section = false;
}

bool page_end(struct page *page)
{
	end_section(page);
	fputs("</main>\n<footer>优待证管理系统生成 · made by Youdai</footer>\n</body>\n</html>\n",
	      page->out);
	return fflush(page->out) == 0 && ferror(page->out) == 0;
}

void page_section(struct page *page, struct bilingual heading, struct bilingual explanation)
{
	end_section(page);
	fputs("<section>\n<h2>", page->out);
	put_both(page->out, heading);
	fputs("</h2>\n", page->out);
	put_paragraph(page->out, "", explanation);
	page->in_section = true;
}

/* --- what stands on it --- */

/* A long number breaks at its commas alone. */
static void put_large(FILE *out, const char *number)
{
	for (; *number != '\0'; number++) {
		fputc(*number, out);
		if (*number == ',')
			fputs("<wbr/>", out);
	}
}

static void put_figure(FILE *out, const struct page_figure *figure)
{
	static void (*const write[])(char[static MARKUP_NUMBER_SIZE], int64_t) = {
		[FIGURE_COUNT] = markup_count,
		[FIGURE_MONEY] = markup_yuan,
		[FIGURE_PERMILLE] = markup_permille,
	};
	char number[MARKUP_NUMBER_SIZE] = "–";

	if (!figure->unknown)
		write[figure->kind](number, figure->number);
	fputs("<div><dt>", out);
	put_both(out, figure->label);
	fputs("</dt><dd>", out);
	put_large(out, number);
	if (figure->kind == FIGURE_MONEY && !figure->unknown)
		fputs(" <small>元 yuan</small>", out);
	fputs("</dd></div>\n", out);
}

void page_figures(struct page *page, const struct page_figure *figures, size_t count)
{
	if (count == 0)
		return;
	fputs("<dl>\n", page->out);
	for (size_t i = 0; i < count; i++)
		put_figure(page->out, &figures[i]);
	fputs("</dl>\n", page->out);
}

void page_note(struct page *page, struct bilingual note)
{
	put_paragraph(page->out, " class=\"note\"", note);
}

struct table page_table(const struct page *page)
{
	return (struct table){ .form = TABLE_HTML, .out = page->out };
}

int page_plot_begin(struct page *page)
{
	fputs("<figure>\n", page->out);
	return ++page->plots;
}

void page_plot_end(struct page *page)
{
	fputs("</figure>\n", page->out);
}
