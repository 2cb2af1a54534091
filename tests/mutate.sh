#!/bin/sh
# make mutate: turns each comparison of the decision around, one at a time, and counts how many of these
# faults the tests of the decision do not notice.
#
#   tests/mutate.sh BUILD [FILE…]
#
# Each change is linked before the library's own file and run against the decision's tests, without
# sanitizers.  Prints each survivor with its line, and last how many there were; the status is 0
# where no more than MUTANTS_MAX (default 0) survive.  What is listed in tests/mutants.txt, as
# "FILE: LINE", behaves as before, or reads one row too far, which the sanitizers of make test alone see.
set -u
build=${1:-build}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- db/decision.c db/worth.c db/identity.c db/benefit_sense.c
tests="test_decision test_decision_value test_decision_worth test_decision_graded test_decision_properties test_benefit_faults"
copy=$build/mutate
export YOUDAI_SEED=1 # the same survivors each time

mkdir -p "$copy"
objects=$copy/objects
mode="-O1 -g0 -DNDEBUG"

# LINE TAB COLUMN TAB OLD TAB NEW for each comparison of a file that stands in code, not in a comment.
mutants() {
	awk '
	function change(old, new) { printf "%d\t%d\t%s\t%s\n", NR, at, old, new }
	/^#/ { next }
	/^[ \t]*assert\(/ { next } # a promise of our own, left out of what is built here
	{
		line = $0
		if (in_comment) { if (sub(/^.*\*\//, "", line)) in_comment = 0; else next; offset = length($0) - length(line) } else offset = 0
		while (match(line, /\/\*.*\*\//)) line = substr(line, 1, RSTART - 1) sprintf("%" RLENGTH "s", "") substr(line, RSTART + RLENGTH)
		if (match(line, /\/\*/)) { in_comment = 1; line = substr(line, 1, RSTART - 1) }
		gsub(/->/, "  ", line)
		for (i = 1; i <= length(line); i++) {
			at = i + offset
			two = substr(line, i, 2); one = substr(line, i, 1)
			if (two == "<<" || two == ">>") { i++; continue }
			if (two == "<=") { change(two, "<"); change(two, ">"); i++ }
			else if (two == ">=") { change(two, ">"); change(two, "<"); i++ }
			else if (two == "==") { change(two, "!="); i++ }
			else if (two == "!=") { change(two, "=="); i++ }
			else if (two == "&&") { change(two, "||"); i++ }
			else if (two == "||") { change(two, "&&"); i++ }
			else if (one == "<") { change(one, "<="); change(one, ">=") }
			else if (one == ">") { change(one, ">="); change(one, "<=") }
		}
	}' "$1"
}

# The file with one change; the column counts characters of the line before it.
change() { # FILE LINE COLUMN OLD NEW
	awk -v line="$2" -v column="$3" -v old="$4" -v new="$5" '
	NR == line { $0 = substr($0, 1, column - 1) new substr($0, column + length(old)) }
	{ print }' "$1" >"$copy/mutant.c"
}

# The changed file goes before the library, whose own is then not taken.  One that does not build is
# caught by the compiler, one that hangs by the time-out.
is_caught() {
	gcc -std=c2x $mode -D_GNU_SOURCE -I. -I"$objects/gen" -c -o "$copy/mutant.o" "$copy/mutant.c" 2>/dev/null || return 0
	for name in $tests; do
		gcc -o "$copy/test" "$objects/tests/$name.o" "$copy/mutant.o" "$objects/libtest.a" "$objects/libdb.a" \
			"$objects/libassets.a" -lcmocka -ljansson -lsqlite3 -lsodium 2>"$copy/link.txt" || return 0
		timeout 10 "$copy/test" >"$copy/log.txt" 2>&1 || return 0
	done
	return 1
}

targets="$objects/libtest.a $objects/libdb.a $objects/libassets.a"
for name in $tests; do targets="$targets $objects/tests/$name.o"; done
make --no-print-directory -s OBJ="$objects" MODE="$mode" $targets >"$copy/build.txt" 2>&1 || { tail -n 20 "$copy/build.txt"; exit 1; }
for file; do
	cp "$file" "$copy/mutant.c"
	if is_caught; then
		cat "$copy/link.txt" "$copy/log.txt" 2>/dev/null | tail -n 20
		echo "the tests fail before anything of $file is changed"
		exit 1
	fi
done
count=0 caught=0 survivors=0 excused=0
for file; do
	mutants "$file" >"$copy/mutants.txt"
	while IFS='	' read -r line column old new; do
		count=$((count + 1))
		change "$file" "$line" "$column" "$old" "$new"
		if is_caught; then
			caught=$((caught + 1))
		else
			text=$(sed -n "${line}p" "$copy/mutant.c" | sed 's/^[	 ]*//')
			if grep -qxF "$file: $text" tests/mutants.txt 2>/dev/null; then
				excused=$((excused + 1))
			else
				survivors=$((survivors + 1))
				echo "survives: $file: $text"
			fi
		fi
	done <"$copy/mutants.txt"
done
echo "$count mutants, $caught caught, $excused cannot be noticed, $survivors survivors"
[ "$survivors" -le "${MUTANTS_MAX:-0}" ]
