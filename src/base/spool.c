#include "base/spool.h"

#include <string.h>
#include <unistd.h>

bool base_spool_begin(struct base_spool *spool, struct base_error *ret_error)
{
    *spool = (struct base_spool){0};
    int fd = base_os_temporary(&spool->folder, ret_error);
    if (fd < 0)
        return false;
    spool->text = base_text_to_fd(fd);
    return true;
}

bool base_spool_map(struct base_spool *spool, struct base_mapping *ret_mapping, struct base_error *ret_error)
{
    if (!base_text_flush(&spool->text))
        return base_fail(ret_error, "no room for a temporary copy in %s: %s (TMPDIR can name another folder)",
                         spool->folder, strerror(spool->text.failed));
    return base_os_map_open(spool->text.fd, ret_mapping, ret_error);
}

void base_spool_release(struct base_spool *spool)
{
    if (spool->text.to_fd)
        close(spool->text.fd);
    base_text_release(&spool->text);
}
