/** What a Wasserstein term does to samples of Gaussian data, in closed form: N(0, s²), linear denoisers, pixel W₁. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lossWeight } from "../../../generative/diffusion/process/kinds.ts";
import { veDiscrete } from "../../../generative/diffusion/process/ve.ts";
import { integrate } from "../../../generative/diffusion/sampler.ts";
import { close } from "../../close.ts";

const s = 0.2;
const levels = veDiscrete.schedule(1000, s);

/** The a that minimises (1 − α) w E(a x − x₀)² + α √(2/π) |a √(s² + σ²) − s|. */
function minimiser(sigma: number, alpha: number, weight: number): number {
  const total = Math.hypot(s, sigma);
  return Math.min((s / total) ** 2 + (alpha * Math.sqrt(2 / Math.PI)) / (2 * (1 - alpha) * weight * total), s / total);
}

/** Deviation of the samples over s, started from noise alone, by coefficients of independent unit variables. */
async function ratio(factor: (sigma: number) => number, method: "reverse-diffusion" | "heun"): Promise<number> {
  const denoiser = (x: Float32Array, sigma: number) => {
    const a = factor(sigma);
    return x.map((v) => a * v);
  };
  const initial = new Float32Array(method === "heun" ? 1 : levels.length + 1);
  initial[0] = 50;
  const noise = (draw: number, out: Float32Array) => {
    out.fill(0);
    out[draw + 1] = 1;
  };
  const end = await integrate(denoiser, initial, levels, { method, noise });
  return Math.sqrt(end.reduce((sum, v) => sum + v * v, 0)) / s;
}

test("the minimiser is one: of the denoising loss and W₁ between Gaussians together, among a thousand others", () => {
  for (const [sigma, alpha] of [
    [0.05, 0.2],
    [1, 0.2],
    [20, 0.5],
  ] as const) {
    const weight = lossWeight(sigma, s, veDiscrete);
    const loss = (a: number) => {
      const squared = (a - 1) ** 2 * s * s + a * a * sigma * sigma;
      const apart = Math.sqrt(2 / Math.PI) * Math.abs(a * Math.hypot(s, sigma) - s);
      return (1 - alpha) * weight * squared + alpha * apart;
    };
    const best = minimiser(sigma, alpha, weight);
    for (let k = 0; k <= 1000; k++) assert.ok(loss(best) <= loss(k / 1000) + 1e-12, `${sigma}: ${k / 1000}`);
  }
});

test("with VE weighting α = 0.05, 0.2, 0.5 widen samples of reverse diffusion by 1.011, 1.044, 1.174", async () => {
  for (const [alpha, expected] of [
    [0.05, 1.011],
    [0.2, 1.044],
    [0.5, 1.174],
  ] as const) {
    close(
      await ratio((sigma) => minimiser(sigma, alpha, lossWeight(sigma, s, veDiscrete)), "reverse-diffusion"),
      expected,
      6e-4,
    );
  }
});

test("by the flow the same term widens 1.283 times (α = 0.2): the sampler decides how much of the bias is seen", async () => {
  close(await ratio((sigma) => minimiser(sigma, 0.2, lossWeight(sigma, s, veDiscrete)), "heun"), 1.283, 3e-3);
});

test("with EDM weighting it does next to nothing, 1.017 and 1.060, whatever the sampler", async () => {
  for (const [alpha, expected] of [
    [0.2, 1.017],
    [0.5, 1.06],
  ] as const) {
    close(await ratio((sigma) => minimiser(sigma, alpha, lossWeight(sigma, s)), "reverse-diffusion"), expected, 6e-4);
  }
});

test("a denoiser that keeps the law's width at every level doubles the deviation by the flow, and gives 1.64 by reverse diffusion", async () => {
  const keeps = (sigma: number) => s / Math.hypot(s, sigma);
  // σ_min exp(asinh(s/σ_min) − asinh(s/σ_max)) is 2s but for the ends.
  close(0.01 * Math.exp(Math.asinh(s / 0.01) - Math.asinh(s / 50)), 2 * s, 5e-3);
  close(await ratio(keeps, "heun"), 2, 2e-2);
  close(await ratio(keeps, "reverse-diffusion"), 1.64, 5e-3);
});

test.run();
