/** The house rules held against the tree, and each rule shown to fail on a planted violation. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { assert, test } from "./harness.ts";
import { aroundDoors, aroundInTests, besideEngine, rooms, unlistedRooms, upwards } from "./room-rules.ts";
import {
  againstDirection,
  badNames,
  besidePlatform,
  cycles,
  filesIn,
  forbiddenWords,
  importsOf,
  libraryFolders,
  machineTraces,
  outsideNames,
  reaching,
  type Source,
  sourceAt,
  throughOtherDoors,
  undeclared,
} from "./structure-rules.ts";
import { formerWords, wordComplaints, writtenSources } from "./word-rules.ts";

const root = new URL("../", import.meta.url);
const library = ["index.ts", ...libraryFolders.flatMap((folder) => filesIn(folder))].map(sourceAt);
const withExamples = [...library, ...filesIn("examples").map(sourceAt)];
const source = (path: string, text: string): Source => ({ path, text });
/** Read anew: the tracked files are too many to be kept. */
const read = (path: string): Source => source(path, readFileSync(new URL(path, root), "utf8"));

test("the whole library is looked at", () => {
  assert.ok(library.length > 10, `only ${library.length} files found`);
  assert.ok(library.some(({ path }) => path === "engine/errors.ts"));
});

test("imports run one way: engine ← wasserstein, io ← verification, equations ← generative | solvers, and io and report stand apart", () => {
  assert.equal(againstDirection(library), []);
});

test("an import against the direction is found, whatever its form", () => {
  const planted = [
    source("engine/a.ts", 'import { x } from "../solvers/b.ts";'),
    source("wasserstein/a.ts", 'export { x } from "../generative/pairs/b.ts";'),
    source("generative/a.ts", 'const b = await import("../solvers/b.ts");'),
    source("generative/pairs/b.ts", 'import { curveFigure } from "../../report/index.ts";'),
    source("equations/a.ts", 'import { x } from "../solvers/b.ts";'),
    source("io/a.ts", 'import type { T } from "../wasserstein/sliced.ts";'),
    source("io/b.ts", 'import { RngState } from "../engine/index.ts";'),
    source("report/a.ts", 'import { Field } from "../io/field.ts";'),
    source("solvers/a.ts", 'import { x } from "../test/b.ts";'),
    source("solvers/c.ts", 'import { x } from "../generative/index.ts";'),
    source("generative/c.ts", 'import { x } from "../solvers/index.ts";'),
    source("verification/a.ts", 'import { x } from "../generative/index.ts";'),
    source("solvers/b.ts", 'type T = import("../cli/b.ts").T;'),
    source("index.ts", 'export * from "./cli/main.ts";'),
  ];
  assert.is(againstDirection(planted).length, planted.length, againstDirection(planted).join("\n"));
});

test("imports along the direction pass", () => {
  const fine = [
    source("solvers/a.ts", 'import { x } from "../verification/??x/index.ts";\nimport { y } from "./b.ts";'),
    source("generative/pairs/a.ts", 'import type { Field } from "../../io/field.ts";'),
    source("generative/b.ts", 'import { readField } from "../io/field.ts";'),
    source(
      "io/a.ts",
      'import { FormatError } from "../engine/errors.ts";\nimport { rename } from "../engine/platform/files.ts";',
    ),
    source("report/a.ts", 'import { readRun } from "../engine/run-record.ts";'),
    source("index.ts", 'export * from "./engine/index.ts";'),
    source("wasserstein/a.ts", '// import "../solvers/b.ts";\nconst s = `import "../solvers/b.ts"`;'),
  ];
  assert.equal(againstDirection(fine), []);
});

