#!/bin/sh
# make fuzz: each parser of hostile input under two fuzzers, from its corpus.
#
#   libFuzzer, under sanitizers, each target for FUZZ_SECONDS (default 20)
#   AFL++, another search, each target for AFL_SECONDS (default as many)
#
# and how many lines of what each target is for its corpus reaches.  That is the file of the target's
# name, or those of a line "Covers FILE…." in the target.
#
# A finding is left as build/fuzz/NAME-crash-…, or below build/fuzz-afl/found/fuzz_NAME/default/crashes/.  Run the target
# on it (build/fuzz/fuzz_NAME FILE), mend what is wrong, with a row in the tests of the module, and put the
# file into tests/corpus/NAME/ under a name that says what it is: it is tried first from then on.
set -u
build=${1:-build}
seconds=${FUZZ_SECONDS:-20}
afl_seconds=${AFL_SECONDS:-$seconds}
folder=$build/fuzz
afl=$build/fuzz-afl
jobs=$(nproc)
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
# AFL++ wants a machine of its own; a test leaves the system's settings alone and draws nothing.
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_FAST_CAL=1

seeds_of() {
	echo "tests/corpus/${1#fuzz_}"
}

# The lines of what a target is for that its corpus reaches, in percent.
coverage() {
	name=$1
	files=$(sed -n 's,^.*Covers \(.*\)\.\( \*/\)\{0\,1\}$,\1,p' "tests/$name.c")
	[ -n "$files" ] || files=$(ls ./*/"${name#fuzz_}".c 2>/dev/null)
	[ -n "$files" ] || return
	LLVM_PROFILE_FILE=$folder/$name.profraw "$folder/$name" -runs=0 "$(seeds_of "$name")" >/dev/null 2>&1
	llvm-profdata merge -o "$folder/$name.profdata" "$folder/$name.profraw" &&
		llvm-cov export -summary-only -instr-profile="$folder/$name.profdata" "$folder/$name" $files |
		jq -r '.data[0].files[] | "\(.filename | split("/")[-1]) \(.summary.lines.percent * 10 | round / 10) %"' |
			paste -s -d ';'
}

libfuzzer() {
	name=$1
	mkdir -p "$folder/corpus/$name"
	if LLVM_PROFILE_FILE=/dev/null "$folder/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-max_len=20000 -print_final_stats=1 -artifact_prefix="$folder/$name-" "$folder/corpus/$name" \
		"$(seeds_of "$name")" >"$folder/$name.txt" 2>&1; then
		printf '  ok   %-24s %9s runs, lines by the corpus: %s\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.txt")" "$(coverage "$name")"
	else
		printf '  FAIL %-24s see %s\n' "$name" "$folder/$name.txt"
		tail -n 30 "$folder/$name.txt"
	fi
}

aflplusplus() {
	name=$1
	out=$afl/found/$name
	rm -rf "$out"
	mkdir -p "$out"
	env -u ASAN_OPTIONS -u UBSAN_OPTIONS -u LSAN_OPTIONS -u TSAN_OPTIONS -u AFL_SECONDS \
		afl-fuzz -V "$afl_seconds" -m none -t 5000 -i "$(seeds_of "$name")" -o "$out" \
		-- "$afl/$name" >"$out.txt" 2>&1
	if grep -q '^saved_crashes *: 0$' "$out/default/fuzzer_stats" 2>/dev/null; then
		printf '  ok   %-24s %9s runs of AFL++\n' "$name" \
			"$(sed -n 's/^execs_done *: *//p' "$out/default/fuzzer_stats")"
	else
		printf '  FAIL %-24s AFL++, see %s\n' "$name" "$out"
		tail -n 30 "$out.txt"
	fi
}

if [ "${2:-}" = --one ]; then
	"$3" "$4"
	exit 0
fi

build_libfuzzer() {
	make --no-print-directory -s -j"$jobs" OBJ="$folder" CC=clang CXX=clang++ FUZZ_LINK=-fsanitize=fuzzer \
		MODE="-O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fprofile-instr-generate -fcoverage-mapping" \
		fuzzers >"$build/log-fuzz.txt" 2>&1 || { tail -n 30 "$build/log-fuzz.txt"; exit 1; }
}

# Of all objects only those that the first build's linker took for the targets: lib/member.o of each archive.
build_afl() {
	parts=$(sed -n 's,^(.*lib\([a-z]*\)\.a)\(.*\.o\)$,\1/\2,p' "$folder"/*.parts | sort -u |
		sed -e 's,^test/,tests/,' -e 's,^[a-z]*/\(phrases\|migrations\|regions\|demo\)\.o$,gen/\1.o,' -e "s,^,$afl/,")
	AFL_QUIET=1 make --no-print-directory -s -j"$jobs" OBJ="$afl" CC=afl-clang-fast CXX=afl-clang-fast++ \
		FUZZ_PARTS="$(echo $parts)" FUZZ_LINK=/usr/lib/afl/libAFLDriver.a MODE=-O1 \
		fuzzers >"$build/log-fuzz-afl.txt" 2>&1 || { tail -n 30 "$build/log-fuzz-afl.txt"; exit 1; }
}

each() { # HOW: every target, as many at a time as there are processors
	(cd tests && ls fuzz_*.c) | sed 's/\.c$//' | xargs -P "$jobs" -I{} sh "$0" "$build" --one "$1" {} | tee "$build/fuzz-$1.txt"
	! grep -q '^  FAIL' "$build/fuzz-$1.txt" || failed=1
}

failed=0
mkdir -p "$build"
build_libfuzzer
each libfuzzer
build_afl
each aflplusplus
exit $failed
