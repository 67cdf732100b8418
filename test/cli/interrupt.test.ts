/** Ctrl-C, by real signals: the second ends a command at once, and one that has nothing to keep ends with the first. */
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { rng } from "../../engine/index.ts";
import { Field, writeField } from "../../io/index.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { startMonge, words } from "./run.ts";

const { folder, at } = temporaryFolder(test);

/** Rain of so many maps, large enough that scoring them takes seconds. */
function rain(seed: number, side: number): Field {
  return new Field({
    ...{ name: "pr", dims: ["time", "lat", "lon"], shape: [40, side, side], units: "mm h-1" },
    values: rng(seed)
      .normal(new Float32Array(40 * side * side))
      .map((z) => Math.max(0, z)),
    coordinates: [
      axis("time", evenly(40), { units: "days since 2003-01-01" }),
      axis("lat", evenly(side, 0, 0.25), { units: "degrees_north" }),
      axis("lon", evenly(side, 0, 0.25), { units: "degrees_east" }),
    ],
  });
}
await writeField(at("a.nc"), rain(1, 64));
await writeField(at("b.nc"), rain(2, 64));
await writeUntrainedModel(at("model.safetensors"), 2);
await writeSyntheticRain(at("rain.nc"), { days: 8, units: "mm h-1" });

/** Starts a command, signals once it says the first pattern and again at the second; how it ended, and how long that took. */
async function interrupted(
  args: readonly string[],
  begun: RegExp,
  { again, signal = "SIGINT" }: { readonly again?: RegExp; readonly signal?: NodeJS.Signals } = {},
) {
  const { child, ended } = startMonge(...args);
  let said = "";
  let [sent, since] = [0, 0];
  child.stderr!.on("data", (text: string) => {
    said += text;
    const due = sent === 0 ? begun : sent === 1 ? again : undefined;
    if (!due?.test(said)) return;
    // Once it has begun it computes soon after.
    setTimeout(() => child.kill(signal), sent++ === 0 ? 700 : 0);
    since = performance.now();
  });
  const result = await ended;
  return { ...result, sent, seconds: (performance.now() - since) / 1e3 - (again ? 0 : 0.7) };
}

const solving = ["solve", "example:burgers", "--width", "300", "--depth", "4", "--points", "20000", "--threads", "1"];
const training = ["train", "--data", at("rain.nc"), ...words("--channels 64 --batch 32 --crop 16 --set tile=32")];
const drawing = ["downscale", at("model.safetensors"), at("rain.nc"), "-o", at("fine.nc"), "--coarsen"];
const twice: readonly (readonly [args: readonly string[], begun: RegExp])[] = [
  [[...solving, "--steps", "1000"], /burgers/],
  [[...training, "--steps", "400", "--threads", "1", "--out", at("runs")], /recording in/],
];

for (const [args, begun] of twice) {
  test(`monge ${args[0]}: the second Ctrl-C ends it at once, in the middle of what the first let finish`, async () => {
    const { signal, code, sent, seconds, stderr } = await interrupted(args, begun, { again: /again to stop at once/ });
    assert.is(sent, 2, stderr);
    assert.is(signal, "SIGINT", `${code} ${stderr}`);
    assert.ok(seconds < 2, `${seconds} s`);
    assert.not.match(stderr, /\n\s+at /);
  });
}

test("verify has nothing to keep before its end, so that the first Ctrl-C ends it at once and leaves nothing", async () => {
  const before = readdirSync(folder);
  const args = ["verify", at("a.nc"), at("b.nc"), "--transport", "300", "-o", at("scores.csv")];
  const { signal, sent, seconds, stderr } = await interrupted(args, /moving rain|scoring|reading/);
  assert.is(sent, 1, stderr);
  assert.is(signal, "SIGINT", stderr);
  assert.ok(seconds < 2, `${seconds} s`);
  assert.equal(readdirSync(folder), before);
});

test("monge solve: elements compute without a pause and have nothing to keep, so that one signal ends them at once", async () => {
  const before = readdirSync(folder);
  const problem = {
    name: "plate",
    domain: { x: [0, 1], y: [0, 1], t: [0, 1] },
    equations: "u_t = lap(u) + u - u^3",
    conditions: ["u(x, y, 0) = exp(-900*((x - 0.4)^2 + (y - 0.3)^2))", "u = 0 on boundary"],
  };
  await writeFile(at("plate.json"), JSON.stringify(problem));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const args = [
      "solve",
      at("plate.json"),
      "--processor-seconds",
      "60",
      "--tolerance",
      "1e-13",
      "-o",
      at("plate.nc"),
      "--grid",
      "x=9,y=9,t=9",
    ];
    const ended = await interrupted(args, /plate/, { signal });
    assert.equal([ended.sent, ended.signal], [1, signal], ended.stderr);
  }
  assert.equal(
    readdirSync(folder).filter((name) => name !== "plate.json"),
    before.filter((name) => name !== "plate.json"),
  );
});

test("monge downscale: a first SIGTERM ends it between groups of the members of one time, and nothing is left of the file", async () => {
  const args = [
    ...drawing.slice(0, 3),
    "-o",
    at("many.nc"),
    "--coarsen",
    ...words("--time 0 --members 60000 --evaluations 2"),
  ];
  const before = readdirSync(folder);
  const { sent, code, seconds, stderr } = await interrupted(args, /downscaling \d+\//, { signal: "SIGTERM" });
  assert.equal([sent, code], [1, 143], stderr);
  // All members of an evaluation take minutes.
  assert.ok(seconds < 20, `${seconds} s`);
  assert.equal(readdirSync(folder), before);
});

test.run();
