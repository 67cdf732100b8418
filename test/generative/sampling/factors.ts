/** Factors that are learned, judged and refined. */
import { downscale, type TrainingProgress, train } from "../../../generative/index.ts";
import { coarsen } from "../../../io/index.ts";
import { assert, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const tiny = {
  ...{ seed: 1, steps: 1, batch: 1, threads: 1 },
  network: { baseChannels: 8, multipliers: [1, 1, 1], blocks: 1, groups: 4, attention: false },
  validate: { indices: [2, 3] as [number, number] },
};
const judging = { every: 1, images: 1, members: 2 };

/** Daily rain on a square of pixels, wet nearly everywhere. */
const rain = (side: number) =>
  fieldOf({
    ...{ name: "pr", units: "mm day-1", standardName: "lwe_precipitation_rate", time: days(3) },
    ...{ lat: steps(40, 0.1, side), lon: steps(0, 0.1, side) },
    value: (t, y, x) => 24 * Math.max(0, 1 + Math.sin(5 * y + t) * Math.cos(7 * x - t)),
  });

/** All factors as block means and as pairs; or every fourth factor. */
export function factorTests(all: boolean): void {
  const factors = Array.from({ length: 11 }, (_, i) => i + 2);
  const [ofMeans, ofPairs] = [0, 1].map((odd) => factors.filter((factor) => all || factor % 4 === odd));
  const draw = { members: 1, evaluations: 2 };
  const choices = { ...tiny, validation: { ...judging, evaluations: 2 } };

  test(`block means of ${all ? "every factor from 2 to 12" : "every fourth factor"} are learned, judged and refined, conserving them`, async () => {
    for (const factor of ofMeans!) {
      const side = Math.ceil(64 / factor) * factor;
      const fine = await rain(side).load();
      const judged: number[] = [];
      const onProgress = ({ validation }: TrainingProgress) => void judged.push(validation!.targets[0]!.crps);
      const { downscaler } = await train(fine, { ...choices, factor, onProgress });
      assert.ok(judged.length === 1 && judged[0]! > 0, `${factor}: judged by ${judged}`);
      const coarse = coarsen(fine.isel({ time: [0, 1] }), factor);
      const made = await downscale(downscaler!, coarse, draw);
      assert.equal(made.shape, [1, 1, side, side], `${factor}`);
      const means = Float64Array.from(coarsen(made.isel({ realization: 0 }), factor).values);
      const off = means.reduce((most, v, i) => Math.max(most, Math.abs(v - coarse.values[i]!)), 0);
      assert.ok(off < 1e-4, `${factor}: means are off by ${off}`);
      await downscaler!.dispose();
    }
  });

  test(`pairs of ${all ? "every factor from 2 to 12" : "every fourth factor"}, of one data set or two, are learned, judged and drawn`, async () => {
    for (const factor of ofPairs!) {
      const fine = rain(2 * factor + 5);
      const two = coarsen(await rain(3 * factor).load(), factor);
      const pairs = { ...choices, crop: 8, network: { ...tiny.network, multipliers: [1, 1] } };
      for (const [data, coarse] of [
        [{ fine }, coarsen(await fine.load(), factor, { crop: true })],
        [{ fine, coarse: two }, two],
      ] as const) {
        const { downscaler, best } = await train(data, { ...pairs, ...("coarse" in data ? {} : { factor }) });
        assert.ok(best !== undefined && best.scores.targets[0]!.crps > 0, `${factor}: judged`);
        const made = await downscale(downscaler!, coarse.isel({ time: [0, 1] }), { ...draw, force: true });
        assert.equal(made.shape, [1, 1, 2 * factor + 5, 2 * factor + 5], `${factor}`);
        await downscaler!.dispose();
      }
    }
  });
}
