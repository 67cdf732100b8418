/**
 * What storage in float16 does to samples: one small model of radar rain, drawn from in both ways with the same noise, on fields that it was
 * not trained on. Prints differences of fields and their CRPS.
 *
 *     node --import tsx --conditions=source bench/half-storage.ts [--steps 300] [--members 8] [--device cpu] [--seeds 1,2,3]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { blockMean } from "../engine/numerics/grid.ts";
import { rng } from "../engine/rng.ts";
import { cutTiles, Downscaler, type RainFrames, trainDownscaler } from "../generative/downscaling/index.ts";
import { meanCrps } from "../generative/verification/index.ts";
import { convertPrecipitation, readField } from "../io/index.ts";
import { describeMachine } from "./machine.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { steps: text, members: text, device: text, seeds: text } });
const [steps, members] = [Number(values.steps ?? 300), Number(values.members ?? 8)];
const device = (values.device ?? "cpu") as "cpu" | "webgpu" | "cuda";
const factor = 4;

async function frames(file: string): Promise<RainFrames> {
  const path = fileURLToPath(new URL(`../test/data/radar/${file}`, import.meta.url));
  const field = convertPrecipitation(await readField(path, { variable: "pr" }), "mm h-1", {});
  const [time, height, width] = field.shape as [number, number, number];
  return { name: file, values: Float32Array.from(field.values), time, height, width, limit: 100 };
}

const folder = mkdtempSync(join(tmpdir(), "monge-half-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "model");
console.log(await describeMachine());
const archiveOf = (file: string) =>
  cutTiles(
    (async function* () {
      yield await frames(file);
    })(),
    rng(1),
  );
const [taught, judged] = [await archiveOf("fmi_20160928_cut.nc"), await archiveOf("fmi_20170509_cut.nc")];
const tiles = Math.min(judged.count, 12);
console.log(
  `${taught.count} tiles to learn from, ${tiles} tiles of ${judged.size}² to judge, ${members} members, ${device}`,
);
for (const seed of (values.seeds ?? "1,2,3").split(",").map(Number)) {
  const { downscaler } = await trainDownscaler(taught, {
    ...{ seed, steps, factor, batch: 4, crop: 32, network: { baseChannels: 16, multipliers: [1, 2] } },
  });
  await downscaler.save(path);
  const size = judged.size;
  const draw = async (storage: "float32" | "float16") => {
    const model = await Downscaler.load(path, { device, storage });
    const fields: Float32Array[] = [];
    for (let k = 0; k < tiles; k++) {
      const truth = judged.values.subarray(k * size * size, (k + 1) * size * size);
      const coarse = blockMean(truth, 1, size, size, factor);
      const drawn = await model.sample(
        { values: Float32Array.from(coarse), height: size / factor, width: size / factor },
        { members, seed: seed + k },
      );
      fields.push(Float32Array.from(drawn.values));
    }
    await model.dispose();
    return fields;
  };
  const [full, half] = [await draw("float32"), await draw("float16")];
  const scores = (fields: readonly Float32Array[]) =>
    fields.reduce((sum, data, k) => {
      const truth = judged.values.subarray(k * size * size, (k + 1) * size * size);
      return (
        sum +
        meanCrps({ shape: [1, members, size, size], values: data }, { shape: [1, size, size], values: truth }) / tiles
      );
    }, 0);
  let [worst, squares, spread, count] = [0, 0, 0, 0];
  full.forEach((field, k) => {
    field.forEach((value, i) => {
      const difference = half[k]![i]! - value;
      worst = Math.max(worst, Math.abs(difference));
      squares += difference ** 2;
      spread += value ** 2;
      count++;
    });
  });
  const [a, b] = [scores(full), scores(half)];
  console.log(
    `seed ${seed}: largest difference ${worst.toExponential(1)} mm/h, root mean square ${Math.sqrt(squares / count).toExponential(1)} of ${Math.sqrt(spread / count).toFixed(2)} mm/h; ` +
      `CRPS ${a.toFixed(6)} in float32, ${b.toFixed(6)} in float16 (${((100 * (b - a)) / a).toFixed(4)} %)`,
  );
}
