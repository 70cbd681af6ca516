// Makes one style sheet: PatternFly's base and the listed components, without the rules for classes that no source
// file of the browser app names, then our own rules. Class names must therefore be literals in the sources.
//
//   node style.mjs <frontend folder> <output file>
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import postcss from "postcss";
import selectorParser from "postcss-selector-parser";

const [frontend, output] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const patternfly = join(require.resolve("@patternfly/patternfly/package.json"), "..");

const wanted = (await readFile(join(frontend, "style", "patternfly.txt"), "utf8"))
  .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const sheets = await Promise.all(
  ["patternfly-base.css", ...wanted].map((sheet) => readFile(join(patternfly, sheet), "utf8")),
);
const named = await namedInSources();
const ours = (await readdir(join(frontend, "style"))).filter((sheet) => sheet.endsWith(".css")).sort();
const own = await Promise.all(ours.map((sheet) => readFile(join(frontend, "style", sheet), "utf8")));
const css = postcss.parse(withoutUnusedRules(postcss.parse(sheets.join("\n"))) + own.join("\n"));
dropUnusedNames(css);
shortenNames(css);
const { code } = await transform(css.toString(), {
  loader: "css",
  minify: true,
  target: ["chrome111", "firefox113", "safari16.4"],
});
await writeFile(output, code);

// Every word in the sources: among them all class names that can ever be set.
async function namedInSources() {
  const entries = await readdir(join(frontend, "src"), { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".rs"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  sources.push(join(frontend, "index.html"), join(frontend, "boot.js"));
  const texts = await Promise.all(sources.map((source) => readFile(source, "utf8")));
  return new Set(texts.flatMap((text) => text.match(/[A-Za-z0-9_-]+/g) ?? []));
}

function withoutUnusedRules(root) {
  // Fonts and icons of PatternFly are not shipped: the system has fonts for every language, icons are inline SVG.
  root.walkAtRules("font-face", (rule) => rule.remove());
  root.walkRules((rule) => {
    if (rule.parent.type === "atrule" && rule.parent.name === "keyframes") return;
    const kept = [];
    selectorParser((list) => list.each((selector) => {
      if (canMatch(selector)) kept.push(selector.toString().trim());
    })).processSync(rule.selector);
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  return root.toString();
}

// Whether a selector can match anything, given the classes there are. What stands in :not() asks for absence.
function canMatch(selector) {
  return selector.nodes.every((node) => {
    if (node.type === "class") return named.has(node.value);
    if (node.type === "pseudo" && node.value !== ":not" && node.nodes.length > 0) return node.nodes.some(canMatch);
    return true;
  });
}

// Tokens make up most of PatternFly; one that no remaining rule reads is dead weight. Dropping one may free another.
function dropUnusedNames(root) {
  for (let dropped = true; dropped; ) {
    dropped = false;
    const text = root.toString();
    const read = new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]));
    const drop = (node) => {
      node.remove();
      dropped = true;
    };
    root.walkDecls(/^--pf-/, (decl) => read.has(decl.prop) || drop(decl));
    root.walkAtRules("property", (rule) => read.has(rule.params) || drop(rule));
    root.walkAtRules("keyframes", (rule) => text.split(rule.params).length > 2 || drop(rule));
    root.walkRules((rule) => rule.nodes.length > 0 || drop(rule));
    root.walkAtRules("media", (rule) => rule.nodes.length > 0 || drop(rule));
  }
}

// The names of tokens say in which part of which component they are, and are most of what is left of the sheet. Nothing
// but the sheet refers to them, so there each gets a short one; the rules still say what they are about.
function shortenNames(root) {
  const short = new Map();
  root.walkDecls(/^--/, ({ prop }) => short.has(prop) || short.set(prop, `--${letters(short.size)}`));
  root.walkDecls((decl) => {
    decl.prop = short.get(decl.prop) ?? decl.prop;
    decl.value = decl.value.replace(/(?<=var\(\s*)--[\w-]+/g, (name) => short.get(name) ?? name);
  });
  root.walkAtRules("property", (rule) => {
    rule.params = short.get(rule.params) ?? rule.params;
  });
}

// 0, 1, 2, … as a, b, c, …, Z, aa, ab, …
function letters(number) {
  const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const before = Math.floor(number / alphabet.length);
  return (before > 0 ? letters(before - 1) : "") + alphabet[number % alphabet.length];
}
