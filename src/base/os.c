#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/random.h>
#endif

static bool map_open_file(int fd, struct base_mapping *ret_mapping, struct base_error *ret_error)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return base_fail(ret_error, "%s", strerror(errno));
    if (S_ISDIR(info.st_mode))
        return base_fail(ret_error, "is a directory");
    if (!S_ISREG(info.st_mode))
        return base_fail(ret_error, "is not a regular file");
    *ret_mapping = (struct base_mapping){(const uint8_t *)"", 0};
    if (!info.st_size)
        return true;
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return base_fail(ret_error, "cannot be mapped: %s", strerror(errno));
    *ret_mapping = (struct base_mapping){data, (size_t)info.st_size};
    return true;
}

bool base_os_map(const char *path, struct base_mapping *ret_mapping, struct base_error *ret_error)
{
    /* O_NONBLOCK: opening a pipe that nobody writes to must not hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return base_fail(ret_error, "%s", strerror(errno));
    bool done = map_open_file(fd, ret_mapping, ret_error);
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
