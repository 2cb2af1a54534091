# Turns the phrase files (key,zh,en; double quotes where a comma stands inside) into phrases.h and .c:
# enum phrase { PHRASE_… } and the two texts of each, so that a key that is missing does not compile.
function field(line, out,    n, text, c) {
	# One CSV field from the front of `line` into out[1]; returns the rest behind the comma.
	if (substr(line, 1, 1) != "\"") {
		n = index(line, ",")
		if (n == 0) { out[1] = line; return "" }
		out[1] = substr(line, 1, n - 1)
		return substr(line, n + 1)
	}
	text = ""
	line = substr(line, 2)
	while ((n = index(line, "\"")) > 0) {
		text = text substr(line, 1, n - 1)
		if (substr(line, n + 1, 1) != "\"") break
		text = text "\""
		line = substr(line, n + 2)
	}
	out[1] = text
	return substr(line, n + 2)
}
function quoted(text) {
	gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text)
	return "\"" text "\""
}
BEGIN { count = 0 }
FNR == 1 || /^#/ || /^$/ { next }
{
	rest = field($0, one); key = one[1]
	rest = field(rest, one); zh[count] = one[1]
	rest = field(rest, one); en[count] = one[1]
	if (key in seen || zh[count] == "" || en[count] == "") {
		print FILENAME ":" NR ": " key ": twice, or without a text" > "/dev/stderr"
		failed = 1; exit 1
	}
	seen[key] = 1
	gsub(/[^A-Za-z0-9]/, "_", key)
	name[count++] = toupper(key)
}
END {
	if (failed) exit 1
	print "/* Made from the phrase files of assets/. */\n#ifndef YOUDAI_GEN_PHRASES_H\n#define YOUDAI_GEN_PHRASES_H\n" > header
	print "#include <stdbool.h>\n\nenum phrase {" > header
	for (i = 0; i < count; i++) print "\tPHRASE_" name[i] "," > header
	print "\tPHRASE_COUNT\n};\n" > header
	print "/* The text, a static string in UTF-8. */\nconst char *phrase(enum phrase which, bool english);\n\n#endif" > header
	print "/* Made from the phrase files of assets/. */\n#include \"phrases.h\"\n\nstatic const char *const texts[PHRASE_COUNT][2] = {" > source
	for (i = 0; i < count; i++) print "\t{ " quoted(zh[i]) ", " quoted(en[i]) " }," > source
	print "};\n\nconst char *phrase(enum phrase which, bool english)\n{\n\treturn texts[which][english];\n}" > source
}
