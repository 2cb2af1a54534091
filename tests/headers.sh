#!/bin/sh
# Each header compiles alone.
set -u
folder=${1:-build/test-gcc}
make --no-print-directory -s OBJ="$folder" "$folder/gen/phrases.h" || exit 1
fault=0
for header in */*.h; do
	echo "#include \"$header\"" | gcc -std=c2x -D_GNU_SOURCE -Wall -Wextra -Werror -I. -I"$folder/gen" \
		-fsyntax-only -x c - || fault=1
done
exit $fault