test("what Node alone has comes in by engine/platform, which has another form in a browser", () => {
  assert.equal(besidePlatform(library), []);
  const planted = [
    source("io/a.ts", 'import { readSync } from "node:fs";'),
    source("io/b.ts", "const bytes = Buffer.alloc(8);"),
    source("solvers/a.ts", "const { TERM } = process.env;"),
  ];
  assert.is(besidePlatform(planted).length, planted.length);
  const fine = [
    source("engine/platform/a.ts", 'export { readSync } from "node:fs";'),
    source("io/a.ts", 'import { Buffer } from "../engine/platform/bytes.ts";\nconst bytes = Buffer.alloc(8);'),
    source("generative/a.ts", "const process = noise();\nprocess.weight(1);"),
  ];
  assert.equal(besidePlatform(fine), []);
});

test("rooms of a floor import downwards only", () => {
  assert.equal(upwards(withExamples), []);
  const planted = [
    source("io/field/a.ts", 'import { x } from "../formats/b.ts";'),
    source("wasserstein/line/a.ts", 'import type { X } from "../exact/emd.ts";'),
  ];
  assert.is(upwards(planted).length, planted.length);
  assert.equal(upwards([source("io/formats/a.ts", 'import { x } from "../field/b.ts";')]), []);
});

test("other floors come in by a door", () => {
  assert.equal(aroundDoors(withExamples), []);
  const planted = [
    source("cli/a.ts", 'import { x } from "../io/field/axes.ts";'),
    source("solvers/sampler/a.ts", 'import { x } from "../../verification/scores/crps.ts";'),
    source("cli/b.ts", 'const { x } = await import("../solvers/solve/solve.ts");'),
  ];
  assert.is(aroundDoors(planted).length, planted.length);
  const fine = [
    source("cli/a.ts", 'import { x } from "../io/field/index.ts";\nimport { y } from "../io/index.ts";'),
    source("io/formats/a.ts", 'import { x } from "../field/axes.ts";'),
  ];
  assert.equal(aroundDoors(fine), []);
});

/** Tests of kernels, fronts and sweepers that import what no door exports, and say why in a line `// Inside: reason`. */
const mostInside = 70;

test("tests come in by a door, all but those that say why, and no more than there are", () => {
  const { said, unsaid, needless } = aroundInTests(filesIn("test").map(read));
  assert.ok(
    said.length <= mostInside,
    `${said.length} tests import what no door exports, above ${mostInside}: ${said}`,
  );
  assert.equal(unsaid, [], "these do not say why");
  assert.equal(needless, [], "these have a line of reasons and need none");
  const around = 'import { x } from "../../io/field/axes.ts";';
  const planted = aroundInTests([
    source("test/io/a.test.ts", around),
    source("test/io/b.test.ts", `// Inside: a kernel\n${around}`),
    source("test/io/c.test.ts", '// Inside: a kernel\nimport { x } from "../../io/field/index.ts";'),
  ]);
  assert.equal(Object.values(planted), [["test/io/b.test.ts"], ["test/io/a.test.ts"], ["test/io/c.test.ts"]]);
});

test("tests take from the engine's door what it exports", async () => {
  const exported = new Set(Object.keys(await import("../engine/index.ts")));
  assert.equal(besideEngine(filesIn("test").map(read), exported), []);
  const planted = [
    source("test/io/a.test.ts", 'import { tf } from "../../engine/tensors/tensor.ts";'),
    source("test/io/b.test.ts", 'import { latestCheckpoint } from "../../engine/files/checkpoint.ts";'),
    source("test/io/c.test.ts", 'import { rng } from "../../engine/random/rng.ts";'),
  ];
  assert.equal(besideEngine(planted, exported), ["test/io/a.test.ts imports engine/tensors/tensor.ts"]);
});

test("every folder of a floor is a room of the list, and every room of the list a folder", () => {
  const paths = Object.keys(rooms).flatMap((folder) => filesIn(folder));
  assert.equal(unlistedRooms(paths), []);
  assert.equal(unlistedRooms([...paths, "io/misc/a.ts"]), ["io/misc is no room of the list"]);
  assert.is(unlistedRooms(paths.filter((p) => !p.startsWith("io/regrid/"))).length, 1);
});

