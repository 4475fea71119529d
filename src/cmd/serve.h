/* The viewer: reads the trace, serves the pages, opens the browser, and stays until it is interrupted. */
#ifndef KYMO_CMD_SERVE_H
#define KYMO_CMD_SERVE_H

#include "cmd/cmd.h"

/* source_root: the folder of the program's source; NULL: not told. */
int cmd_serve(const struct cmd_usage *usage, const char *address, const char *binary, const char *source_root,
              const char *path);

#endif
