// Bundles the pages: node build.mjs OUTDIR [--embed FILE.c]
// With --embed, also writes them as a C table, so that the server never reads its pages from the file system.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PAGES = [
  { path: "/index.html", type: "text/html; charset=utf-8" },
  { path: "/app.js", type: "text/javascript; charset=utf-8" },
  { path: "/graph.js", type: "text/javascript; charset=utf-8" },
  { path: "/app.css", type: "text/css; charset=utf-8" },
  { path: "/icon.svg", type: "image/svg+xml" },
];

const here = dirname(fileURLToPath(import.meta.url));

function usage() {
  console.error("usage: node build.mjs OUTDIR [--embed FILE.c]");
  process.exit(2);
}

function parseArguments(argv) {
  const options = { outdir: null, embed: null };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--embed") options.embed = argv[++i] ?? usage();
    else if (options.outdir === null) options.outdir = resolve(argv[i]);
    else usage();
  }
  if (options.outdir === null) usage();
  return options;
}

async function bundle(outdir) {
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: { app: join(here, "src/main.tsx"), graph: join(here, "src/graph-layout.ts") },
    absWorkingDir: here,
    outdir,
    bundle: true,
    minify: true,
    target: "es2020",
    format: "iife",
    charset: "utf8",
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".md": "text" }, // docs/sql.md: the SQL page's examples
    logLevel: "warning",
  });
  for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, "static", name), join(outdir, name));
}

function cArray(name, bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 32) lines.push("  " + Array.from(bytes.subarray(i, i + 32)).join(",") + ",");
  return `static const unsigned char ${name}[] = {\n${lines.join("\n")}\n};\n`;
}

function embed(outdir, file) {
  let text = '/* Written by web/build.mjs from the pages in web/. Do not edit. */\n#include "web/pages.h"\n\n';
  const rows = PAGES.map((page, i) => {
    text += cArray(`page_${i}`, readFileSync(join(outdir, page.path))) + "\n";
    return `  {"${page.path}", "${page.type}", page_${i}, sizeof page_${i}},\n`;
  });
  text += `const struct web_page web_pages[] = {\n${rows.join("")}};\n\n`;
  text += "const size_t web_page_count = sizeof web_pages / sizeof web_pages[0];\n";
  writeFileSync(file, text);
}

const options = parseArguments(process.argv.slice(2));
await bundle(options.outdir);
if (options.embed) embed(options.outdir, options.embed);
