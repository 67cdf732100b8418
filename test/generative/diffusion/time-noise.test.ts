// Inside: noise by itself.
import { normalField } from "../../../engine/random/noise-field.ts";
import { chainNoise, type Motion, type NoiseLink, timeNoise } from "../../../generative/diffusion/time-noise.ts";
import { assert, test } from "../../harness.ts";

const side = 160;
const window = { seed: 3, member: 1, step: 2, top: 0, left: 0, height: side, width: side };

/** Mean of the product of two fields of unit variance. */
const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length;
/** Four deviations of such a mean where the fields are independent. */
const noise = 4 / side;

/** Links of a frame to all before it, with a motion for each of them. */
const chain = (frame: number, correlation: number, motion?: (to: number) => Motion): NoiseLink[] =>
  Array.from({ length: frame }, (_, k) => ({
    frame: frame - k - 1,
    correlation,
    ...(motion && { motion: motion(frame - k) }),
  }));

const cell = 4;
const cells = side / cell;
const motionOf = (way: (row: number, column: number) => readonly [down: number, right: number]): Motion => {
  const each = Array.from({ length: cells ** 2 }, (_, i) => way(Math.floor(i / cells), i % cells));
  const of = (k: 0 | 1) => Float32Array.from(each, (v) => v[k]);
  return { cell, rows: cells, columns: cells, down: of(0), right: of(1), origin: [0, 0] };
};
const steady = motionOf(() => [2, -3]);
/** A vortex that also draws together: many pixels come from one place. */
const vortex = motionOf((row, column) => {
  const [y, x] = [row - cells / 2, column - cells / 2];
  return [0.4 * x - 0.3 * y, -0.4 * y - 0.3 * x];
});

test("the noise of a time without links is the white noise of its number, bit for bit", () => {
  assert.equal(chainNoise(9, [], window), normalField({ ...window, channel: 9 }));
});

test("noise in place has unit variance and the autocorrelation r^j, from the first time of a file on", () => {
  for (const r of [0.3, 0.9]) {
    const fields = Array.from({ length: 9 }, (_, time) => chainNoise(time, chain(time, r), window));
    for (const [j, field] of fields.entries()) {
      assert.ok(Math.abs(product(field, field) - 1) < Math.SQRT2 * noise);
      assert.ok(Math.abs(product(fields[0]!, field) - r ** j) < Math.SQRT2 * noise, `lag ${j} of ${r}`);
    }
  }
});

test("a chain of unequal steps has the product of their correlations", () => {
  const links = [
    { frame: 4, correlation: 0.9 },
    { frame: 1, correlation: 0.5 },
  ];
  const [now, first] = [chainNoise(5, links, window), chainNoise(1, [], window)];
  assert.ok(Math.abs(product(now, first) - 0.45) < Math.SQRT2 * noise);
});

/** The value at (y, x) of what moved there from where it was `steps` times before. */
const moved = (field: Float32Array, [down, right]: readonly [number, number]) => {
  const margin = 40;
  const out: number[] = [];
  for (let y = margin; y < side - margin; y++) {
    for (let x = margin; x < side - margin; x++) out.push(field[(y - down) * side + x - right]!);
  }
  return Float32Array.from(out);
};

test("noise that moves has its correlation along the motion, and none at its place", () => {
  const r = 0.8;
  const whole = Array.from({ length: 7 }, (_, time) =>
    chainNoise(
      time,
      chain(time, r, () => steady),
      window,
    ),
  );
  const inner = 4 / 80;
  for (const j of [1, 3]) {
    const [now, before] = [whole[6]!, whole[6 - j]!];
    assert.ok(Math.abs(product(moved(now, [0, 0]), moved(before, [2 * j, -3 * j])) - r ** j) < Math.SQRT2 * inner);
    assert.ok(Math.abs(product(now, before)) < noise);
  }
});

test("noise along a motion of fractions of a pixel keeps to the motion on average over the times", () => {
  const slow = motionOf(() => [0.3, 1.4]);
  const frames = 20;
  const [last, first] = [frames, 0].map((time) =>
    chainNoise(
      time,
      chain(time, 0.97, () => ({ ...slow })),
      window,
    ),
  );
  const found = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [y, x] as const));
  const best = found
    .map(([y, x]) => ({ y, x, v: product(moved(last!, [0, 0]), moved(first!, [6 + y, 28 + x])) }))
    .reduce((a, b) => (b.v > a.v ? b : a));
  assert.ok(best.v > 0.4 && Math.abs(best.y) <= 1 && Math.abs(best.x) <= 1, JSON.stringify(best));
});

test("noise along any motion is white and standard normal at each time", () => {
  const field = chainNoise(
    8,
    chain(8, 0.95, () => vortex),
    window,
  );
  const power = (k: number) => field.reduce((sum, v) => sum + v ** k, 0) / field.length;
  assert.ok(Math.abs(power(1)) < noise);
  assert.ok(Math.abs(power(2) - 1) < Math.SQRT2 * noise);
  assert.ok(Math.abs(power(4) - 3) < Math.sqrt(96) * noise);
  for (const [y, x] of [
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 2],
    [2, 1],
  ]) {
    let sum = 0;
    for (let i = 0; i < side - y!; i++) {
      for (let j = 0; j < side - x!; j++) sum += field[i * side + j]! * field[(i + y!) * side + j + x!]!;
    }
    assert.ok(Math.abs(sum / side ** 2) < noise, `${y} ${x}`);
  }
  // What draws together shares no ancestor: values are the same by chance of 24 bits alone.
  assert.ok(new Set(field).size > 0.999 * field.length);
});

test("windows of noise that moves agree, whatever their size, also beyond the map", () => {
  const links = chain(6, 0.9, () => vortex);
  const whole = chainNoise(6, links, { ...window, top: -3, left: -2, height: side + 6, width: side + 4 });
  const part = chainNoise(6, links, { ...window, top: 60, left: 71, height: 30, width: 25 });
  const cut = Array.from({ length: 30 * 25 }, (_, i) => whole[(63 + Math.floor(i / 25)) * (side + 4) + 73 + (i % 25)]!);
  assert.equal([...part], cut);
});

test("noise of two parts has the mean of their correlations by their shares, and is standard normal", () => {
  const parts = (frame: number) => [
    { share: 0.3, links: chain(frame, 0.9) },
    { share: 0.7, links: chain(frame, 0.5, () => steady) },
  ];
  const [now, before] = [4, 3].map((frame) => timeNoise(frame, parts(frame), window)) as [Float32Array, Float32Array];
  assert.ok(Math.abs(product(now, now) - 1) < Math.SQRT2 * noise);
  assert.ok(Math.abs(product(now, before) - 0.3 * 0.9) < Math.SQRT2 * noise);
  assert.ok(Math.abs(product(moved(now, [0, 0]), moved(before, [2, -3])) - 0.7 * 0.5) < (4 * Math.SQRT2) / 80);
  assert.equal(timeNoise(4, [], window), normalField({ ...window, channel: 4 }));
});

test("noise of other members, steps, seeds and places is independent", () => {
  const own = chainNoise(
    4,
    chain(4, 0.8, () => steady),
    window,
  );
  for (const other of [{ member: 0 }, { step: 3 }, { top: 1000 }, { seed: 4 }]) {
    assert.ok(
      Math.abs(
        product(
          own,
          chainNoise(
            4,
            chain(4, 0.8, () => steady),
            { ...window, ...other },
          ),
        ),
      ) < noise,
    );
  }
});

test.run();
