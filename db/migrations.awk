# Turns the numbered migrations into one C array of strings, in the order in which they are given.
FNR == 1 { if (open) print "\t,"; open = 1; print (NR == 1 ? "/* Made from db/migrations. */\n#include <stddef.h>\n\nextern const char *const registry_migrations[];\nextern const size_t registry_migration_count;\n\nconst char *const registry_migrations[] = {" : "") }
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); print "\t\"" $0 "\\n\"" }
END { print "};\nconst size_t registry_migration_count = sizeof registry_migrations / sizeof *registry_migrations;" }
