// Inside: solvers of the reverse process, on denoisers that are known.
import { ConvergenceError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { normalField } from "../../../engine/random/noise-field.ts";
import type { CompiledDenoiser } from "../../../generative/diffusion/denoiser.ts";
import { drawResiduals, resolveDraw } from "../../../generative/diffusion/draw.ts";
import { trainingNoise } from "../../../generative/diffusion/process/edm.ts";
import { noiseSchedule } from "../../../generative/diffusion/process/process.ts";
import { veDiscrete } from "../../../generative/diffusion/process/ve.ts";
import {
  type Denoiser,
  type IntegrateOptions,
  levelsFor,
  integrate as moved,
  samplerMethods,
} from "../../../generative/diffusion/sampler.ts";
import { edm } from "../../../generative/index.ts";
import { assert, close, refuses, test, throws } from "../../harness.ts";
import { coefficientsAt, weightAt } from "./at-level.ts";

/** The sample; the state that it begins with stays. */
const integrate = (denoiser: Denoiser, initial: Float32Array, levels: ArrayLike<number>, options?: IntegrateOptions) =>
  moved(denoiser, initial.slice(), levels, options);

test("DPM-Solver++(2M) and Heun are of second order, Euler of first", async () => {
  // The flow takes σ = 10 to σ = 0.5 with the exact gain √((0.25 + 1)/(100 + 1)).
  for (const [method, order] of [
    ["euler", 2],
    ["heun", 4],
    ["dpm++2m", 4],
  ] as const) {
    const run = async (count: number) => {
      const levels = noiseSchedule({ count, largest: 10, smallest: 0.5 });
      // The state before the last step is what a final estimate that returns its input leaves.
      let calls = method === "heun" ? 2 * count - 1 : count;
      const probe = (x: Float32Array, sigma: number) => (--calls === 0 ? x.slice() : gaussian(1)(x, sigma));
      return (await integrate(probe, Float32Array.of(1), levels, { method }))[0]!;
    };
    const exact = Math.sqrt((0.25 + 1) / (100 + 1));
    const ratio = Math.abs((await run(65)) - exact) / Math.abs((await run(129)) - exact);
    assert.ok(Math.abs(ratio / order - 1) < 0.15, `${method}: halving the step divides the error by ${ratio}`);
  }
});

test("a mode of deviation s keeps √((σ² + 1)/(σ² + s²)) of it from a start at σ: half from 10 where s is 17, all but 9 % from 40", async () => {
  // Rain less its interpolation has such modes: σ_data is that of a pixel, and few modes hold most of its variance.
  const s = 17.4;
  for (const [largest, kept] of [
    [10, 0.501],
    [40, 0.917],
  ] as const) {
    close(Math.sqrt((largest ** 2 + 1) / (largest ** 2 + s ** 2)), kept, 1e-3);
    const levels = noiseSchedule({ count: 200, largest, smallest: 0.02 });
    const [end] = await integrate(gaussian(s), Float32Array.of(Math.hypot(largest, 1)), levels);
    close(end! / s, kept, 2e-3);
  }
});

test("samples do not depend on how pixels are grouped into batches, bit for bit", async () => {
  const local = (x: Float32Array, sigma: number) => x.map((v) => Math.tanh(v / (sigma * sigma)));
  const noise = normalField({ seed: 9, top: 0, left: 0, height: 8, width: 8 }).map((z) => 10 * z);
  const levels = noiseSchedule({ count: 8, largest: 10, smallest: 0.02 });
  for (const method of ["dpm++2m", "euler", "heun"] as const) {
    const whole = await integrate(local, noise, levels, { method });
    for (const size of [1, 5, 16]) {
      for (let at = 0; at < 64; at += size) {
        assert.equal(
          await integrate(local, noise.slice(at, at + size), levels, { method }),
          whole.slice(at, at + size),
        );
      }
    }
  }
});

test("preconditioning keeps unit variance at the input and at the target, and disappears without noise", () => {
  for (const sigmaData of [0.13, 1, 7]) {
    for (const sigma of [1e-4, 0.02, 0.5, 1, 10, 300]) {
      const c = coefficientsAt(edm, sigma, sigmaData);
      close(c.in ** 2 * (sigma ** 2 + sigmaData ** 2), 1, 1e-14);
      close(c.out ** 2 * weightAt(edm, sigma, sigmaData), 1, 1e-14);
      // Variance of the network's target (data − skip·(data + noise))/out.
      close(((1 - c.skip) ** 2 * sigmaData ** 2 + c.skip ** 2 * sigma ** 2) / c.out ** 2, 1, 1e-12);
      close(c.noise, Math.log(sigma) / 4, 0);
    }
    const still = coefficientsAt(edm, 1e-9 * sigmaData, sigmaData);
    close(still.skip, 1, 1e-15);
    close(still.out, 0, 2e-9 * sigmaData);
  }
});

test("noise levels fall from the largest to the smallest, evenly in their seventh root", () => {
  const levels = noiseSchedule({ count: 16, largest: 10, smallest: 0.02 });
  const roots = [...levels].map((s) => s ** (1 / 7));
  assert.is(levels[0], 10);
  assert.is(levels[15], 0.02);
  for (let i = 1; i < 16; i++) close(roots[i - 1]! - roots[i]!, (roots[0]! - roots[15]!) / 15, 1e-12);
});

test("training noise is log-normal with the given median and spread", () => {
  const p = [0.15865525393145707, 0.5, 0.8413447460685429];
  const [low, middle, high] = trainingNoise(p, 2, { median: 0.7, spread: 1.3 });
  close(middle!, 1.4, 1e-6);
  close(high! / middle!, Math.exp(1.3), 1e-6);
  close(middle! / low!, Math.exp(1.3), 1e-6);
  // The tails are clipped at 1e-4: Φ⁻¹(1e-4) = −3.719016485455709.
  close(trainingNoise([0], 1)[0]!, 0.7 * Math.exp(-1.3 * 3.719016485455709), 1e-8);
});

test("a denoiser that diverges, a wrong length and bad options raise typed errors", async () => {
  const levels = noiseSchedule({ count: 4, largest: 1, smallest: 0.1 });
  const start = Float32Array.of(1, 2);
  await refuses(
    integrate((x) => x.map(() => Number.NaN), start, levels),
    /./,
    ConvergenceError,
  );
  await refuses(
    integrate(() => new Float32Array(3), start, levels),
    /./,
    ShapeError,
  );
  await refuses(
    integrate((x) => x, start, [1, 2]),
    /./,
    OptionsError,
  );
  throws(() => levelsFor("heun", 2), OptionsError, /./);
  throws(() => noiseSchedule({ count: 4, largest: 0.1, smallest: 1 }), OptionsError, /./);
});

/** The best denoiser of N(0, s²) data. */
const gaussian =
  (s: number) =>
  (x: Float32Array, sigma: number): Float32Array =>
    x.map((v) => (v * s * s) / (sigma * sigma + s * s));

/**
 * Standard deviation of the samples of a solver that is linear in state and noise, without sampling: element k of the state is
 * its coefficient in the k-th independent unit normal variable, so that the variance is the sum of squares. Scaled by the root
 * of the length, norms are those of infinitely many pixels.
 */
async function deviation(
  denoiser: (x: Float32Array, sigma: number) => Float32Array,
  levels: ArrayLike<number>,
  start: number,
  options: IntegrateOptions,
): Promise<number> {
  const size = 2 * levels.length + 1;
  const unit = Math.sqrt(size);
  const initial = new Float32Array(size);
  initial[0] = start * unit;
  const noise = (draw: number, out: Float32Array) => {
    out.fill(0);
    out[draw + 1] = unit;
  };
  const end = await integrate(denoiser, initial, levels, { noise, ...options });
  return Math.sqrt(end.reduce((sum, v) => sum + v * v, 0) / size);
}

// Deviations of samples of N(0, 1): rho 7, smallest level 0.02, from recursions of the variance written in numpy.
// biome-ignore format: a table
const deviations = {
  methods: ["euler", "heun", "dpm++2m", "reverse-diffusion", "predictor-corrector", "churn"],
  rows: [
    [6, 80, 0.622, 3.241, 1.025], [10, 80, 0.775, 1.92, 1.099], [16, 80, 0.858, 1.24, 1.048, 1.3524, 1.9265, 1.4096],
    [20, 80, 0.886, 1.136, 1.03], [36, 80, 0.936, 1.035, 1.008, 1.1331, 1.2066, 1.0882],
    [6, 10, 0.75, 2.603, 1.101], [10, 10, 0.853, 1.294, 1.051], [16, 10, 0.909, 1.085, 1.018, 1.2018, 1.4255, 1.1757],
    [20, 10, 0.927, 1.05, 1.011], [36, 10, 0.96, 1.013, 1.003, 1.0798, 1.0836, 1.045],
    [6, 5, 0.79, 1.986, 1.084], [10, 5, 0.877, 1.187, 1.035], [16, 5, 0.924, 1.056, 1.012, 1.1582, 1.3018, 1.1299],
    [20, 5, 0.94, 1.033, 1.007], [36, 5, 0.967, 1.009, 1.002, 1.0633, 1.0565, 1.0355],
    [100, 80, 0, 0, 0, 1.0442, 1.0259, 1.0208], [100, 10, 0, 0, 0, 1.027, 1.0147, 1.0121], [100, 5, 0, 0, 0, 1.0216, 1.0134, 1.01],
  ],
} as const;

test("on Gaussian data every solver gives the deviation of the recursion of variances, by evaluations and largest level", async () => {
  for (const [evaluations, largest, ...expected] of deviations.rows)
    for (const [i, wanted] of expected.entries()) {
      if (wanted === 0) continue;
      const method = deviations.methods[i]!;
      const levels = noiseSchedule({ count: levelsFor(method, evaluations), largest, smallest: 0.02 });
      const found = await deviation(gaussian(1), levels, Math.hypot(largest, 1), { method });
      // The first three are known to three decimals.
      close(found, wanted, i < 3 ? 5.1e-4 : 6e-5, `${method}, ${evaluations} from ${largest}`);
    }
});

test("reverse diffusion over the 1000 published levels widens N(0, s²) by 1.0030 (s = 0.2) and 1.0042 (s = 1)", async () => {
  for (const [s, reverse, corrected] of [
    [0.2, 1.003, 1.01145],
    [1, 1.0042, 1.01267],
  ] as const) {
    const levels = veDiscrete.schedule(1000, s);
    close((await deviation(gaussian(s), levels, 50, { method: "reverse-diffusion" })) / s, reverse, 5e-5);
    close((await deviation(gaussian(s), levels, 50, { method: "predictor-corrector" })) / s, corrected, 1e-5);
  }
});

test("a two-point prior is sampled at its two points, half and half", async () => {
  const twoPoint = (x: Float32Array, sigma: number) => x.map((v) => Math.tanh(v / (sigma * sigma)));
  const [height, width] = [32, 64];
  const levels = noiseSchedule({ count: 60, largest: 10, smallest: 0.02 });
  const initial = normalField({ seed: 5, top: 0, left: 0, height, width }).map((z) => z * Math.sqrt(101));
  const noise = (draw: number, out: Float32Array) =>
    out.set(normalField({ seed: 6, step: draw, top: 0, left: 0, height, width }));
  for (const method of ["dpm++2m", "churn", "reverse-diffusion", "predictor-corrector"] as const) {
    const out = await integrate(twoPoint, initial, levels, { method, noise });
    assert.ok(out.filter((v) => Math.abs(Math.abs(v) - 1) < 1e-3).length > 0.999 * out.length, method);
    // Four standard errors of a fair coin tossed 2048 times.
    close(out.filter((v) => v > 0).length / out.length, 0.5, (4 * 0.5) / Math.sqrt(out.length), method);
  }
});

test("a Gaussian field keeps its spectrum: power k⁻³ on a ring of Fourier modes comes out within its sampling error", async () => {
  // Modes of a stationary field are independent: P/(P + σ²) is the denoiser of each, and the state holds their coefficients.
  const [modes, members] = [24, 400];
  const power = Float64Array.from({ length: modes }, (_, k) => (k + 1) ** -3);
  const denoiser = (x: Float32Array, sigma: number) =>
    x.map((v, i) => (v * power[i % modes]!) / (power[i % modes]! + sigma * sigma));
  const levels = noiseSchedule({ count: 300, largest: 10, smallest: 1e-3 });
  const noise = (draw: number, out: Float32Array) =>
    out.set(normalField({ seed: 8, step: draw + 1, top: 0, left: 0, height: members, width: modes }));
  const initial = new Float32Array(members * modes);
  initial.set(normalField({ seed: 8, step: 0, top: 0, left: 0, height: members, width: modes }));
  for (const [i, z] of initial.entries()) initial[i] = z * Math.sqrt(100 + power[i % modes]!);
  const out = await integrate(denoiser, initial, levels, { method: "churn", noise });
  for (let k = 0; k < modes; k++) {
    let found = 0;
    for (let m = 0; m < members; m++) found += out[m * modes + k]! ** 2 / members;
    // Five standard errors of a mean of squares, and 3 % of the solver.
    close(found / power[k]!, 1, 5 * Math.sqrt(2 / members) + 0.03, `mode ${k + 1}`);
  }
});

test("the variance of reverse diffusion converges at first order, that of churn at second", async () => {
  // From σ = 10 to σ = 0.5, where data plus noise have the variance 1 + σ²; the last estimate returns the state.
  const error = async (method: "reverse-diffusion" | "churn", count: number) => {
    const levels = noiseSchedule({ count, largest: 10, smallest: 0.5 });
    let [calls, last] = [levelsFor(method, 1000) === 1000 ? count : 2 * count - 1, 0];
    const denoiser = (x: Float32Array, sigma: number) => {
      last = sigma;
      return --calls === 0 ? x.slice() : gaussian(1)(x, sigma);
    };
    const found = await deviation(denoiser, levels, Math.hypot(10, 1), { method, churn: { amount: 5 } });
    return found - Math.hypot(last, 1);
  };
  for (const [method, ratio] of [
    ["reverse-diffusion", 2],
    ["churn", 4],
  ] as const) {
    const found = (await error(method, 65)) / (await error(method, 129));
    close(found / ratio, 1, 0.15, `${method}: halving the step divides the error by ${found}:`);
  }
});

test("churn of amount 0 is Heun's method bit for bit, and levels out of its range are not raised", async () => {
  const levels = noiseSchedule({ count: 9, largest: 10, smallest: 0.02 });
  const initial = normalField({ seed: 1, top: 0, left: 0, height: 8, width: 8 }).map((z) => 10 * z);
  const noise = (draw: number, out: Float32Array) =>
    out.set(normalField({ seed: 2, step: draw, top: 0, left: 0, height: 8, width: 8 }));
  const heun = await integrate(gaussian(1), initial, levels, { method: "heun" });
  const churned = (churn: IntegrateOptions["churn"]) =>
    integrate(gaussian(1), initial, levels, { method: "churn", noise, churn: churn! });
  assert.equal(await churned({ amount: 0 }), heun);
  assert.equal(await churned({ range: [20, 30] }), heun);
  assert.not.equal(await churned({ range: [0.1, 1] }), heun);
});

const compiled: CompiledDenoiser = {
  // Each pixel is drawn towards a side by its condition: single pixels, so that tiles cannot matter.
  forShape: async () => (x, conditions, sigma) =>
    x.map((v, i) => Math.tanh((v + (i % 2 === 0 ? 1 : -1) * conditions[Math.floor(i / 2)]!) / (0.1 + sigma * sigma))),
  dispose: async () => {},
};
const [rows, columns] = [20, 28];
const condition = normalField({ seed: 1, top: 0, left: 0, height: rows, width: columns });

function sample(options: Parameters<typeof resolveDraw>[1], window = { top: 0, height: rows }) {
  const draw = resolveDraw("test", { members: 3, seed: 5, evaluations: 8, origin: [window.top, 0], ...options }, 4);
  const own = condition.slice(window.top * columns, (window.top + window.height) * columns);
  const size = { height: window.height, width: columns, outputs: 2, condition: own };
  return drawResiduals({ denoiser: compiled, process: edm, sigmaData: 1, ...size }, draw);
}

for (const method of samplerMethods) {
  test(`${method}: members depend neither on tiles, nor on batches, nor on how many there are, bit for bit`, async () => {
    const whole = await sample({ method });
    assert.ok(whole.every(Number.isFinite));
    for (const [tiles, batch] of [
      [[8, 4], 3],
      [[16, 0], 4],
    ] as const) {
      assert.equal(await sample({ method, tiles, batch }), whole, `${tiles} ${batch}`);
    }
    assert.equal(await sample({ method, members: 1 }), whole.slice(0, whole.length / 3));
    assert.not.equal(await sample({ method, frame: 1 }), whole);
    assert.not.equal(await sample({ method, seed: 6 }), whole);
    // Members, and the two outputs of a member, have noise of their own.
    assert.not.equal(whole.slice(whole.length / 3, (2 * whole.length) / 3), whole.slice(0, whole.length / 3));
  });
}

test("noise on the way belongs to global pixels: a part has the numbers of the whole where the solver is local", async () => {
  for (const method of ["churn", "reverse-diffusion"] as const) {
    const whole = await sample({ method, members: 1 });
    const part = await sample({ method, members: 1 }, { top: 8, height: 8 });
    assert.equal(part, whole.slice(8 * columns * 2, 16 * columns * 2), method);
  }
});

test("noise of all draws of a member is independent: two draws of one pixel do not correlate", async () => {
  const seen: Float32Array[] = [];
  const still: CompiledDenoiser = {
    forShape: async () => (x) => {
      seen.push(x.slice());
      return x.slice();
    },
    dispose: async () => {},
  };
  const draw = resolveDraw("test", { members: 1, evaluations: 3, method: "reverse-diffusion", tiles: [64, 0] }, 4);
  const size = { height: 64, width: 64, condition: new Float32Array(4096) };
  await drawResiduals({ denoiser: still, process: edm, sigmaData: 1, ...size }, draw);
  const first = seen[0]!;
  const [second, third] = [1, 2].map((k) => seen[k]!.slice(0, 4096).map((v, i) => v - seen[k - 1]![i]!));
  for (const [a, b] of [
    [first.slice(0, 4096), second!],
    [second!, third!],
  ] as const) {
    const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, x, i) => sum + x * v[i]!, 0);
    // Four standard errors of a correlation of 4096 pairs.
    close(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 0, 4 / 64);
  }
});

test("a method that draws without noise, samples that do not divide the state, and unknown methods are refused", async () => {
  const start = new Float32Array(6);
  const noise = () => {};
  const run = (options: IntegrateOptions) => integrate(gaussian(1), start, [2, 1], options);
  await refuses(run({ method: "churn" }), /churn draws noise; give `noise`/, OptionsError);
  await refuses(run({ method: "predictor-corrector", noise, samples: 4 }), /samples/, ShapeError);
  await refuses(run({ method: "churn", noise, churn: { amount: -1 } }), /churn.amount is -1/, OptionsError);
  const unknown = { method: "ddpm" as "churn", noise };
  await refuses(run(unknown), /ddpm, expected dpm\+\+2m, .*reverse-diffusion or predictor-corrector/, OptionsError);
  assert.throws(() => levelsFor("predictor-corrector", 3), /at least 4 for predictor-corrector/);
});

test.run();
