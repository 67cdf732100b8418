/**
 * Reads the sources of this repository faster than tsx, which stays for all others: tsx wraps every function to keep its
 * name, each time that it is made, which costs numerical code a fifth of its time. `node --import tsx --import ./test/transpile.js`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, threadId } from "node:worker_threads";

const root = new URL("../", import.meta.url).href;
const cache = new URL("node_modules/.cache/monge-sources/", root);
/** Not those of packages, and not what a test writes for a moment, in folders whose names begin with a dot. */
const isOurs = (url) =>
  url.startsWith(root) && /^(?!node_modules\/|.*\/[.]).*\.m?ts(\?|$)/.test(url.slice(root.length));
const hooks = new URL("?hooks", import.meta.url).href;
const compiler = createRequire(import.meta.url)("esbuild/package.json").version;

if (isMainThread && import.meta.url !== hooks) register(hooks);

/** A relative import that names its file needs no search. */
export async function resolve(specifier, context, next) {
  if (/^\.{1,2}\/.*\.m?ts$/.test(specifier) && isOurs(context.parentURL ?? ""))
    return { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true };
  return next(specifier, context);
}

/** JavaScript of a source, made once and kept until the source changes. */
export async function load(url, context, next) {
  if (!isOurs(url)) return next(url, context);
  const file = fileURLToPath(url);
  const text = readFileSync(file, "utf8");
  const mark = `\n//${createHash("sha256").update(`${compiler}\n${file}\n${text}`).digest("hex")}\n`;
  const place = fileURLToPath(new URL(`${url.slice(root.length).replace(/\?.*/, "")}.js`, cache));
  try {
    const source = readFileSync(place, "utf8");
    if (source.endsWith(mark)) return { format: "module", source, shortCircuit: true };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const source = (await compiled(text, file)) + mark;
  mkdirSync(dirname(place), { recursive: true });
  const whole = `${place}.${process.pid}.${threadId}`;
  writeFileSync(whole, source);
  renameSync(whole, place);
  return { format: "module", source, shortCircuit: true };
}

async function compiled(text, sourcefile) {
  const { transform } = await import("esbuild");
  const how = { loader: "ts", format: "esm", target: "node20", sourcemap: "inline", sourcesContent: false };
  return (await transform(text, { ...how, sourcefile })).code;
}
