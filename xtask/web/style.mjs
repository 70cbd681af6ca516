// Makes one style sheet: PatternFly's base and the listed components, without the rules for classes that no source
// file of the browser app names, then our own rules. Class names must therefore be literals in the sources.
//
//   node style.mjs <frontend folder> <output file>
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const [frontend, output] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const patternfly = join(require.resolve("@patternfly/patternfly/package.json"), "..");

const wanted = (await readFile(join(frontend, "style", "patternfly.txt"), "utf8"))
  .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const sheets = await Promise.all(
  ["patternfly-base.css", ...wanted].map((sheet) => readFile(join(patternfly, sheet), "utf8")),
);
// Fonts and icons of PatternFly are not shipped: the system has fonts for every language, icons are inline SVG.
const library = sheets.join("\n").replaceAll(/@font-face\s*{[^}]*}/g, "");

const sources = (await readdir(join(frontend, "src"), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith(".rs"))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
sources.push(join(frontend, "index.html"), join(frontend, "boot.js"));

const [purged] = await new PurgeCSS().purge({
  content: sources,
  css: [{ raw: library }],
  defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
  blocklist: [/theme-(felt|glass|redhat|high-contrast)/, /dir-rtl/],
  keyframes: true,
});
const ours = (await readdir(join(frontend, "style"))).filter((sheet) => sheet.endsWith(".css")).sort();
const own = await Promise.all(ours.map((sheet) => readFile(join(frontend, "style", sheet), "utf8")));
const used = dropUnusedVariables(purged.css + own.join("\n"));
const { code } = await transform(used, { loader: "css", minify: true, target: ["chrome111", "firefox113", "safari16.4"] });
await writeFile(output, code);

// Tokens make up most of PatternFly; one that no remaining rule reads is dead weight. Dropping one may free another.
function dropUnusedVariables(css) {
  for (;;) {
    const read = new Set([...css.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]));
    const next = css.replaceAll(/(^|[{;\n])\s*(--pf-[\w-]+)\s*:[^;{}]*;/g, (all, before, name) => (read.has(name) ? all : before));
    if (next === css) return css;
    css = next;
  }
}
