#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#ifdef SYS_openat2
#include <linux/openat2.h>
#endif

enum {
    MOST_TRIES = 16, /* names may be moved while they are looked up */
    MOST_PARTS = 64, /* of a path that are tried */
};

int base_beneath_folder(const char *path, struct base_error *ret_error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        base_fail(ret_error, "%s", strerror(errno));
    return fd;
}

/* O_NONBLOCK: the opening of a named pipe must not wait for its writer. */
static int open_beneath(int folder, const char *path)
{
#ifdef SYS_openat2
    const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = -1;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
        if (fd >= 0 || (errno != EINTR && errno != EAGAIN))
            break;
    }
    return (int)fd;
#else
    (void)folder;
    (void)path;
    errno = ENOSYS;
    return -1;
#endif
}

/* The file may grow meanwhile: no more is read than it had. */
static bool read_all(int fd, size_t size, struct base_text *out)
{
    char bytes[65536];
    while (size) {
        ssize_t got = read(fd, bytes, size < sizeof bytes ? size : sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (!got)
            break;
        base_text_bytes(out, bytes, (size_t)got);
        size -= (size_t)got;
    }
    return true;
}

enum base_beneath base_beneath_read(int folder, const char *path, size_t most_bytes, struct base_text *out)
{
    struct stat info;
    enum base_beneath done = BASE_BENEATH_MISSING;
    size_t before = out->size;
    int fd = open_beneath(folder, path);
    if (fd < 0)
        return errno == ENOSYS || errno == EPERM ? BASE_BENEATH_NO_MEANS : BASE_BENEATH_MISSING;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        done = BASE_BENEATH_MISSING;
    else if ((uint64_t)info.st_size > most_bytes)
        done = BASE_BENEATH_TOO_BIG;
    else if (read_all(fd, (size_t)info.st_size, out))
        done = BASE_BENEATH_READ;
    else
        out->size = before;
    close(fd);
    return done;
}

/* ---- a file that a trace names ---- */

/* Leading slashes and "." parts say nothing. */
static struct base_str skip_empty(struct base_str path)
{
    for (;;) {
        size_t skip = base_str_begins(path, "/") ? 1 : base_str_begins(path, "./") ? 2 : 0;
        if (!skip)
            return path;
        path = (struct base_str){path.data + skip, path.size - skip};
    }
}

static struct base_str without_first(struct base_str path)
{
    const char *slash = memchr(path.data, '/', path.size);
    size_t skip = slash ? (size_t)(slash - path.data) + 1 : path.size;
    return skip_empty((struct base_str){path.data + skip, path.size - skip});
}

enum base_beneath base_beneath_find(int folder, struct base_str file, struct base_str *ret_path, struct base_text *out)
{
    enum base_beneath done = BASE_BENEATH_MISSING;
    struct base_text path = {0};
    struct base_str rest = skip_empty(file);
    if (file.size && memchr(file.data, '\0', file.size))
        return BASE_BENEATH_MISSING;
    for (int i = 0; i < MOST_PARTS && rest.size && done == BASE_BENEATH_MISSING; i++) {
        path.size = 0;
        base_text_str(&path, rest);
        done = base_beneath_read(folder, base_text_cstring(&path), BASE_MOST_SOURCE_BYTES, out);
        *ret_path = rest;
        rest = without_first(rest);
    }
    base_text_release(&path);
    return done;
}
