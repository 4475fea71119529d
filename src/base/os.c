#include "base/os.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/random.h>
#endif

/* The descriptor that a path stands for, or -1. */
static int descriptor_of(const char *path)
{
    static const char folder[] = "/dev/fd/";
    char *end;
    if (strcmp(path, "/dev/stdin") == 0)
        return STDIN_FILENO;
    if (strncmp(path, folder, sizeof folder - 1) != 0 || !isdigit((unsigned char)path[sizeof folder - 1]))
        return -1;
    errno = 0;
    long number = strtol(path + sizeof folder - 1, &end, 10);
    return errno || *end || number > INT_MAX ? -1 : (int)number;
}

static int open_path(const char *path, struct base_error *ret_error)
{
    struct stat info;
    int fd, descriptor = descriptor_of(path);
    do
        fd = descriptor >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd >= 0)
        return fd;
    int why = errno;
    if (why == ENXIO && stat(path, &info) == 0 && S_ISSOCK(info.st_mode))
        base_fail(ret_error, "is a socket, which cannot be opened by its name");
    base_fail(ret_error, "%s", strerror(why));
    return -1;
}

int base_os_open(const char *path, struct base_error *ret_error)
{
    struct stat info;
    int fd = open_path(path, ret_error);
    if (fd < 0)
        return -1;
    if (fstat(fd, &info) != 0)
        base_fail(ret_error, "%s", strerror(errno));
    else if (S_ISDIR(info.st_mode))
        base_fail(ret_error, "is a directory");
    else if (isatty(fd))
        base_fail(ret_error, "is a terminal, from which nothing is read");
    else
        return fd;
    close(fd);
    return -1;
}

size_t base_os_file_size(int fd)
{
    struct stat info;
    bool file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && lseek(fd, 0, SEEK_CUR) == 0;
    return file ? (size_t)info.st_size : 0;
}

bool base_os_read(int fd, void *bytes, size_t size, size_t *ret_size, struct base_error *ret_error)
{
    for (;;) {
        ssize_t got = read(fd, bytes, size);
        if (got >= 0) {
            *ret_size = (size_t)got;
            return true;
        }
        /* Somebody else who holds the same pipe may have made it non-blocking. */
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
        else if (errno != EINTR)
            return base_fail(ret_error, "%s", strerror(errno));
    }
}

static int temporary_in(const char *folder)
{
#ifdef O_TMPFILE
    int unnamed = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (unnamed >= 0)
        return unnamed;
#endif
    char path[4096];
    if (snprintf(path, sizeof path, "%s/kymo-XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

int base_os_temporary(const char **ret_folder, struct base_error *ret_error)
{
    const char *chosen = getenv("TMPDIR");
    /* /tmp comes last: on many systems it lies in memory. */
    const char *const folders[] = {chosen && *chosen ? chosen : "/var/tmp", chosen && *chosen ? chosen : "/tmp"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        int fd = temporary_in(*ret_folder = folders[i]);
        if (fd >= 0)
            return fd;
    }
    base_fail(ret_error, "no temporary file can be made in %s: %s (TMPDIR can name another folder)", *ret_folder,
              strerror(errno));
    return -1;
}

bool base_os_map_open(int fd, struct base_mapping *ret_mapping, struct base_error *ret_error)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return base_fail(ret_error, "%s", strerror(errno));
    if (!S_ISREG(info.st_mode))
        return base_fail(ret_error, "is not a regular file");
    *ret_mapping = (struct base_mapping){(const uint8_t *)"", 0, false};
    if (!info.st_size)
        return true;
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return base_fail(ret_error, "cannot be mapped: %s", strerror(errno));
    *ret_mapping = (struct base_mapping){data, (size_t)info.st_size, true};
    return true;
}

bool base_os_map(const char *path, struct base_mapping *ret_mapping, struct base_error *ret_error)
{
    int fd = base_os_open(path, ret_error);
    if (fd < 0)
        return false;
    bool done = base_os_map_open(fd, ret_mapping, ret_error);
    close(fd);
    return done;
}

void base_os_unmap(struct base_mapping *mapping)
{
    if (mapping->size)
        munmap((void *)(uintptr_t)mapping->data, mapping->size);
    *mapping = (struct base_mapping){0};
}

bool base_os_let_write(const struct base_mapping *mapping, struct base_error *ret_error)
{
    if (mapping->size && mprotect((void *)(uintptr_t)mapping->data, mapping->size, PROT_READ | PROT_WRITE) != 0)
        return base_fail(ret_error, "cannot be made writable in memory: %s", strerror(errno));
    return true;
}

void base_os_forget(const struct base_mapping *mapping, uint64_t from_bytes, uint64_t to_bytes)
{
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    from_bytes = (from_bytes + page_bytes - 1) / page_bytes * page_bytes;
    to_bytes = to_bytes / page_bytes * page_bytes;
    if (mapping->of_file && from_bytes < to_bytes)
        madvise((void *)(uintptr_t)(mapping->data + from_bytes), (size_t)(to_bytes - from_bytes), MADV_DONTNEED);
}

/* Without reserving, a full disk would be noticed only by a signal. */
static bool reserve(int fd, uint64_t offset, size_t size)
{
#ifdef __APPLE__
    (void)fd, (void)offset, (void)size;
    return false;
#else
    int why;
    do
        why = posix_fallocate(fd, (off_t)offset, (off_t)size);
    while (why == EINTR);
    return why == 0;
#endif
}

bool base_os_map_room(int fd, uint64_t offset, size_t size, struct base_mapping *ret_mapping)
{
    if (!reserve(fd, offset, size))
        return false;
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
    if (data == MAP_FAILED)
        return false;
    *ret_mapping = (struct base_mapping){data, size, false};
    return true;
}

void base_os_read_ahead(const struct base_mapping *mapping)
{
    if (mapping->size)
        posix_madvise((void *)(uintptr_t)mapping->data, mapping->size, POSIX_MADV_SEQUENTIAL);
}

uint64_t base_os_random(void)
{
    uint64_t number = 0;
#ifdef __linux__
    if (getrandom(&number, sizeof number, 0) == sizeof number)
        return number;
#else
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, &number, sizeof number);
    if (fd >= 0)
        close(fd);
    if (got == sizeof number)
        return number;
#endif
    return (uint64_t)base_os_now_ns() * 0x9e3779b97f4a7c15u ^ (uint64_t)getpid();
}

int64_t base_os_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
