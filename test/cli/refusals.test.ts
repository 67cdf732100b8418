/**
 * What each command refuses, word for word, in three lines: what, where and what to do. `refusals.txt` is the transcript;
 * `UPDATE=1 npm test -- cli/refusals` writes it anew after a change on purpose.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { failureParts, usageParts } from "../../cli/shell/failure-lines.ts";
import { beginEntry } from "../../engine/files/index.ts";
import { FormatError } from "../../engine/index.ts";
import { coarsen, Field, writeField, writeNetcdf } from "../../io/index.ts";
import { assert, axis, evenly, refuses, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { line, mongeHere, mongeRefused, oneLine } from "./run.ts";

const { folder, at } = temporaryFolder(test);
const transcript = new URL("refusals.txt", import.meta.url);

/** A command line and what stands on standard error. */
const entries = readFileSync(transcript, "utf8")
  .split(/^\$ monge ?/m)
  .slice(1)
  .map((text) => [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1).trimEnd()] as const);

const places = [axis("lat", evenly(4), { units: "degrees_north" }), axis("lon", evenly(4), { units: "degrees_east" })];
const time = axis("time", evenly(3), { units: "days since 2003-01-01" });
/** Three days of 1 on 4 by 4 cells, with another value in the sixth. */
const daily = (units: string, sixth = 1, name = "pr") =>
  new Field({
    ...{ name, dims: ["time", "lat", "lon"], shape: [3, 4, 4], units, coordinates: [time, ...places] },
    values: Float32Array.from({ length: 48 }, (_, i) => (i === 5 ? sixth : 1)),
  });
