# Turns files into a C array of names and texts, so that the program carries its demonstration along.
function name_of(path,    parts, n) { n = split(path, parts, "/"); return parts[n] }
BEGIN {
	print "/* Made from assets/demo. */\n#include \"centre/demo.h\"\n\nconst struct demo_file demo_files[] = {"
}
FNR == 1 { if (open) print "\t},"; open = 1; print "\t{ \"" name_of(FILENAME) "\"," }
{ gsub(/\\/, "\\\\\\\\"); gsub(/"/, "\\\""); gsub(/\?/, "\\?"); print "\t\t\"" $0 "\\n\"" }
END {
	if (open) print "\t},"
	print "};\nconst size_t demo_file_count = sizeof demo_files / sizeof *demo_files;"
}
