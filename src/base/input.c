#include "base/input.h"

#include "base/fetch.h"
#include "base/memory.h"
#include "base/spool.h"
#include "base/url.h"

#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 18 };

/* What takes the bytes on their way. */
struct taker {
    struct base_unpack *unpack;
    struct base_text *text;
    enum base_unpack_status status;
    struct base_error refusal;
};

static bool take(void *self, const void *bytes, size_t size)
{
    struct taker *taker = self;
    taker->status = base_unpack_add(taker->unpack, bytes, size, &taker->refusal);
    base_text_flush(taker->text); /* who looks at the file sees what has come */
    return taker->status == BASE_UNPACK_MORE;
}

static bool read_all(const struct base_input *input, int fd, struct taker *taker, struct base_error *ret_error)
{
    uint64_t done_bytes = 0, total_bytes = base_os_file_size(fd);
    uint8_t *bytes = base_realloc(NULL, READ_BYTES, 1);
    size_t size;
    bool good;
    while ((good = base_os_read(fd, bytes, READ_BYTES, &size, ret_error)) && size && take(taker, bytes, size))
        base_progress_report(input->progress, done_bytes += size, total_bytes);
    free(bytes);
    return good;
}

static bool fetch_all(const struct base_input *input, struct taker *taker, struct base_error *ret_error)
{
    struct base_fetch fetch = {.url = input->name,
                               .silence_ms = input->silence_ms,
                               .take = take,
                               .self = taker,
                               .stop = input->stop,
                               .progress = input->progress};
    return base_fetch_run(&fetch, ret_error);
}

/* From an open descriptor, or from a server if fd is -1. */
static bool copy(const struct base_input *input, int fd, struct base_text *text, struct base_error *ret_damage,
                 struct base_error *ret_error)
{
    struct taker taker = {.unpack = base_unpack_new(&input->gate, text), .text = text};
    struct base_error broken = BASE_NO_ERROR;
    bool done = fd >= 0 ? read_all(input, fd, &taker, &broken) : fetch_all(input, &taker, &broken);
    if (taker.status == BASE_UNPACK_REFUSED) {
        *ret_error = taker.refusal;
        done = false;
    } else if (!done && !base_unpack_has_begun(taker.unpack)) {
        *ret_error = broken;
        broken = BASE_NO_ERROR;
    } else {
        *ret_damage = broken;
        broken = BASE_NO_ERROR;
        done = base_unpack_finish(taker.unpack, ret_damage, ret_error);
    }
    base_error_release(&broken);
    base_unpack_free(taker.unpack);
    return done;
}

static int open_named(const struct base_input *input, struct base_error *ret_error)
{
    return base_os_open(strcmp(input->name, "-") == 0 ? "/dev/stdin" : input->name, ret_error);
}

bool base_input_copy(const struct base_input *input, struct base_text *text, struct base_error *ret_damage,
                     struct base_error *ret_error)
{
    if (base_url_is(input->name))
        return copy(input, -1, text, ret_damage, ret_error);
    int fd = open_named(input, ret_error);
    if (fd < 0)
        return false;
    bool done = copy(input, fd, text, ret_damage, ret_error);
    close(fd);
    return done;
}

/* ---- mapping ---- */

/* A spool that is made when the gate has let the first bytes pass. */
struct spooling {
    const struct base_gate *gate;
    struct base_spool spool;
};

static bool check_and_begin(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    struct spooling *spooling = self;
    return spooling->gate->check(spooling->gate->self, head, size, ret_error) &&
           base_spool_begin(&spooling->spool, ret_error);
}

static bool map_copy(const struct base_input *input, int fd, struct base_mapping *ret_mapping,
                     struct base_error *ret_damage, struct base_error *ret_error)
{
    struct spooling spooling = {.gate = &input->gate};
    struct base_input through = *input;
    through.gate = (struct base_gate){input->gate.head_bytes, check_and_begin, &spooling};
    bool done = copy(&through, fd, &spooling.spool.text, ret_damage, ret_error);
    if (done || spooling.spool.text.failed)
        done = base_spool_map(&spooling.spool, ret_mapping, ret_error);
    base_spool_release(&spooling.spool);
    return done;
}

/* A regular file, as it is unless it is packed. */
static bool map_file(const struct base_input *input, int fd, struct base_mapping *ret_mapping,
                     struct base_error *ret_damage, struct base_error *ret_error)
{
    const struct base_gate *gate = &input->gate;
    struct base_mapping file;
    if (!base_os_map_open(fd, &file, ret_error))
        return false;
    bool packed = base_unpack_is_packed(file.data, file.size);
    if (!packed &&
        gate->check(gate->self, file.data, file.size < gate->head_bytes ? file.size : gate->head_bytes, ret_error)) {
        *ret_mapping = file;
        return true;
    }
    base_os_unmap(&file);
    return packed && map_copy(input, fd, ret_mapping, ret_damage, ret_error);
}

bool base_input_map(const struct base_input *input, struct base_mapping *ret_mapping, struct base_error *ret_damage,
                    struct base_error *ret_error)
{
    if (base_url_is(input->name))
        return map_copy(input, -1, ret_mapping, ret_damage, ret_error);
    int fd = open_named(input, ret_error);
    if (fd < 0)
        return false;
    bool done = base_os_file_size(fd) ? map_file(input, fd, ret_mapping, ret_damage, ret_error)
                                      : map_copy(input, fd, ret_mapping, ret_damage, ret_error);
    close(fd);
    return done;
}
