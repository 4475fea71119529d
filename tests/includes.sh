#!/bin/sh
# Holds what the layout of src/ promises: tests/includes.sh [BUILD]
# - a layer includes only itself and the layers before it;
# - a file has fewer than 700 lines;
# - what a layer lets others link to bears the layer's name (read from the objects in BUILD, if they are there).
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
layers='base wire order model analyze query output web cmd'
passed=0 failed=0

# verdict WHAT COMPLAINTS
verdict() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "$2" | while read -r line; do echo "FAIL $1: $line"; done
}

allowed=
for layer in $layers; do
    allowed="$allowed${allowed:+|}$layer"
    verdict "$layer may include $allowed" \
        "$(grep -n '^ *# *include *"' "src/$layer"/*.[ch] | grep -v -E "\"($allowed)/[a-z0-9_]+\\.(h|inc)\"")"
done
unknown=$(for folder in src/*/; do basename "$folder"; done | grep -v -x -E "$allowed")
verdict "every folder of src/ is a layer" "$unknown"
verdict "fewer than 700 lines a file" "$(find src -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 >= 700')"

# An intermediate file of the compiler's own has symbols that only its own nm can read.
nm=$(command -v gcc-nm || command -v nm)
for layer in $layers; do
    prefixes=$layer
    case $layer in
    order) prefixes='order|ordering|frontier' ;;
    cmd) prefixes='cmd|main' ;;
    esac
    objects=$(find "$build" -path "*/unit/*" -prune -o -name "*${layer}_*.c.o" -print 2>/dev/null | grep -E "/(src_)?${layer}_[a-z0-9_]+\.c\.o$")
    [ -n "$objects" ] || continue
    # shellcheck disable=SC2086 # a list of files without spaces
    verdict "symbols of $layer/ begin with $prefixes" "$("$nm" -A -g --defined-only $objects 2>/dev/null |
        awk -v ok="^($prefixes)(_|\$)" '$3 !~ ok && $3 !~ /^(__|_ZGV|\.)/ { sub(/:.*/, "", $1); print $1 ": " $3 }')"
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
