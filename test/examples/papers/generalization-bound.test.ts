/** The W₁ bound on the difference of mean losses, between samples for which both are known. */

import { DomainError, rng, ShapeError } from "../../../engine/index.ts";
import { generalizationBound } from "../../../examples/papers/generalization-bound.ts";
import { assert, close, test, throws } from "../../harness.ts";

test("the mean losses of a network differ by at most the bound of each layer, which is attained by a shift and a linear loss", () => {
  const stream = rng(3);
  const n = 40;
  for (let round = 0; round < 20; round++) {
    const own = stream.split(`${round}`);
    const weights = own.split("w").normal(6);
    const v = own.split("v").normal(2);
    const slopes = [Math.hypot(...weights) * Math.hypot(...v), Math.hypot(...v)];
    // loss = |v · tanh(W x)|, W [2, 3]
    const layersOf = (key: string, shift: number) => {
      const x = own
        .split(key)
        .normal(3 * n)
        .map((q) => q + shift);
      const hidden = new Float64Array(2 * n);
      for (let k = 0; k < n; k++) {
        for (const i of [0, 1]) {
          let sum = 0;
          for (let c = 0; c < 3; c++) sum += weights[3 * i + c]! * x[3 * k + c]!;
          hidden[2 * k + i] = Math.tanh(sum);
        }
      }
      let loss = 0;
      for (let k = 0; k < n; k++) loss += Math.abs(v[0]! * hidden[2 * k]! + v[1]! * hidden[2 * k + 1]!) / n;
      return {
        loss,
        clouds: [
          { points: x, count: n, dim: 3 },
          { points: hidden, count: n, dim: 2 },
        ],
      };
    };
    const [train, fresh] = [layersOf("train", 0), layersOf("test", 0.7)];
    const { value, bounds, layer } = generalizationBound(
      slopes.map((lipschitz, k) => ({ train: train.clouds[k]!, test: fresh.clouds[k]!, lipschitz })),
    );
    assert.is(value, Math.min(...bounds));
    assert.is(bounds[layer], value);
    assert.ok(Math.abs(train.loss - fresh.loss) <= value, `${train.loss} ${fresh.loss} ${value}`);
  }
  const cloud = (shift: number) => ({ points: Float64Array.of(shift, 1 + shift, 5 + shift), count: 3, dim: 1 });
  close(generalizationBound([{ train: cloud(0), test: cloud(2), lipschitz: 3 }]).value, 6, 1e-12);
});

test("no layer and a negative constant are refused", () => {
  const cloud = { points: Float64Array.of(1), count: 1, dim: 1 };
  throws(() => generalizationBound([]), ShapeError, /at least one/);
  throws(() => generalizationBound([{ train: cloud, test: cloud, lipschitz: -1 }]), DomainError, /lipschitz is -1/);
});

test.run();
