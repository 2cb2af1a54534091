# Turns regions.csv (code,zh,en; no quotes) into the table that db/region.c looks into.
BEGIN { FS = ","; print "/* Made from assets/regions.csv. */\n#include \"db/region.h\"\n\nconst struct region region_table[] = {" }
FNR == 1 || /^#/ || /^$/ { next }
NF != 3 || $1 !~ /^[0-9]+$/ || $2 == "" || $3 == "" || $1 in seen {
	print FILENAME ":" FNR ": not a code that is new and two names" > "/dev/stderr"
	failed = 1
	exit 1
}
{ seen[$1] = 1; printf "\t{ \"%s\", { \"%s\", \"%s\" } },\n", $1, $2, $3 }
END { if (failed) exit 1; print "\t{ 0 },\n};" }
