/** Sinkhorn without a stored matrix against Sinkhorn with one, at settings that take many passes. */
import { rng } from "../../../engine/index.ts";
import { type Cloud, type SinkhornOptions, sinkhorn, sinkhornDivergence } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

/** Uniform points on the unit square, and on a smaller one that overlaps it. */
function squares(count: number, weighted: boolean): readonly [Cloud, Cloud] {
  const draw = (name: string, length: number) => rng(1).split(name).uniform(length);
  const weights = (name: string) => (weighted ? { weights: draw(name, count).map((w) => w + 0.05) } : {});
  const y = draw("y", 2 * count).map((v) => 0.7 * v + 0.4);
  return [
    { points: draw("x", 2 * count), count, dim: 2, ...weights("a") },
    { points: y, count, dim: 2, ...weights("b") },
  ];
}

function compare([x, y]: readonly [Cloud, Cloud], options: SinkhornOptions): void {
  const kept = sinkhorn(x, y, { normalize: true, ...options, online: false });
  const online = sinkhorn(x, y, { normalize: true, ...options, online: true });
  assert.ok(kept.converged && online.converged, `${kept.marginalError} ${online.marginalError}`);
  close(online.entropicValue, kept.entropicValue, 1e-10, "value");
  close(online.linearCost, kept.linearCost, 1e-9, "⟨P, C⟩");
  for (const k of [0, 1] as const) close(online.bounds[k], kept.bounds[k], 1e-9, `bound ${k}`);
  const [mine, other] = [online.gradient(), kept.gradient()];
  for (const side of ["x", "y"] as const) {
    const size = Math.hypot(...other[side]!);
    close(Math.hypot(...mine[side]!.map((g, i) => g - other[side]![i]!)), 0, 1e-7 * size, `gradient in ${side}`);
  }
}

test("1000 against 1000 points, ε = 0.01, tolerance 1e-6: value to 1e-10, bounds and gradients are those of the stored plan", () => {
  compare(squares(1000, false), { epsilon: 0.01, tolerance: 1e-6 });
});

test("weighted, and ε = 0.002 with tolerance 1e-9: the same", () => {
  compare(squares(250, true), { epsilon: 0.002, tolerance: 1e-9, maxIterations: 20_000 });
});

test("unbalanced, reach of a third of the square: the same", () => {
  compare(squares(250, true), { epsilon: 0.005, tolerance: 1e-9, reach: 0.3, normalize: false, maxIterations: 20_000 });
});

test("the divergence online is that of stored plans, each of its three terms", () => {
  const [x, y] = squares(250, true);
  const options = { epsilon: 0.01, tolerance: 1e-9, normalize: true, maxIterations: 20_000 };
  const [online, kept] = [true, false].map((way) => sinkhornDivergence(x, y, { ...options, online: way }));
  for (const part of ["xy", "xx", "yy"] as const) close(online!.parts[part], kept!.parts[part], 1e-11, part);
});

test.run();
