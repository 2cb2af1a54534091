#!/bin/sh
# Includes point downward only, each library is spoken to by one file of a folder, and no file
# outgrows its idea.
set -u
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
say() { echo "$1" | tee -a "$faults"; }

# FOLDER  FOLDERS-IT-MAY-INCLUDE
while read -r folder may; do
	for file in "$folder"/*.[ch] "$folder"/*.cpp; do
		[ -f "$file" ] || continue
		for target in $(sed -n 's/^# *include "\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
			case " $may " in
			*" $target "*) ;;
			*) say "$file includes $target/, which lies above or beside it" ;;
			esac
		done
	done
done <<'RULES'
reader reader
db db assets
kiosk kiosk reader db assets
centre centre reader db assets
assets assets
RULES

# LIBRARY'S-HEADER  FOLDERS-THAT-MAY, one file in each
while read -r pattern folders; do
	for folder in reader db kiosk centre assets; do
		files=$(grep -lE "^# *include <$pattern" "$folder"/*.[ch] "$folder"/*.cpp 2>/dev/null)
		[ -n "$files" ] || continue
		case " $folders " in
		*" $folder "*) ;;
		*) say "$files: <$pattern> does not belong in $folder/" ;;
		esac
		[ "$(echo "$files" | wc -l)" -eq 1 ] ||
			say "<$pattern> is included by several files: $(echo "$files" | tr '\n' ' ')"
	done
done <<'RULES'
sqlite3 db
sodium reader db
gcrypt db
openssl/ reader
jansson db kiosk centre
zlib reader
iconv centre
nfc/ reader
libv4l reader
linux/videodev2 reader
seccomp reader
linux/landlock reader
png reader
jpeglib reader
qrencode reader
ZXing reader
SDL kiosk
fontconfig kiosk
cairo centre
pango centre
RULES

# The folders of the design, and no drawer for leftovers.
for folder in */; do
	case $folder in
	reader/ | db/ | kiosk/ | centre/ | assets/ | tests/ | build/) ;;
	*) say "$folder is not in the layout" ;;
	esac
done
for file in */*.c */*.h */*.cpp; do
	[ -f "$file" ] || continue
	lines=$(wc -l <"$file")
	[ "$lines" -le 600 ] || say "$file has $lines lines: past 600 it wants splitting"
done
[ ! -s "$faults" ]
