import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "../../engine/index.ts";
import { Field, writeNetcdf } from "../../io/index.ts";
import { verify } from "../../verification/index.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { runScript } from "../script.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { folder: out } = temporaryFolder(test);
const paths = [join(out, "forecast.nc"), join(out, "truth.nc")] as const;

const [N, M, H, W] = [3, 4, 8, 9];
const line = (name: string, n: number, first: number, step: number, units: string) =>
  axis(name, evenly(n, first, step), { units });

/** Twelve-hourly rain with gaps. */
function rain(seed: number, members: number | undefined): Field {
  const lead = members === undefined ? [] : [members];
  const z = rng(seed).normal(N * (members ?? 1) * H * W);
  return new Field({
    name: "pr",
    dims: ["time", ...(members === undefined ? [] : ["realization"]), "lat", "lon"],
    shape: [N, ...lead, H, W],
    values: Float32Array.from(z, (v, i) => (i % 17 === 3 ? Number.NaN : Math.max(0, 4 * v))),
    units: "mm h-1",
    attributes: { standard_name: "lwe_precipitation_rate" },
    coordinates: [
      line("time", N, 0, 12, "hours since 2020-06-01"),
      line("lat", H, 45, 0.1, "degrees_north"),
      line("lon", W, 6, 0.1, "degrees_east"),
    ],
  });
}
const [forecast, truth] = [rain(1, M), rain(2, undefined)];

async function run(example: string): Promise<string> {
  const { status, stdout, stderr } = await runScript(`examples/${example}`, paths);
  assert.is(status, 0, stderr);
  return stdout;
}

test("two files: their scores, what was compared, and a line a day, in less than 25 lines", async () => {
  await writeNetcdf(paths[0], forecast);
  await writeNetcdf(paths[1], truth);
  const text = await run("verify-files.ts");
  const { scores, coverage, wetThreshold } = await verify(forecast, truth);
  assert.match(text, `fair CRPS ${scores.crps.toFixed(4)} mm h-1`);
  // 0.1 mm in twelve hours.
  assert.ok(Math.abs(wetThreshold! - 0.1 / 12) < 1e-12);
  assert.match(text, `wet is 0.00833 mm h-1`);
  assert.match(text, `scored ${coverage.cells[0]} of ${coverage.cells[1]} cells at 3 times`);
  assert.ok(coverage.cells[0] < coverage.cells[1]);
  assert.equal(text.match(/^2020-06-0\d/gm), ["2020-06-01", "2020-06-02"]);
  const code = readFileSync(join(root, "examples/verify-files.ts"), "utf8").replace(/\/\*.*?\*\//s, "");
  assert.ok(code.split("\n").filter((l) => l.trim() !== "").length < 25);
});

test("examples that take files of one's own run without them, on data of the repository", async () => {
  for (const [name, says] of [
    ["own-score", /^fair CRPS 0\.\d+, Brier score of 5 and more 0\.\d+/],
    ["own-format", /ascii-grid lat 40, lon 38/],
  ] as const) {
    const { status, stdout, stderr } = await runScript(`examples/${name}.ts`);
    assert.is(status, 0, stderr);
    assert.match(stdout, says);
  }
});

test("a score of one's own: the Brier score counted by hand", async () => {
  let [sum, cells] = [0, 0];
  for (const [i, y] of truth.values.entries()) {
    const [n, cell] = [Math.floor(i / (H * W)), i % (H * W)];
    const members = Array.from({ length: M }, (_, m) => forecast.values[(n * M + m) * H * W + cell]!);
    if ([y, ...members].some(Number.isNaN)) continue;
    sum += (members.filter((x) => x >= 5).length / M - Number(y >= 5)) ** 2;
    cells++;
  }
  const printed = Number(/Brier score of 5 and more (\S+)/.exec(await run("own-score.ts"))![1]);
  assert.ok(Math.abs(printed - sum / cells) < 1e-12, `${printed} against ${sum / cells}`);
});

test.run();
