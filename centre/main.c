/* youdai: the service centre's program.  See command.h. */
#include "centre/command.h"
#include "db/private_memory.h"

int main(int argc, char **argv)
{
	memory_keep_private();
	return command_main(argc, argv);
}
