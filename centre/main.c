/* youdai: the service centre's program.  See command.h. */
#include "centre/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
