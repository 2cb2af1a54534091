#include "reader/grid.h"

#include <math.h>
#include <string.h>

#define FINDER_HALF  3.5F /* [module] from a pattern's middle to its edge, and to the code's edge */
#define SKIP_MIN     12   /* [module] between middles: 14 in version 1, 170 in version 40 */
#define SKIP_MAX     185
#define UNEVEN_MAX   0.25F /* of the two sides of a code, as measured */
#define COSINE_MAX   0.65F /* of the angle between them: a right one seen aslant */
#define STEP         0.5F  /* [px] along a line */
#define VERSIONS     2     /* tried on either side of the one that was measured */
#define DEPTHS       2     /* steps of depth tried on either side */
#define DEPTH_STEP   0.035F
#define ROUNDS       9
#define FIT_MIN      0.45F /* of the finder patterns' contrast, in the other known modules */
#define CONTRAST_MIN 6     /* [grey] */
#define PARAMETERS   8
#define CANDIDATES   24 /* threes that are looked at more closely */

static int clamp(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

/* One of the matrix's rows: a middle's coordinate, or 1, times its depth, at each of the three. */
static void set_row(float row[static 3], const struct grid *grid, int side, float corner,
		    float right, float below)
{
	float across = (right * grid->right_depth - corner) / ((float)side - 2 * FINDER_HALF);
	float down = (below * grid->below_depth - corner) / ((float)side - 2 * FINDER_HALF);

	row[0] = across;
	row[1] = down;
	row[2] = corner - FINDER_HALF * (across + down);
}

struct grid_plane grid_plane(const struct grid *grid, int side)
{
	struct grid_plane plane = { 0 };

	set_row(plane.x, grid, side, grid->corner.x, grid->right.x, grid->below.x);
	set_row(plane.y, grid, side, grid->corner.y, grid->right.y, grid->below.y);
	set_row(plane.depth, grid, side, 1, 1, 1);
	return plane;
}

/* --- how large a module is, seen along a line --- */

#define LINE_MAX 600 /* samples: version 1 over the longer side of a screen */

/* The mean of three pixels across the line. */
static int grey_across(const struct grid_view *view, struct grid_point at, struct grid_point step)
{
	float across_x = -step.y / STEP;
	float across_y = step.x / STEP;

	struct grid_point left = { at.x - across_x, at.y - across_y };
	struct grid_point right = { at.x + across_x, at.y + across_y };

	return (grid_grey(view, left) + grid_grey(view, at) + grid_grey(view, right)) / 3;
}

/* Steps from the middle to the pattern's edge, heart, ring of light, ring of dark; 0: there is none. */
static float edge_of(const int *greys, int count, int threshold)
{
	int changes = 0;

	for (int i = 1; i < count; i++) {
		bool dark = changes % 2 == 0;

		if ((greys[i] <= threshold) == dark) {
			continue;
		}
		if (++changes == 3) {
			return (float)i -
			       (float)(greys[i] - threshold) / (float)(greys[i] - greys[i - 1]);
		}
	}
	return 0;
}

static float half_width(const struct grid_view *view, const struct finder *finder,
			struct grid_point step)
{
	int greys[LINE_MAX];
	int most = 0;
	int least = 255;
	int count = clamp((int)(finder->width * 0.9F / STEP) + 4, LINE_MAX);

	for (int i = 0; i < count; i++) {
		struct grid_point at = { finder->x + (float)i * step.x,
					 finder->y + (float)i * step.y };

		greys[i] = grey_across(view, at, step);
		most = greys[i] > most ? greys[i] : most;
		least = greys[i] < least ? greys[i] : least;
	}
	return edge_of(greys, count, (least + most) / 2) * STEP;
}

/* [px] a module's side at a finder, along the line to another; 0 where it cannot be measured. */
static float module_towards(const struct grid_view *view, const struct finder *finder,
			    const struct finder *other)
{
	float dx = other->x - finder->x;
	float dy = other->y - finder->y;
	float length = hypotf(dx, dy);
	struct grid_point step = { dx / length * STEP, dy / length * STEP };
	float ahead = half_width(view, finder, step);
	float behind = half_width(view, finder, (struct grid_point){ -step.x, -step.y });

	if (ahead > 0 && behind > 0) {
		return (ahead + behind) / (2 * FINDER_HALF);
	}
	return (ahead + behind) / FINDER_HALF;
}

/* --- three finders of one code --- */

/* What two finders are to each other, for a plane that is seen aslant. */
struct pair {
	float modules; /* [module] between them; 0: no code's */
	float depth;   /* of the second, the first being 1 */
};

static struct pair measure(const struct grid_view *view, const struct finder *a,
			   const struct finder *b)
{
	float one = module_towards(view, a, b);
	float other = module_towards(view, b, a);
	float length = hypotf(b->x - a->x, b->y - a->y);

	if (one <= 0 || other <= 0) {
		return (struct pair){ .modules = 0 };
	}
	float modules = length / sqrtf(one * other);

	if (modules < SKIP_MIN || modules > SKIP_MAX) {
		return (struct pair){ .modules = 0 };
	}
	return (struct pair){ modules, sqrtf(one / other) };
}

/* The most likely ones stay, in order. */
static int keep(struct grid *out, int most, int count, const struct grid *guess)
{
	int place = count;

	while (place > 0 && out[place - 1].doubt > guess->doubt) {
		place--;
	}
	if (place == most) {
		return count;
	}
	count += count < most;
	for (int i = count - 1; i > place; i--) {
		out[i] = out[i - 1];
	}
	out[place] = *guess;
	return count;
}

/* A grid with its corner at the first finder; false where the three can be no code's. */
static bool join(struct grid *out, const struct finder *corner, const struct finder *right,
		 const struct finder *below, const struct pair *to_right,
		 const struct pair *to_below)
{
	float ax = right->x - corner->x;
	float ay = right->y - corner->y;
	float bx = below->x - corner->x;
	float by = below->y - corner->y;
	float both = to_right->modules + to_below->modules;
	float uneven = fabsf(to_right->modules - to_below->modules) / both * 2;
	float cosine = fabsf(ax * bx + ay * by) / hypotf(ax, ay) / hypotf(bx, by);

	if (to_right->modules <= 0 || to_below->modules <= 0 || uneven > UNEVEN_MAX ||
	    cosine > COSINE_MAX || ax * by - ay * bx <= 0) {
		return false;
	}
	*out = (struct grid){
		.corner = { corner->x, corner->y },
		.right = { right->x, right->y },
		.below = { below->x, below->y },
		.right_depth = to_right->depth,
		.below_depth = to_below->depth,
		.modules = both / 2,
		.doubt = uneven + cosine / 2 + fabsf(logf(to_right->depth)) +
			 fabsf(logf(to_below->depth)),
	};
	return true;
}

/* --- the known modules --- */

/* How well a version's known modules are there: [grey] light ones are lighter than dark ones; of
 * the finder patterns alone, and of the others alone. */
struct fit {
	float finders;
	float others;
};

static struct fit judge(const struct grid *grid, const struct pattern *pattern,
			const struct grid_view *view)
{
	int sums[2][2] = { { 0 } };
	int counts[2][2] = { { 0 } };
	const struct grid_plane plane = grid_plane(grid, pattern->side);

	for (int i = 0; i < pattern->count; i++) {
		const struct pattern_cell *cell = &pattern->cells[i];
		struct grid_point at =
			grid_place(&plane, (float)cell->x + 0.5F, (float)cell->y + 0.5F);
		int other = i >= pattern->finder_count;

		sums[other][cell->dark] += grid_grey(view, at);
		counts[other][cell->dark]++;
	}
	return (struct fit){
		(float)sums[0][0] / (float)counts[0][0] - (float)sums[0][1] / (float)counts[0][1],
		(float)sums[1][0] / (float)counts[1][0] - (float)sums[1][1] / (float)counts[1][1],
	};
}

/* --- guesses --- */

static int version_of(const struct grid *grid)
{
	int version = (int)lroundf((grid->modules - 10) / 4);

	return version < 1 ? 1 : version > PATTERN_VERSION_MAX ? PATTERN_VERSION_MAX : version;
}

/* Of what only lies like a code, as much of a noisy picture may, those come first that look like one. */
static int look(struct grid out[static GRID_GUESSES], const struct grid_view *view,
		struct grid *candidates, int count)
{
	struct pattern pattern;
	int kept = 0;

	for (int i = 0; i < count; i++) {
		pattern_make(&pattern, version_of(&candidates[i]));
		candidates[i].doubt = -judge(&candidates[i], &pattern, view).finders;
		kept = keep(out, GRID_GUESSES, kept, &candidates[i]);
	}
	return kept;
}

int grid_guess(struct grid out[static GRID_GUESSES], const struct grid_view *view,
	       const struct finders *finders)
{
	static const struct pair none;
	struct pair pairs[FINDERS_MAX][FINDERS_MAX];
	const struct finder *found = finders->found;
	struct grid candidates[CANDIDATES];
	int count = 0;

	for (int i = 0; i < finders->count; i++) {
		pairs[i][i] = none;
		for (int j = i + 1; j < finders->count; j++) {
			pairs[i][j] = measure(view, &found[i], &found[j]);
			pairs[j][i] = pairs[i][j];
			pairs[j][i].depth = 1 / pairs[i][j].depth;
		}
	}
	for (int i = 0; i < finders->count; i++) {
		for (int j = 0; j < finders->count; j++) {
			for (int k = 0; k < finders->count; k++) {
				struct grid guess;

				if (join(&guess, &found[i], &found[j], &found[k], &pairs[i][j],
					 &pairs[i][k])) {
					count = keep(candidates, CANDIDATES, count, &guess);
				}
			}
		}
	}
	return look(out, view, candidates, count);
}

/* --- the grid of one code --- */

static float total(const struct fit *fit)
{
	return fit->finders + 2 * fit->others;
}

/* The best of some depths about the measured ones: small errors there are large far from them.  What is
 * no better than the measured one is not taken: version 1 shows no difference. */
static struct fit try_depths(struct grid *grid, const struct pattern *pattern,
			     const struct grid_view *view)
{
	const struct grid measured = *grid;
	struct fit best = judge(grid, pattern, view);

	for (int i = -DEPTHS; i <= DEPTHS; i++) {
		for (int j = -DEPTHS; j <= DEPTHS; j++) {
			struct grid grid_there = measured;

			grid_there.right_depth *= 1 + DEPTH_STEP * (float)i;
			grid_there.below_depth *= 1 + DEPTH_STEP * (float)j;
			struct fit fit = judge(&grid_there, pattern, view);

			if (total(&fit) > total(&best)) {
				best = fit;
				*grid = grid_there;
			}
		}
	}
	return best;
}

/* Climbs from there, each number by itself, with steps that shrink. */
static struct fit climb(struct grid *grid, const struct pattern *pattern,
			const struct grid_view *view, struct fit best)
{
	float *parameters[PARAMETERS] = {
		&grid->corner.x, &grid->corner.y, &grid->right.x,     &grid->right.y,
		&grid->below.x,  &grid->below.y,  &grid->right_depth, &grid->below_depth,
	};
	float module_px = hypotf(grid->right.x - grid->corner.x, grid->right.y - grid->corner.y) /
			  grid->modules;
	float share = 0.4F;

	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 2 * PARAMETERS; i++) {
			float *parameter = parameters[i / 2];
			float before = *parameter;
			float step = share * (i / 2 < PARAMETERS - 2 ? module_px : DEPTH_STEP);

			*parameter += i % 2 == 0 ? step : -step;
			struct fit fit = judge(grid, pattern, view);

			if (total(&fit) > total(&best)) {
				best = fit;
			} else {
				*parameter = before;
			}
		}
		share *= 0.75F;
	}
	return best;
}

bool grid_fit(struct grid *grid, struct pattern *pattern, const struct grid_view *view)
{
	int middle = version_of(grid);
	const struct grid measured = *grid;
	struct grid found = *grid;
	struct fit best = { -255, -255 };
	int best_version = 0;

	for (int version = middle - VERSIONS; version <= middle + VERSIONS; version++) {
		if (version < 1 || version > PATTERN_VERSION_MAX) {
			continue;
		}
		struct grid there = measured;

		pattern_make(pattern, version);
		struct fit fit = try_depths(&there, pattern, view);

		if (total(&fit) > total(&best)) {
			best = fit;
			best_version = version;
			found = there;
		}
	}
	if (best_version == 0) {
		return false;
	}
	*grid = found;
	pattern_make(pattern, best_version);
	best = climb(grid, pattern, view, best);
	return best.finders >= CONTRAST_MIN && best.others >= FIT_MIN * best.finders;
}
