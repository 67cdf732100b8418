import { join } from "node:path";
import { rng } from "../../../engine/index.ts";
import { coarseFrames } from "../../../generative/data/index.ts";
import { evenly, seenTexture, type Texture, textureOff, texturesOf } from "../../../generative/model/index.ts";
import { openDataset } from "../../../io/index.ts";
import { dataFolder } from "../../data.ts";
import { assert, test } from "../../harness.ts";

const none = {} as const;
const noise = (n: number) => Float64Array.from(rng(1).normal(n * n));

/** Sums of white noise over a square of so many cells, or of plane waves. */
function smoothed(n: number, over: number): Float64Array {
  const white = noise(n + over);
  return Float64Array.from({ length: n * n }, (_, i) => {
    let sum = 0;
    for (let y = 0; y < over; y++) {
      for (let x = 0; x < over; x++) sum += white[(Math.floor(i / n) + y) * (n + over) + (i % n) + x]!;
    }
    return sum;
  });
}

const mean = (windows: readonly Texture[]) => windows.reduce((sum, { slope }) => sum + slope, 0) / windows.length;

test("the slope is 0 for white noise, 1 for sums over two and more cells, and 2 for a plane", () => {
  const of = (map: ArrayLike<number>, n: number) => texturesOf(map, [n, n], 16, none);
  assert.ok(Math.abs(mean(of(noise(160), 160))) < 0.03);
  // Overlapping sums over k cells differ by 2k of k² terms a cell apart, and by 4k where k is at least 2: twice the variance.
  assert.ok(Math.abs(mean(of(smoothed(160, 8), 160)) - 1) < 0.03);
  const plane = Float64Array.from({ length: 256 }, (_, i) => 3 * Math.floor(i / 16) + (i % 16));
  assert.equal(of(plane, 16), [{ slope: 2, wetShare: 1, intensity: 0 }]);
});

test("the last octaves are 0 for white noise, 1 for sums over many cells, 4 for a parabola, and unknown for a plane", () => {
  const octaves = (map: ArrayLike<number>, n: number) =>
    (["lastOctave", "octaveBefore"] as const).map((name) => {
      const windows = texturesOf(map, [n, n], 16, none);
      return windows.reduce((sum, one) => sum + one[name]!, 0) / windows.length;
    });
  for (const octave of octaves(noise(160), 160)) assert.ok(Math.abs(octave) < 0.05, `${octave}`);
  // Second differences of sums over k cells have 6 of k² terms a cell apart, twice and four times as many two and four apart.
  for (const octave of octaves(smoothed(160, 8), 160)) assert.ok(Math.abs(octave - 1) < 0.1, `${octave}`);
  const parabola = Float64Array.from({ length: 256 }, (_, i) => Math.floor(i / 16) ** 2 + 2 * (i % 16) ** 2);
  // Squared second differences grow by 16 an octave; logarithms are rounded.
  for (const octave of octaves(parabola, 16)) assert.ok(Math.abs(octave - 4) < 1e-12, `${octave}`);
  const [small] = texturesOf(parabola, [16, 8], 8, none);
  assert.is(small!.octaveBefore, undefined);
});

test("windows are whole ones around the middle, without gaps and dry ones, and small maps are one", () => {
  const rain = new Float32Array(40 * 20).map((_, i) => (i % 3 === 0 ? 0.05 : 1 + (i % 7)));
  const options = { wet: 0.1, unit: 1 };
  assert.is(texturesOf(rain, [40, 20], 16, options).length, 2);
  const [first] = texturesOf(rain, [40, 20], 16, options);
  assert.ok(Math.abs(first!.wetShare - 2 / 3) < 0.01 && Math.abs(first!.intensity - Math.log(4)) < 0.05);
  const gaps = rain.map((v, i) => (i < 20 * 12 ? Number.NaN : v));
  assert.is(texturesOf(gaps, [40, 20], 16, options).length, 1);
  assert.is(
    texturesOf(
      rain.map((v) => v / 1000),
      [40, 20],
      16,
      options,
    ).length,
    0,
  );
  assert.is(texturesOf(rain, [80, 10], 16, options).length, 5);
  assert.is(texturesOf(rain, [200, 4], 16, options).length, 0);
});

test("rougher, smoother, weaker and drier inputs are described with both values; like ones, and few windows, are not", () => {
  const windows = (slope: number, intensity = 0, wetShare = 0.5): readonly Texture[] =>
    Array.from({ length: 200 }, (_, i) => {
      const off = ((i % 5) - 2) / 8;
      return { slope: slope + off, intensity: intensity + off, wetShare: wetShare + (i % 2) / 10 };
    });
  const seen = seenTexture(windows(1.3), { wet: 0.1, unit: 1 })!;
  assert.equal(textureOff(seen, windows(1.25).slice(0, 100)), []);
  assert.match(textureOff(seen, windows(1)).join(), /^rougher \(slope .* 1\.00, training 1\.30 ± 0\.18\)$/);
  assert.match(textureOff(seen, windows(1.6)).join(), /^smoother/);
  assert.match(textureOff(seen, windows(1.3, -2)).join(), /^weaker \(ln of the mean of wet values/);
  assert.match(textureOff(seen, windows(1.3, 0, 0.1)).join(), /^drier \(wet share 0\.15, training 0\.55/);
  assert.equal(textureOff(seen, windows(0).slice(0, 7)), []);
  assert.is(seenTexture(windows(1).slice(0, 7), {}), undefined);
});

test("times are spread evenly, from the middle of each part", () => {
  assert.equal(evenly(100, 4), [12, 37, 62, 87]);
  assert.equal(evenly(3, 4), [0, 1, 2]);
});

test("of real radar, held-out times are of the texture of training, and another radar's are not", async () => {
  const folder = dataFolder();
  if (folder === undefined) return console.log("SKIP textures of radar: MONGE_DATA names no folder");
  const windows = async (name: string, which: number): Promise<readonly Texture[]> => {
    const data = await openDataset(join(folder, "radar", `${name}.nc`));
    const field = await data.variable(data.dataVariables[0]);
    const frames = coarseFrames(field, 4, { coarsen: true, missing: "propagate", clipNegative: true, interval: 300 });
    const found: Texture[] = [];
    for (const time of evenly(frames.field.shape[0]!, 6).filter((_, i) => i % 2 === which)) {
      const { coarse } = await frames.read([time]);
      found.push(...texturesOf(coarse.values, coarse.shape.slice(-2) as [number, number], 16, { wet: 0.1, unit: 0.2 }));
    }
    data.close();
    return found;
  };
  for (const [name, other, kind] of [
    ["knmi_20100826", "fmi_20160928", "rougher"],
    ["fmi_20160928", "mch_20150515", "smoother"],
  ] as const) {
    const seen = seenTexture(await windows(name, 0), { wet: 0.1, unit: 0.2 })!;
    assert.equal(textureOff(seen, await windows(name, 1)), [], name);
    assert.match(textureOff(seen, await windows(other, 1)).join(), new RegExp(`^${kind}`), `${name} ${other}`);
  }
});

test.run();