const stations = new Field({
  ...{ name: "pr", dims: ["time", "location"], shape: [3, 2], values: new Float32Array(6), units: "mm day-1" },
  coordinates: [time],
});
const sine = {
  ...{ name: "sine", domain: { x: [0, 1], t: [0, 1] }, constants: { kappa: 0.1 }, equations: ["u_t = kappa*u_xx"] },
  conditions: [
    { type: "initial", equation: "u = sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ],
};
const disk = { shape: "ball", center: [0, 0], radius: 1 };
const ball = { name: "ball", domain: disk, equations: "-lap(u) = 4", exact: "1 - x^2 - y^2", conditions: "exact" };
const axes = { x1: [0, 1], x2: [0, 1], x3: [0, 1], x4: [0, 1] };
const cube = { name: "cube", domain: axes, equations: "-lap(u) = 1", conditions: "u = 0" };

test.before(async () => {
  const fields = {
    ...{ mm: daily("mm"), kelvin: daily("K"), negative: daily("mm", -0.5), gap: daily("mm", Number.NaN), stations },
    ...{ dry: daily("mm").with({ values: new Float32Array(48) }), band: daily("m", 1, "Band1") },
    lower: daily("m", -1, "Band1"),
  };
  for (const [name, field] of Object.entries(fields)) await writeField(at(`${name}.nc`), field);
  const texts = {
    ...{
      "text.nc": "no grid",
      "broken.json": "{",
      "cut.json": '{ "name": "m",\n "domain" { } }',
      "empty.safetensors": "",
    },
    "q.json": '{"name": "x", "domain": {"x": [0, 1]}, "unknowns": ["u"], "equations": ["u_xx = q"]}',
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text);
  const objects = {
    ...{ sine, ball, cube, misspelt: { ...sine, equations: ["u_t = kapa*u_xx"] }, free: { ...sine, conditions: [] } },
    ...{ other: { command: ["node", "main.js", "train"] }, odd: { stepps: 3 }, list: [3] },
  };
  for (const [name, value] of Object.entries(objects)) writeFileSync(at(`${name}.json`), JSON.stringify(value));
  mkdirSync(at("runs/00001-train"), { recursive: true });
  writeFileSync(at("runs/00001-train/model.safetensors"), "");
  await writeUntrainedModel(at("net.safetensors"), 2);
});

/** The last of what a command says, from where it failed. */
async function failure(command: string): Promise<string> {
  const { status, stdout, stderr } = await mongeHere(...command.split(" ").filter(Boolean));
  assert.equal([status, stdout], [2, ""], `${command}\n${stderr}`);
  return stderr.slice(stderr.indexOf("monge: ")).replaceAll(folder, "DIR").trimEnd();
}

const found = new Map<string, string>();
for (const name of new Set(entries.map(([command]) => command.split(" ")[0]!))) {
  test(`what monge ${name} refuses is said in the words on record, and nothing is written`, async () => {
    process.chdir(folder);
    const before = readdirSync(folder, { recursive: true });
    for (const [command, expected] of entries.filter(([one]) => one.split(" ")[0] === name)) {
      const said = await failure(command);
      assert.match(said, /^monge: .*\n {2}where {2}\S.*(\n {9,}.*)*\n {2}to do {2}\S.*$/, command);
      if (!process.env["UPDATE"]) assert.is(said, expected, command);
      found.set(command, said);
    }
    assert.equal(readdirSync(folder, { recursive: true }), before);
  });
}

if (process.env["UPDATE"])
  test.after(() => {
    const texts = entries.map(([command]) => `$ monge ${command}\n${found.get(command)}\n`);
    writeFileSync(transcript, texts.join("\n"));
  });

test("with --json an error is also a document on standard output, with its kind, flag and exit status", async () => {
  const { status, stdout, stderr } = await mongeHere("distance", at("mm.nc"), at("mm.nc"), "--p", "0.5", "--json");
  const { error } = JSON.parse(stdout);
  assert.equal([error.kind, error.option, error.what, error.exitCode], ["options", "--p", "--p is 0.5", status]);
  assert.match(stderr, `monge: ${error.what}\n  where  ${error.where}\n  to do  ${error.way}`);
  const wrong = await mongeHere("distance", at("mm.nc"), at("mm.nc"), "--json", "--pp", "1");
  assert.is(wrong.status, 2);
  assert.match(JSON.parse(wrong.stdout).error.what, "unknown option '--pp'");
});

test("every word of a message stands in one of the parts, in order, whatever brackets, quotes and paths hold", () => {
  const messages = [
    "/tmp/a.zarr: chunk 0.0 of variable pr cannot be read (/tmp/a.zarr/c is a link; allow it: `allowExternal: true`); fetch it again",
    'a b; c: d.nc: variable pr: time is [2,9]; expected [from, to) with 0 <= from < to <= 3; it has "x; y"',
    "where is the result to lie? Give `grid`, or `factor`",
    "train: coarse (/tmp/warm.nc, variable pr): its units are K; state the right ones",
    'p.json: a ")" is missing here; close it',
    String.raw`p.json: no JSON at line 2: "\"" is not expected here; correct it there`,
  ];
  for (const message of messages) {
    const path = message.startsWith("a b") ? "a b; c: d.nc" : undefined;
    const { what, places, way } = failureParts(message, path);
    assert.is([...places, what].join(": ") + (way ? `; ${way}` : ""), message);
    if (path) assert.equal(places, [path, "variable pr"]);
  }
  const ways = [0, 4, 5].map((i) => failureParts(messages[i]!).way);
  assert.equal(ways, ["fetch it again", "close it", "correct it there"]);
  assert.equal(failureParts(messages[3]!).places, ["train", "coarse (/tmp/warm.nc, variable pr)"]);
  const unknown = { what: "unknown command 'x'", where: "x", way: "see --help" };
  assert.equal(usageParts("error: unknown command 'x'\n"), unknown);
});

test("an ensemble that fits no disk is refused before it is drawn, and a large one says its size", async () => {
  await writeNetcdf(
    at("coarse.nc"),
    coarsen(await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm", size: 16 }), 2),
  );
  const draw = ["downscale", "--method", "rainfarm", "--factor", "256", at("coarse.nc"), "--members"];
  for (const output of ["huge.nc", "huge.zarr"]) {
    const { status, stderr } = await mongeHere(...draw, "10000000", "-o", at(output));
    assert.is(status, 2, stderr);
    const size = /TB before compression; the package.s model takes about [\d.]+ hours of a core for as many values/;
    assert.match(oneLine(stderr), size);
    assert.match(oneLine(stderr), /it takes at least .* [TGM]B, and the disk of .* has .* left/);
    assert.is(existsSync(at(output)), false);
  }
});

test("a file is no store, a name with a slash at its end is no file, and a removed folder is no working directory", async () => {
  const audited = await mongeHere("audit", at("mm.nc"));
  assert.match(oneLine(audited.stderr), /mm\.nc: (?!.*ENOTDIR).*/);
  const before = readFileSync(at("mm.nc"));
  await mongeRefused(/it names a folder; name a file/, ...line`convert ${at("gap.nc")} -o ${at("mm.nc")}/ --overwrite`);
  assert.equal(readFileSync(at("mm.nc")), before);
  mkdirSync(at("gone"));
  process.chdir(at("gone"));
  rmdirSync(at("gone"));
  try {
    await mongeRefused(/the working directory is gone; change to a folder/, "info", at("mm.nc"));
  } finally {
    process.chdir(folder);
  }
});

test("a cache that is a file is refused by its name", async () => {
  writeFileSync(at("cache"), "");
  const asked = beginEntry({ folder: at("cache"), asked: true }, "a");
  await refuses(asked, /it is a file, not a folder.*MONGE_CACHE=off/, FormatError);
  assert.is(await beginEntry({ folder: at("cache"), asked: false }, "a"), undefined);
});

test.run();