test("each third-party package has one door", () => {
  assert.equal(throughOtherDoors(library), []);
});

test("a second door and a wrong door are found", () => {
  const two = [source("io/a.ts", 'import x from "geotiff";'), source("io/b.ts", 'await import("geotiff/deep");')];
  assert.is(throughOtherDoors(two).length, 1);
  const wrong = [source("solvers/a.ts", 'import * as tf from "@tensorflow/tfjs";')];
  assert.match(throughOtherDoors(wrong).join(), "engine/tensors/tensor.ts");
  assert.is(throughOtherDoors([source("io/a.ts", 'import { Command } from "commander";')]).length, 1);
  const cli = [source("cli/a.ts", 'import "commander";'), source("cli/b.ts", 'import "commander";')];
  assert.equal(throughOtherDoors(cli), []);
});

test("what the library imports is declared, and what is declared is used", () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  // `.ci/bundle.ts` puts parts of these into the built package.
  const tensors = ["@tensorflow/tfjs", "@tensorflow/tfjs-core"];
  const bundled = [
    ...tensors,
    "@noble/hashes",
    "dejavu-fonts-ttf",
    "fflate",
    "h5wasm",
    "h5wasm-plugins",
    "vega",
    "vega-lite",
  ];
  for (const name of bundled) assert.ok(name in manifest.devDependencies, name);
  // Pages bundle it.
  const inPages = ["onnxruntime-web"];
  for (const name of inPages) assert.ok(manifest.peerDependenciesMeta[name].optional, name);
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const declared = [...installed, ...bundled, ...inPages];
  assert.equal(undeclared(library, declared), { missing: [], unused: [] });
  const planted = [source("io/a.ts", 'import "left-pad";')];
  assert.equal(undeclared(planted, ["right-pad"]), { missing: ["left-pad"], unused: ["right-pad"] });
});

test("no import cycles", () => {
  assert.equal(cycles(library), []);
  const planted = [source("io/a.ts", 'import "./b.ts";'), source("io/b.ts", 'import "./c.ts";\nimport "./d.ts";')];
  assert.equal(cycles(planted), []);
  assert.equal(cycles([...planted, source("io/c.ts", 'import { a } from "./a.ts";')]), [
    "io/a.ts → io/b.ts → io/c.ts → io/a.ts",
  ]);
  assert.equal(cycles([...planted, source("io/c.ts", 'import type { A } from "./a.ts";')]), []);
});

test("io and report load no tensors, not even through others", () => {
  const heavy = ["@tensorflow/tfjs", "onnxruntime-node"];
  assert.equal(reaching(library, ["io", "report"], heavy), []);
  const planted = [
    source("io/a.ts", 'import "../engine/random/rng.ts";'),
    source("engine/random/rng.ts", 'import "../tensors/tensor.ts";'),
    source("engine/tensors/tensor.ts", 'import "@tensorflow/tfjs";'),
  ];
  assert.is(reaching(planted, ["io"], heavy).length, 1);
});

test("library code has no console, no Math.random, no unseeded tensors and no any", () => {
  assert.equal(library.flatMap(forbiddenWords), []);
});

test("each forbidden word is found in code, and not in comments or strings", () => {
  const planted = [
    "console.log(1);",
    "const x = Math.random();",
    "const t = tf.randomNormal([2]);",
    "const t = tf.randomUniform([2]);",
    "const t = tf.truncatedNormal([2]);",
    "const f = (x: any) => x;",
    "let a: Record<string, any>;",
    'import { randomUniform } from "./tensors/tensor.ts";',
  ];
  for (const text of planted) assert.is(forbiddenWords(source("engine/a.ts", text)).length, 1, text);
  const fine = '// console.log, any, Math.random\nconst text = "tf.randomNormal and any";\nrng.randomNormal(3);';
  assert.equal(forbiddenWords(source("engine/a.ts", fine)), []);
  assert.equal(forbiddenWords(source("cli/a.ts", "console.log(1);")), []);
});

