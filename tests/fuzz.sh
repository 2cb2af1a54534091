#!/bin/sh
# Runs each fuzz target from its corpus for FUZZ_SECONDS (default 20).  A finding is left in
# build/fuzz/ and belongs into tests/corpus/ once it is mended.
set -u
build=${1:-build}
seconds=${FUZZ_SECONDS:-20}
folder=$build/fuzz
mkdir -p "$build"
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
make --no-print-directory -s -j"$(nproc)" OBJ="$folder" CC=clang CXX=clang++ FUZZ_LINK=-fsanitize=fuzzer \
	MODE="-O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" \
	fuzzers >"$build/log-fuzz.txt" 2>&1 || { tail -n 30 "$build/log-fuzz.txt"; exit 1; }

one() {
	name=$1
	mkdir -p "$folder/corpus/$name"
	seeds=
	[ -d "tests/corpus/${name#fuzz_}" ] && seeds=tests/corpus/${name#fuzz_}
	if "$folder/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=20000 \
		-print_final_stats=1 -artifact_prefix="$folder/$name-" "$folder/corpus/$name" $seeds \
		>"$folder/$name.txt" 2>&1; then
		printf '  ok   %-24s %s runs, coverage %s\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.txt")" \
			"$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$folder/$name.txt" | tail -n 1)"
	else
		printf '  FAIL %-24s see %s\n' "$name" "$folder/$name.txt"
		tail -n 30 "$folder/$name.txt"
		failed=1
	fi
}
failed=0
for source in tests/fuzz_*.c; do
	one "$(basename "$source" .c)"
done
exit $failed
