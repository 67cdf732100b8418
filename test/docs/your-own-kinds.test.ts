/** The page docs/how-to/your-own-kinds.md does what it says, block by block. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OptionsError, rng, tf } from "../../engine/index.ts";
import { edm, type LossTerm, loadDownscaler, type NoiseProcess, type train } from "../../generative/index.ts";
import { Field, readField, writeField } from "../../io/index.ts";
import { writeSyntheticRain } from "../cli/data.ts";
import { coefficientsAt, weightAt } from "../generative/diffusion/at-level.ts";
import { assert, refuses, test } from "../harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = await readFile(join(root, "docs/how-to/your-own-kinds.md"), "utf8");
const folder = await mkdtemp(join(root, "test", ".page-"));
test.after(() => rm(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

/** The code under a heading of the page, as a module. */
async function block(heading: string): Promise<Record<string, unknown>> {
  const code = new RegExp(`## ${heading}\n[\\s\\S]*?\`\`\`ts\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;
  const file = at(`${heading.replaceAll(" ", "-")}.ts`);
  await writeFile(file, code.replace(/"monge\/(\w+)"/g, '"../../$1/index.ts"'));
  return import(pathToFileURL(file).href);
}

test("the process of the page has EDM's denoiser, its own levels, and trains models that ask for it", async () => {
  const { even, trainEven } = (await block("A noise process")) as {
    readonly even: NoiseProcess;
    readonly trainEven: (files: string, options: object) => ReturnType<typeof train>;
  };
  for (const sigma of [0.01, 0.5, 7]) {
    const [own, known] = [coefficientsAt(even, sigma, 0.3), coefficientsAt(edm, sigma, 0.3)];
    for (const key of ["skip", "out", "in", "noise"] as const) {
      assert.ok(Math.abs(own[key] / known[key] - 1) < 1e-12, `${key} at ${sigma}`);
    }
    assert.ok(Math.abs(weightAt(even, sigma, 0.3) * own.out ** 2 - 1) < 1e-12);
  }
  const levels = even.schedule(5, 0.3);
  assert.ok(Math.abs(levels[0]! - 6) < 1e-12 && Math.abs(levels[4]! - 0.006) < 1e-12);
  for (let i = 1; i < 4; i++)
    assert.ok(Math.abs((levels[i]! * levels[i]!) / levels[i - 1]! / levels[i + 1]! - 1) < 1e-12);

  await writeSyntheticRain(at("rain.nc"), { days: 40, units: "mm h-1" });
  const small = { batch: 2, network: { baseChannels: 8 }, threads: 1, tile: 32, seed: 1, out: at("runs") };
  const trained = await trainEven(at("rain.nc"), { ...small, steps: 3 });
  await trained.downscaler?.dispose();
  assert.is(trained.status, "finished");
  await refuses(loadDownscaler(at("runs")), /process is "even", which is none of/, OptionsError);
  const model = await loadDownscaler(at("runs"), { process: even });
  await model.dispose();
});

test("the term of the page is 0 for fields of the right means, counts little noise alone, and trains", async () => {
  const { sameMean, trainMeans } = (await block("A term of the loss")) as {
    readonly sameMean: LossTerm;
    readonly trainMeans: (files: string, options: object) => ReturnType<typeof train>;
  };
  await tf.setBackend("cpu");
  const truth = tf.tensor4d([1, 3, 5, 7, 0, 0, 0, 0], [2, 2, 2, 1]);
  const value = (estimate: number[], ...level: number[]) =>
    sameMean
      .value({ estimate: tf.tensor4d(estimate, [2, 2, 2, 1]), truth, level: tf.tensor1d(level), draws: [] })
      .dataSync()[0];
  assert.is(value([7, 5, 3, 1, 2, -2, 1, -1], 0.1, 0.1), 0);
  assert.is(value([4, 4, 4, 6, 1, 1, 1, 1], 0.5, 0.5), (0.5 + 1) / 2);
  assert.is(value([4, 4, 4, 6, 1, 1, 1, 1], 0.5, 2), 0.5 / 2);
  const small = { batch: 2, network: { baseChannels: 8 }, threads: 1, tile: 32, seed: 1 };
  const seen: string[][] = [];
  const onProgress = ({ metrics }: { readonly metrics: object }) => void seen.push(Object.keys(metrics));
  const trained = await trainMeans(at("rain.nc"), { ...small, steps: 1, onProgress });
  await trained.downscaler?.dispose();
  assert.ok(seen[0]!.includes("mean of an image"), `${seen[0]}`);
});

test("the score of the page is the share (M - 1)/(M + 1) where truth and members are drawn alike", async () => {
  const { coverage } = (await block("A score")) as { readonly coverage: (a: string, b: string) => Promise<number> };
  const [members, side] = [4, 100];
  const draws = rng(3);
  const axis = (name: string, units: string) => ({
    ...{ name, dims: [name], attributes: { units } },
    values: Float64Array.from({ length: side }, (_, i) => i / 10),
  });
  const of = (dims: readonly string[], shape: readonly number[]) =>
    new Field({
      ...{ name: "t", dims, shape, units: "K" },
      values: draws.normal(shape.reduce((a, b) => a * b)),
      coordinates: [axis("lat", "degrees_north"), axis("lon", "degrees_east")],
    });
  await writeField(at("forecast.nc"), of(["realization", "lat", "lon"], [members, side, side]));
  await writeField(at("truth.nc"), of(["lat", "lon"], [side, side]));
  const share = await coverage(at("forecast.nc"), at("truth.nc"));
  // 10 000 cells: the standard error is 0.005.
  assert.ok(Math.abs(share - 0.6) < 0.02, `${share}`);
});

test("the format of the page gives back what it wrote, gaps too, and is asked for by its first bytes", async () => {
  const { rewritten } = (await block("A format")) as {
    readonly rewritten: (input: string, output: string) => Promise<Field>;
  };
  const values = Float64Array.of(1, 2.5, Number.NaN, -4, 0, 1e-3);
  const map = new Field({ name: "map", dims: ["y", "x"], shape: [2, 3], values });
  await writeField(at("map.nc"), map);
  const again = await rewritten(at("map.nc"), at("map.csv"));
  assert.equal(Array.from(again.values), Array.from(values));
  assert.is(await readFile(at("map.csv"), "utf8"), "# map\n1,2.5,\n-4,0,0.001\n");
  await refuses(readField(at("map.csv")), /map\.csv/, Error);
});

test.run();
