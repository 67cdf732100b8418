/** The package as npm would ship it, and its manifest. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mongeHere } from "./cli/run.ts";
import { assert, test } from "./harness.ts";
import { exportComplaints, listPacked, packComplaints, sizeBudget } from "./package-rules.ts";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const built = existsSync(new URL("dist/index.js", root));
const packed = listPacked(fileURLToPath(root));

test("every entry point has types first, its source, and default last", () => {
  assert.equal(exportComplaints(manifest.exports), []);
  for (const entry of Object.values<Record<string, string> | string>(manifest.exports))
    if (typeof entry !== "string") assert.ok(existsSync(new URL(entry.source!, root)), `${entry.source} is there`);
});

test("a wrong order and a wrong twin are found", () => {
  const right = { types: "./dist/io/index.d.ts", source: "./io/index.ts", default: "./dist/io/index.js" };
  assert.equal(exportComplaints({ "./io": right }), []);
  assert.is(
    exportComplaints({ "./io": { default: right.default, source: right.source, types: right.types } }).length,
    2,
  );
  assert.is(exportComplaints({ "./io": { ...right, default: "./dist/index.js" } }).length, 1);
  assert.is(exportComplaints({ "./io": "./dist/io/index.js" }).length, 1);
});

test("the package ships sources and built files, one model, no tests and no data, within its budget", () => {
  if (!built) console.log("SKIP the built files of the package: run `npm run build` first");
  // A folder built some time ago may be behind the sources; that all are built is checked right after a build.
  const complaints = packComplaints(
    packed.filter((file) => !file.path.startsWith("dist/")),
    false,
  );
  assert.equal(complaints, []);
  assert.not.ok(packed.some((file) => /\.test\.|(?:^|\/)(?:test|bench|examples)\//.test(file.path)));
});

test("the guides that help and README point to are shipped, and so is all that they point to", async () => {
  const shipped = new Set(packed.map((file) => file.path));
  const { stdout } = await mongeHere("distance", "--help");
  const [named] = /\S+which-distance\.md/.exec(stdout) ?? [];
  assert.ok(named && existsSync(named), `${named}`);
  const texts = ["README.md", ...[...shipped].filter((path) => /^docs\/.*\.md$/.test(path))];
  assert.ok(texts.includes("docs/reference/which-distance.md"));
  for (const text of texts) {
    const links = readFileSync(new URL(text, root), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g);
    for (const [, link] of links) {
      const path = new URL(link!, new URL(text, root)).pathname.slice(root.pathname.length);
      if (path.startsWith("docs/")) assert.ok(shipped.has(path), `${text} points to ${link}, which is not shipped`);
      else assert.ok(existsSync(new URL(path, root)), `${text} points to ${link}, which is not there`);
    }
  }
});

test("a test, data, an unbuilt source, an orphan and too many bytes are found", () => {
  const model = ["models/README.md", "models/pretrained.safetensors", "models/rain.nc"];
  const fine = ["package.json", "README.md", "LICENSE", "index.ts", ...model, "dist/index.js", "dist/index.d.ts"];
  const list = (...more: string[]) => [...fine, ...more].map((path) => ({ path, size: 10 }));
  assert.equal(packComplaints(list(), true), []);
  assert.is(packComplaints(list("test/a.test.ts"), false).length, 1);
  assert.is(packComplaints(list("io/rain.nc"), true).length, 1);
  assert.is(packComplaints(list("io/field/field.ts"), true).length, 1);
  assert.is(packComplaints(list("dist/io/field.js"), true).length, 1);
  assert.is(packComplaints([...list(), { path: "dist/index.js", size: sizeBudget }], true).length, 1);
  assert.is(packComplaints(list().slice(1), true).length, 1);
  assert.is(packComplaints(list("models/other.safetensors"), true).length, 1);
  const heavy = list().map((file) => (file.path.endsWith(".safetensors") ? { ...file, size: 5e6 } : file));
  assert.match(packComplaints(heavy, true).join(), /its budget is 4000000/);
});

test("the command is executable once built, and starts with its shebang", () => {
  const path = new URL(manifest.bin.monge, root);
  if (!existsSync(path)) return console.log("SKIP the built command: run `npm run build` first");
  assert.match(readFileSync(path, "utf8"), /^#!\/usr\/bin\/env node\n/);
  if (process.platform !== "win32") assert.is(statSync(path).mode & 0o111, 0o111);
});

test("the lock file is in step with the manifest", () => {
  const lock = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8")).packages[""];
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])
    assert.equal(lock[kind] ?? {}, manifest[kind] ?? {}, kind);
  assert.is(lock.version, manifest.version);
});

test("what a user must not pay for is no dependency: no Python, no compilers, no test tools", () => {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  for (const name of ["uvu", "tsx", "typescript", "fast-check", "@biomejs/biome"])
    assert.not.ok(names.includes(name), name);
  for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-node-gpu"])
    assert.not.ok(names.includes(name), `${name}: the union package weighs 220 MB, and tfjs-node-gpu brings it`);
  assert.ok(manifest.peerDependenciesMeta["@tensorflow/tfjs-node-gpu"].optional);
});

test.run();
