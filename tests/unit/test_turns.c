/* Taking turns: one thread changes, many look. */
#include "support.h"

#include "base/turns.h"

#include <pthread.h>
#include <stdatomic.h>

struct shared {
    struct base_turns turns;
    unsigned a, b; /* equal but while they are changed */
    atomic_uint changes, looks;
    atomic_bool ended;
    atomic_bool unequal;
};

static void *look(void *argument)
{
    struct shared *shared = argument;
    while (!atomic_load(&shared->ended)) {
        base_turns_begin_look(&shared->turns);
        if (shared->a != shared->b)
            atomic_store(&shared->unequal, true);
        atomic_fetch_add(&shared->looks, 1);
        base_turns_end_look(&shared->turns);
    }
    return NULL;
}

static void *change(void *argument)
{
    struct shared *shared = argument;
    while (!atomic_load(&shared->ended)) {
        base_turns_begin_change(&shared->turns);
        shared->a++;
        shared->b++;
        atomic_fetch_add(&shared->changes, 1);
        base_turns_end_change(&shared->turns);
    }
    return NULL;
}

/* With some that look, and one that changes, without a pause: each side comes to its turns, and nobody sees a change
 * half done. */
static void both_sides_go_on(void **state)
{
    static struct shared shared;
    pthread_t lookers[4], changer;
    (void)state;
    base_turns_init(&shared.turns);
    for (size_t i = 0; i < COUNT_OF(lookers); i++)
        assert_int_equal(pthread_create(&lookers[i], NULL, look, &shared), 0);
    assert_int_equal(pthread_create(&changer, NULL, change, &shared), 0);
    while (atomic_load(&shared.changes) < 500 || atomic_load(&shared.looks) < 500)
        ;
    atomic_store(&shared.ended, true);
    for (size_t i = 0; i < COUNT_OF(lookers); i++)
        pthread_join(lookers[i], NULL);
    pthread_join(changer, NULL);
    assert_false(atomic_load(&shared.unequal));
    base_turns_release(&shared.turns);
}

static void *change_once(void *argument)
{
    struct shared *shared = argument;
    base_turns_begin_change(&shared->turns);
    atomic_fetch_add(&shared->changes, 1);
    base_turns_end_change(&shared->turns);
    return NULL;
}

/* Several look at the same time, and a change waits for all of them. */
static void looks_overlap(void **state)
{
    static struct shared shared;
    pthread_t changer;
    (void)state;
    base_turns_init(&shared.turns);
    base_turns_begin_look(&shared.turns);
    base_turns_begin_look(&shared.turns);
    assert_int_equal(pthread_create(&changer, NULL, change_once, &shared), 0);
    base_turns_end_look(&shared.turns);
    assert_int_equal(atomic_load(&shared.changes), 0);
    base_turns_end_look(&shared.turns);
    pthread_join(changer, NULL);
    assert_int_equal(atomic_load(&shared.changes), 1);
    base_turns_release(&shared.turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_sides_go_on), cmocka_unit_test(looks_overlap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
