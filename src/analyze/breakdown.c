#include "analyze/breakdown.h"

struct base_str analyze_amount_name(const struct order_symbols *symbols, uint32_t name)
{
    return name == ANALYZE_OTHER_NAME ? BASE_STR("(other)") : order_string(symbols, name);
}

size_t analyze_stats_shares(const struct analyze_goroutines *result, const struct analyze_stats *stats,
                            const struct order_symbols *symbols, struct analyze_share *ret_shares)
{
    size_t count = 0;
    int64_t blocked_on_syscalls = stats->syscall_block_ns;
    int64_t known_ns = stats->exec_ns + stats->sched_wait_ns + stats->syscall_ns + stats->syscall_block_ns;
    for (size_t i = 0; i < stats->blocks_count; i++) {
        struct analyze_amount block = result->amounts.at[stats->blocks_first + i];
        known_ns += block.ns;
        if (base_str_is(analyze_amount_name(symbols, block.name), "syscall"))
            blocked_on_syscalls += block.ns;
        else
            ret_shares[count++] = (struct analyze_share){ANALYZE_BLOCK, block.name, block.ns};
    }
    ret_shares[count++] = (struct analyze_share){ANALYZE_EXECUTION, 0, stats->exec_ns};
    ret_shares[count++] = (struct analyze_share){ANALYZE_SCHED_WAIT, 0, stats->sched_wait_ns};
    ret_shares[count++] = (struct analyze_share){ANALYZE_SYSCALL, 0, stats->syscall_ns};
    ret_shares[count++] = (struct analyze_share){ANALYZE_BLOCK_SYSCALL, 0, blocked_on_syscalls};
    if (stats->total_ns > known_ns)
        ret_shares[count++] = (struct analyze_share){ANALYZE_UNKNOWN, 0, stats->total_ns - known_ns};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (ret_shares[i].ns)
            ret_shares[kept++] = ret_shares[i];
    return kept;
}

void analyze_share_name(const struct analyze_share *share, const struct order_symbols *symbols, struct base_text *out)
{
    static const char *const names[] = {
        [ANALYZE_EXECUTION] = "Execution time",       [ANALYZE_SCHED_WAIT] = "Sched wait time",
        [ANALYZE_SYSCALL] = "Syscall execution time", [ANALYZE_BLOCK_SYSCALL] = "Block time (syscall)",
        [ANALYZE_UNKNOWN] = "Unknown time",
    };
    if (share->part != ANALYZE_BLOCK) {
        base_text_add(out, names[share->part]);
        return;
    }
    base_text_add(out, "Block time (");
    base_text_str(out, analyze_amount_name(symbols, share->reason));
    base_text_char(out, ')');
}
