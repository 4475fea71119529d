/* Bytes by a name, wherever they are: a path, "-" for standard input, an http or https address; packed or not.
 *
 *     struct base_input input = {.name = name, .gate = {HEAD_BYTES, check, NULL}, .silence_ms = 60000};
 *     if (base_input_map(&input, &mapping, &damage, &error))
 *         … base_os_unmap(&mapping)
 *
 * A regular file that is not packed is mapped as it is. Everything else is read into a spool, unpacked on the way, and
 * mapped there; memory holds none of it. In all cases the gate is asked about the first bytes before anything else
 * happens, so that what is endless and of no use is given up at once.
 *
 * Where reading fails in the middle, or packed data does, what came before is used: *ret_damage says why the rest is
 * missing. Zero-initialise both errors; release them with base_error_release.
 */
#ifndef KYMO_BASE_INPUT_H
#define KYMO_BASE_INPUT_H

#include "base/os.h"
#include "base/progress.h"
#include "base/unpack.h"

#include <signal.h>

struct base_input {
    const char *name;
    struct base_gate gate;
    int64_t silence_ms;                   /* how long a server may say nothing */
    const volatile sig_atomic_t *stop;    /* NULL, or ends the reading from a server as soon as it is set */
    const struct base_progress *progress; /* NULL, or is told the bytes that came, before they are unpacked */
};

/* Maps them; base_os_unmap ends that. */
bool base_input_map(const struct base_input *input, struct base_mapping *ret_mapping, struct base_error *ret_damage,
                    struct base_error *ret_error);

/* Copies them to text, which may be opened no sooner than in the gate's check. If text fails, false is returned and
 * ret_error not set. */
bool base_input_copy(const struct base_input *input, struct base_text *text, struct base_error *ret_damage,
                     struct base_error *ret_error);

#endif