test("file names are kebab-case", () => {
  const paths = [
    ...library.map(({ path }) => path),
    ...["test", "bench", "examples"].flatMap((folder) => filesIn(folder)),
  ];
  assert.equal(badNames(paths), []);
  assert.equal(badNames(["io/GeoTiff.ts", "io/read_file.ts", "io/netcdf-3.ts", "test/a-b.slow.test.ts"]), [
    "io/GeoTiff.ts",
    "io/read_file.ts",
  ]);
});

test("tracked files name no machine path and no registry host", () => {
  const tracked = trackedFiles();
  if (tracked === undefined) return console.log("SKIP tracked files: not a git checkout");
  assert.ok(tracked.includes("package.json"));
  assert.equal(tracked.map(read).flatMap(machineTraces), []);
  const planted = ["/wo rk/main", "/ho me/someone", "https://regis try.npmjs.org", '"resol ved": "https://x"'];
  for (const text of planted) assert.is(machineTraces(source("a.md", text.replace(" ", ""))).length >= 1, true, text);
  assert.equal(machineTraces(source("a.md", "docs/work/a.md and ../home/b")), []);
});

test("no tracked file but .ci/run names the folder beside the repository", () => {
  const tracked = trackedFiles();
  if (tracked === undefined) return console.log("SKIP tracked files: not a git checkout");
  assert.equal(tracked.map(read).flatMap(outsideNames), []);
  assert.is(outsideNames(source("test/a.ts", '"../sh ared/data"'.replace(" ", ""))).length, 1);
  assert.is(outsideNames(source("test/a.ts", '"../../sh ared/"'.replace(" ", ""))).length, 1);
  assert.equal(outsideNames(source(".ci/run", "../sh ared/data".replace(" ", ""))), []);
  assert.equal(outsideNames(source("test/a.ts", 'import "../sh ared.ts"'.replace(" ", ""))), []);
});

test("no test file keeps a test.only", () => {
  for (const path of filesIn("test").filter((name) => name.endsWith(".test.ts"))) {
    const { text } = sourceAt(path);
    const only =
      importsOf(sourceAt(path)).some(({ target }) => target.endsWith("harness.ts")) && /^\s*\w+\.only\(/m.test(text);
    assert.not.ok(only, `${path} keeps a .only(`);
  }
});

function trackedFiles(): string[] | undefined {
  const { status, stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.split("\0").filter((name) => name !== "" && existsSync(new URL(name, root))) : undefined;
}

test("every folder and file that the page of the architecture names is there", () => {
  const page = readFileSync(new URL("docs/explanation/architecture.md", root), "utf8");
  const paths = [...page.matchAll(/`((?:[a-z][\w-]*\/)*[a-z][\w-]*(?:\/|\.(?:test\.)?ts)?)`/g)].map(
    ([, path]) => path!,
  );
  const named = [...new Set(paths)].filter((path) => path.includes("/"));
  assert.ok(named.length > 20, named.join());
  assert.equal(
    named.filter((path) => !existsSync(new URL(path, root))),
    [],
  );
});

test("code and pages speak the words of the glossary, and docstrings begin with a thing", () => {
  const found = writtenSources().flatMap(({ path, text }) => wordComplaints(path, text));
  assert.equal(found, [], `${found.join("\n")}\n(docs/glossary.md)`);
});

test("every former word is found where it is planted, and words of the field pass", () => {
  for (const [found, , planted, ...fine] of formerWords) {
    assert.match(planted, found);
    for (const text of fine) assert.not.match(text, found);
  }
  for (const first of ["What", "How", "Whether", "Which", "Where"]) {
    assert.is(wordComplaints("io/a.ts", `/** ${first} it is. */`).length, 1);
    assert.is(wordComplaints("io/a.ts", `/**\n * ${first} it is.\n */`).length, 1);
  }
  assert.equal(wordComplaints("io/a.ts", "/** Axis of a field. What it holds. */"), []);
});

test.run();
