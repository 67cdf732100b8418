// Inside: maps of one pixel.
// "agrees with numpy": test/oracles/quantile-delta.json, made by the script of that name.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import {
  adapted,
  dryCut,
  type FrequencyAdaptation,
  fitFrequencyAdaptation,
} from "../../../generative/baselines/adapt-frequency.ts";
import {
  applyDeltaMap,
  type DeltaMapOptions,
  type DeltaSamples,
  fitDeltaMap,
} from "../../../generative/baselines/delta-map.ts";
import { assert, close, test } from "../../harness.ts";

const oracle: { qm: number[]; qdm: number[]; share: number; upTo: number; never: number } = JSON.parse(
  readFileSync(new URL("../../oracles/quantile-delta.json", import.meta.url), "utf8"),
);

/** A series with its share of wet values raised. */
function adaptFrequency(values: Float64Array, ties: ArrayLike<number>, adaptation: FrequencyAdaptation): Float64Array {
  const cut = dryCut(values, ties, adaptation);
  return values.map((value, i) => adapted(value, ties[i]!, cut, adaptation));
}

/** As in the script. */
function rain(n: number, step: number, scale: number, dry: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const u = ((i + 1) * step) % 1;
    return u < dry ? 0 : 0.1 - scale * Math.log((1 - u) / (1 - dry));
  });
}
const [golden, root2, root3] = [(Math.sqrt(5) - 1) / 2, Math.SQRT2 - 1, Math.sqrt(3) - 1];
const observed = rain(301, golden, 5, 0.55);
const history = rain(257, root2, 3, 0.7);
const drizzle = rain(257, root3, 2, 0.3);
const projected = rain(283, root3, 4, 0.65);

type Stated = Pick<DeltaMapOptions, "kind"> & Partial<DeltaMapOptions>;
const map = (laws: DeltaSamples, options: Stated, values: ArrayLike<number>): number[] => {
  const fitted = fitDeltaMap(laws, { quantiles: 100, threshold: 0, ...options });
  return Array.from(values, (v) => applyDeltaMap(fitted, v));
};
const wetShare = (values: ArrayLike<number>, threshold: number): number =>
  Array.from(values).filter((v) => v >= threshold).length / values.length;

test("quantile mapping, quantile delta mapping and the adaptation of frequency agree with numpy", () => {
  const options = { kind: "multiplicative", quantiles: 50, threshold: 0.1 } as const;
  const wet = (values: Float64Array) => values.filter((v) => v >= 0.1);
  for (const [name, values, given] of [
    ["qm", wet(drizzle), { observed, history: drizzle }],
    ["qdm", wet(projected), { observed, history: drizzle, projected }],
  ] as const) {
    const ours = map(given, options, values);
    assert.is(ours.length, oracle[name].length);
    // A few roundings of values near 30.
    ours.forEach((v, i) => {
      close(v, oracle[name][i]!, 1e-12 * Math.max(1, v), `${name} ${i}`);
    });
  }
  const adaptation = fitFrequencyAdaptation(history, observed, 0.1);
  close(adaptation.share, oracle.share, 1e-14);
  close(adaptation.upTo, oracle.upTo, 1e-13);
  assert.is(fitFrequencyAdaptation(drizzle, observed, 0.1).share, oracle.never);
});

test("a small law by hand: the observed quantile times the model's change, a sum for temperature", () => {
  const laws = { observed: [2, 4, 8, 16], history: [1, 2, 4, 4], projected: [2, 6, 6, 10] };
  const rates = map(laws, { kind: "multiplicative", quantiles: 4 }, [2, 10, 4, 20]);
  // 2 is the first quarter: 2 · 2/1; 10 the last: 16 · 10/4; between 2 and 6 (factor 2) factors stay 2; beyond 10 they stay 4.
  assert.equal(rates, [4, 40, 8, 80]);
  const degrees = map(laws, { kind: "additive", quantiles: 4 }, [2, 10, 0]);
  assert.equal(degrees, [2 + 1, 10 + 12, 0 + 1]);
});

test("mapping a law onto itself changes nothing", () => {
  const values = [...projected].filter((v) => v >= 0.1);
  const same = map({ observed: projected, history: projected }, { kind: "multiplicative", threshold: 0.1 }, values);
  same.forEach((v, i) => {
    close(v, values[i]!, 1e-14 * v);
  });
});

const law = (n: number) =>
  fc
    .array(fc.double({ min: 1, max: 1e3, noNaN: true }), { minLength: n, maxLength: n })
    .map((v) => Float64Array.from(v));

