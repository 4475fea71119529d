#include "analyze/region_types.h"

#include "analyze/durations.h"
#include "base/sort.h"

struct sorting {
    const struct analyze_region_types *types;
    const struct order_symbols *symbols;
};

static bool type_before(const void *a, const void *b, void *context)
{
    const struct sorting *sorting = context;
    const struct analyze_region_type *x = &sorting->types->all.at[*(const uint32_t *)a];
    const struct analyze_region_type *y = &sorting->types->all.at[*(const uint32_t *)b];
    if (x->total_ns != y->total_ns)
        return x->total_ns > y->total_ns;
    int order = base_str_compare(order_string(sorting->symbols, x->name), order_string(sorting->symbols, y->name));
    return order ? order < 0 : analyze_region_type_pc(x) < analyze_region_type_pc(y);
}

/* The type of a region, which is made if it is the first of its kind. */
static uint32_t type_of(struct analyze_region_types *types, const struct order_symbols *symbols,
                        struct base_map *by_key, const struct analyze_region *region)
{
    const struct order_frame *frame = region->has_start ? order_stack_root(symbols, region->stack) : NULL;
    uint64_t place = frame ? (uint64_t)(frame - symbols->frames.at) + 1 : 0;
    uint64_t key = (uint64_t)region->name << 32 | place;
    uint32_t type = base_map_find(by_key, key);
    if (type == BASE_MAP_NONE) {
        type = (uint32_t)types->all.count;
        base_map_set(by_key, key, type);
        *base_vec_add(&types->all) = (struct analyze_region_type){.name = region->name, .frame = frame};
    }
    return type;
}

static void find_members(struct analyze_region_types *types, const struct analyze_goroutines *goroutines,
                         const struct order_symbols *symbols, const bool *chosen)
{
    struct base_map by_key = {0};
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        for (uint32_t j = 0; j < g->regions_count; j++) {
            uint32_t region = g->regions_first + j;
            if (chosen && !chosen[region])
                continue;
            uint32_t type = type_of(types, symbols, &by_key, &goroutines->regions.at[region]);
            types->all.at[type].count++;
            *base_vec_add(&types->members) =
                (struct analyze_region_member){region, (uint32_t)(g - goroutines->all.at), type};
        }
    }
    base_map_release(&by_key);
}

static void gather_durations(struct analyze_region_types *types, const struct analyze_goroutines *goroutines,
                             int64_t first_ns, int64_t last_ns)
{
    size_t total = 0;
    for (size_t i = 0; i < types->all.count; i++) {
        types->all.at[i].durations_first = total;
        total += types->all.at[i].count;
        types->all.at[i].count = 0; /* counts again what was gathered */
    }
    base_vec_reserve(&types->durations_ns, total);
    types->durations_ns.count = total;
    for (size_t i = 0; i < types->members.count; i++) {
        struct analyze_region_type *type = &types->all.at[types->members.at[i].type];
        types->durations_ns.at[type->durations_first + type->count++] =
            analyze_region_duration_ns(&goroutines->regions.at[types->members.at[i].region], first_ns, last_ns);
    }
    for (size_t i = 0; i < types->all.count; i++) {
        struct analyze_region_type *type = &types->all.at[i];
        int64_t *durations_ns = &types->durations_ns.at[type->durations_first];
        analyze_durations_sort(durations_ns, type->count);
        type->total_ns = analyze_durations_total(durations_ns, type->count);
    }
}

/* Sorts the types, and tells the members of it. */
static void sort(struct analyze_region_types *types, const struct order_symbols *symbols)
{
    size_t count = types->all.count;
    uint32_t *order = base_zalloc(count, sizeof *order), *places = base_zalloc(count, sizeof *places);
    struct analyze_region_types sorted = {0};
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    base_sort_stable(order, count, sizeof *order, type_before, &(struct sorting){types, symbols});
    for (size_t i = 0; i < count; i++) {
        *base_vec_add(&sorted.all) = types->all.at[order[i]];
        places[order[i]] = (uint32_t)i;
    }
    for (size_t i = 0; i < types->members.count; i++)
        types->members.at[i].type = places[types->members.at[i].type];
    if (count)
        memcpy(types->all.at, sorted.all.at, count * sizeof *sorted.all.at);
    base_vec_release(&sorted.all);
    free(order);
    free(places);
}

void analyze_region_types_make(struct analyze_region_types *types, const struct analyze_goroutines *goroutines,
                               const struct order_symbols *symbols, int64_t first_ns, int64_t last_ns,
                               const bool *chosen)
{
    *types = (struct analyze_region_types){0};
    find_members(types, goroutines, symbols, chosen);
    gather_durations(types, goroutines, first_ns, last_ns);
    sort(types, symbols);
}

void analyze_region_types_release(struct analyze_region_types *types)
{
    base_vec_release(&types->all);
    base_vec_release(&types->members);
    base_vec_release(&types->durations_ns);
    *types = (struct analyze_region_types){0};
}
