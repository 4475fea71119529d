// Prints src/base/unicode_printable.inc from the Unicode tables of this Node.js: node tools/unicode-table.mjs > src/base/unicode_printable.inc
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const runs = [];
for (let rune = 0; rune <= 0x10ffff; rune++) {
  if (rune >= 0xd800 && rune < 0xe000) continue;
  if (!printable.test(String.fromCodePoint(rune))) continue;
  const last = runs[runs.length - 1];
  if (last && last[1] === rune - 1) last[1] = rune;
  else runs.push([rune, rune]);
}
const hex = (n) => "0x" + n.toString(16);
console.log("/* Unicode " + process.versions.unicode + ". */");
for (let i = 0; i < runs.length; i += 6) {
  console.log(runs.slice(i, i + 6).map(([a, b]) => `{${hex(a)}, ${hex(b)}},`).join(" "));
}
