/** What a model says of inputs that are not as in training: times of the year, texture, and what it conserves. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DomainError, rng } from "../../../engine/index.ts";
import { downscale, downscaleTo, planDownscaling, train } from "../../../generative/index.ts";
import { coarsen, lazyField, openDataset, writeZarr } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { fieldOf, hours, steps } from "../fields-for-tests.ts";

const { folder } = temporaryFolder(test);

const tiny = {
  ...{ seed: 1, steps: 1, batch: 1, threads: 1, crop: 8 },
  network: { baseChannels: 8, multipliers: [1, 1], blocks: 1, groups: 4 },
};
const draw = { members: 1, evaluations: 2 };
const days = (first: number, count: number) => {
  const at = steps(24 * first, 24, count);
  return hours(
    at.map((h) => h + 12),
    at.map((h) => [h, h + 24] as const),
  );
};

/** Daily rain whose bumps are some cells wide, from the seed of each day. */
function rain(side: number, first: number, count: number, width: number) {
  const bumps = Array.from({ length: count }, (_, t) => rng(t + first).uniform(3 * 40));
  return fieldOf({
    ...{ name: "pr", units: "mm day-1", standardName: "lwe_precipitation_rate", time: days(first, count) },
    ...{ lat: steps(40, 0.1, side), lon: steps(0, 0.1, side) },
    value(t, y, x) {
      let sum = 1;
      for (let k = 0; k < 120; k += 3) {
        const [u, v, w] = [bumps[t]![k]!, bumps[t]![k + 1]!, bumps[t]![k + 2]!];
        const d = ((y - 40 - u * 0.1 * side) ** 2 + (x - v * 0.1 * side) ** 2) / (0.1 * width) ** 2;
        sum += 30 * w * Math.exp(-d);
      }
      return sum;
    },
  });
}

const listening = () => {
  const lines: string[] = [];
  return { lines, onNotice: (line: string) => void lines.push(line) };
};

test("a model of fine data alone says at training that it conserves their means; one of two data sets does not", async () => {
  const fine = rain(16, 0, 3, 3);
  const coarse = lazyField(coarsen(await fine.load(), 4));
  for (const [data, says] of [
    [{ fine }, true],
    [{ fine, coarse }, false],
  ] as const) {
    const { lines, onNotice } = listening();
    const { downscaler } = await train(data, { ...tiny, onNotice });
    assert.is(/which members conserve/.test(lines.join()), says);
    await downscaler!.dispose();
  }
});

test("a training on pairs says that chunks of a store that it reads are not there", async () => {
  const path = join(folder, "lost.zarr");
  await writeZarr(path, await rain(16, 0, 3, 3).load(), { chunks: { time: 1, lat: 16, lon: 16 } });
  rmSync(join(path, "pr/c/1/0/0"));
  const { lines, onNotice } = listening();
  const { downscaler } = await train({ fine: path }, { ...tiny, onNotice });
  assert.match(lines.join("\n"), /lost\.zarr: 1 chunk that was read is not in the store: values there are missing/);
  await downscaler!.dispose();
});

test("days of August are refused by a model of January with the season, and are not once it was tuned on them", async () => {
  const august = rain(16, 213, 3, 3);
  const means = lazyField(coarsen(await august.load(), 4));
  const january = { fine: rain(16, 0, 3, 3), context: ["season"] as const };
  const { downscaler, run } = await train(january, { ...tiny, out: folder });
  await refuses(
    downscale(downscaler!, means, draw),
    /3 of 3: 1 August to 3 August\), but it was trained on 1 January to 3 January; .*`force: \["season"\]`/,
    DomainError,
  );
  const { lines, onNotice } = listening();
  await downscale(downscaler!, means, { ...draw, force: ["season"], onNotice });
  assert.match(lines.join("\n"), /without the guard "season"/);
  await downscaler!.dispose();
  const tuned = await train({ ...january, fine: august }, { ...tiny, start: run! });
  await downscale(tuned.downscaler!, means, draw);
  await downscale(tuned.downscaler!, lazyField(coarsen(await january.fine.load(), 4)), draw);
  await tuned.downscaler!.dispose();
});

test("an input rougher than training is reported, in the result and in the history, with what tunes the model; one alike is not", async () => {
  const fine = rain(64, 0, 12, 16);
  const [alike, rough] = [rain(64, 40, 12, 16), rain(64, 40, 12, 5)].map((field) => field.load());
  const blocks = await train(fine, { ...tiny, factor: 4, network: { ...tiny.network, multipliers: [1, 1, 1] } });
  const pairs = await train({ fine }, { ...tiny, factor: 4 });
  for (const [kind, { downscaler }] of Object.entries({ blocks, pairs })) {
    const path = (name: string) => join(folder, `${kind}-${name}.nc`);
    const quiet = listening();
    const one = { ...draw, force: ["range"] as const };
    const said = await downscaleTo(path("alike"), downscaler!, coarsen(await alike!, 4), {
      ...one,
      onNotice: quiet.onNotice,
    });
    assert.is(said.unlike, undefined, quiet.lines.join("\n"));
    assert.not.match(quiet.lines.join("\n"), /texture/);
    const told = listening();
    const { unlike } = await downscaleTo(path("rough"), downscaler!, coarsen(await rough!, 4), {
      ...one,
      onNotice: told.onNotice,
    });
    assert.match(unlike!.join(), kind === "blocks" ? /^it is rougher \(slope/ : /^pr is rougher \(slope/);
    assert.match(
      told.lines.join("\n"),
      /texture of INPUT is unlike .*tune the model: monge train --(data|fine) FINE --start MODEL/,
    );
    const plan = await planDownscaling(downscaler!, coarsen(await rough!, 4), { ...one, measure: 0 });
    assert.equal(plan.unlike, unlike);
    const data = await openDataset(path("rough"));
    assert.match(String(data.attributes["history"]), /; texture of INPUT unlike training: (it|pr) is rougher/);
    data.close();
    await downscaler!.dispose();
  }
});

test.run();