test("of wet laws the relative change of every quantile is the model's, exactly", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((n) => fc.tuple(law(n), law(n), law(n))),
      ([o, h, p]) => {
        const options = { kind: "multiplicative", quantiles: o.length } as const;
        const [so, sh] = [o.slice().sort(), h.slice().sort()];
        // Equal values of the projection stand at several quantiles; those have one image.
        const sp = p.map((v, i) => v + i * 1e-3).sort();
        const mapped = map({ observed: o, history: h, projected: sp }, options, sp);
        mapped.forEach((v, i) => {
          close(v / so[i]!, sp[i]! / sh[i]!, 1e-12 * (sp[i]! / sh[i]!));
        });
      },
    ),
    { numRuns: 200, seed: 5 },
  );
});

const drySeries = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true })), { minLength: 1, maxLength: 60 })
  .map((v) => Float64Array.from(v));

test("the adapted history has the observed share of wet values to one value, and keeps its wet values", () => {
  fc.assert(
    fc.property(drySeries, drySeries, (model, truth) => {
      const threshold = 0.5;
      const adaptation = fitFrequencyAdaptation(model, truth, threshold);
      const out = adaptFrequency(model, rng(3).uniform(model.length), adaptation);
      const [before, wanted, after] = [model, truth, out].map((v) => wetShare(v, threshold)) as [
        number,
        number,
        number,
      ];
      // Half a value is lost to rounding of the count.
      close(after, Math.max(before, wanted), 0.5 / model.length + 1e-12);
      model.forEach((v, i) => {
        if (v >= threshold) assert.is(out[i], v);
        else if (out[i] !== v) assert.ok(out[i]! >= threshold && out[i]! <= adaptation.upTo, `${out[i]}`);
      });
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("dry values that are larger become wet first, zeros at random", () => {
  const model = Float64Array.of(0, 0, 0, 0.3, 0.2, 0, 0, 9);
  const adaptation = { threshold: 0.5, share: 4 / 7, upTo: 2 };
  const ties = Float64Array.of(0.1, 0.9, 0.5, 0.5, 0.5, 0.2, 0.8, 0.5);
  const out = adaptFrequency(model, ties, adaptation);
  assert.equal(
    Array.from(out, (v) => v >= 0.5),
    [false, true, false, true, true, false, true, true],
  );
  assert.is(wetShare(adaptFrequency(model, ties, { ...adaptation, share: 1 }), 0.5), 1);
});

test("where history is dry the next wet quantile has the say; a change of small rain is at most twofold", () => {
  const laws = { observed: [0, 1, 2, 4], history: [0, 0, 1, 2], projected: [0, 3, 4, 5] };
  // 3 is wet where history was dry: the factor of the next quantile, 2/1.
  assert.equal(map(laws, { kind: "multiplicative", quantiles: 4, threshold: 0.01 }, [3, 4, 5]), [6, 8, 10]);
  // At the third quantile history has 1 < 10 · 0.2, the model four times as much: twice is let pass. 2 · 2 = 4.
  close(map(laws, { kind: "multiplicative", quantiles: 4, threshold: 0.2 }, [4])[0]!, 4, 1e-14);
  // Drizzle that the observations do not have becomes dry, a wholly dry history says nothing.
  const drizzling = { observed: [0, 0, 0, 4], history: [1, 1, 1, 1] };
  assert.is(map(drizzling, { kind: "multiplicative", quantiles: 4, threshold: 0.1 }, [0.9])[0], 0);
  assert.equal(map({ observed: [1], history: [0] }, { kind: "multiplicative", threshold: 0.1 }, [7]), [7]);
});

test("empty laws and options out of range are refused", () => {
  assert.throws(
    () => fitDeltaMap({ observed: [], history: [1] }, { kind: "additive", quantiles: 100, threshold: 0 }),
    (e: unknown) => e instanceof DomainError,
  );
  assert.throws(
    () => fitDeltaMap({ observed: [1], history: [Number.NaN] }, { kind: "additive", quantiles: 100, threshold: 0 }),
    (e: unknown) => e instanceof DomainError,
  );
  assert.throws(
    () => fitDeltaMap({ observed: [1], history: [1] }, { kind: "additive", quantiles: 0, threshold: 0 }),
    (e: unknown) => e instanceof OptionsError,
  );
  assert.throws(
    () => fitFrequencyAdaptation([1], [1], 0),
    (e: unknown) => e instanceof OptionsError,
  );
});

test.run();
