#!/bin/sh
# Formatting, static analysis, and the types of the pages: tools/lint.sh [BUILD]
# Silent when there is nothing to say; a tool that is not installed is named and left out.
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
status=0
sources=$(find src tests fuzz bench -name '*.[ch]' | sort)

# lint TOOL COMMAND...: shows what the command says if it fails
lint() {
    tool=$1
    shift
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is not installed: left out"
        return
    fi
    said=$("$@" 2>&1) && return
    echo "$tool:"
    echo "$said"
    status=1
}

# Each source with the flags of the build; of what the tool says only the findings.
# shellcheck disable=SC2317 # called through lint
tidy() {
    (
        cd "$build" || exit 1
        grep -o '"file": "[^"]*\.c"' compile_commands.json | cut -d'"' -f4 | grep -v '/pages\.c$' | sort -u |
            xargs -n 4 -P "$(getconf _NPROCESSORS_ONLN)" clang-tidy --quiet -p . 2>/dev/null
    ) | grep -E -A 3 '(warning|error): ' || return 0
    return 1
}

# shellcheck disable=SC2086 # lists of files without spaces
{
    lint clang-format clang-format --dry-run -Werror $sources
    lint cppcheck cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingInclude --suppress=nullPointerOutOfMemory --suppress=invalidPrintfArgType_sint \
        -D_GNU_SOURCE '-DKYMO_VERSION="0"' '-DKYMO_SOURCE_ROOT="."' -I src $sources
}
lint clang-tidy tidy
lint shellcheck shellcheck .ci/run tools/*.sh tools/quietly bench/run bench/views tests/run tests/includes.sh tests/golden/run tests/cli/run
lint npx sh -c 'cd web && npx --no-install tsc --noEmit'
exit $status
