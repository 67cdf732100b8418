/** The rule on made-up tables of which the answer is known. */
import { rng } from "../../../engine/index.ts";
import {
  binned,
  type EnsembleBlock,
  type Evaluated,
  scoresOf,
  type TailBins,
} from "../../../examples/wasserstein-term/scores.ts";
import { evaluate, evaluateDefault, gains, type Run } from "../../../examples/wasserstein-term/verdict.ts";
import { assert, test } from "../../harness.ts";

const bins: TailBins = { first: 1, ratio: 1.04, pixels: 4096 };
const BLOCKS = 16;

/** What an arm is like: factors on the truth's power and strong rain, its CRPS and its spread/skill. */
interface Arm {
  readonly crps?: number;
  readonly power?: number;
  readonly tail?: number;
  readonly spread?: number;
  readonly wet?: number;
}

/** 16 blocks of two tiles whose truth differs from block to block; the arm's own noise is small. */
function evaluated(
  { crps = 0.05, power = 1, tail = 1, spread = 1, wet = 1 }: Arm,
  seed: number,
  set: string,
): Evaluated {
  const [truth, own] = [rng(7).split(set), rng(seed).split(set)];
  const members = 4;
  const parts = Array.from({ length: BLOCKS }, (_, b) => {
    const level = 0.7 + 0.6 * truth.split(b).uniform(1)[0]!;
    const strong = Array.from({ length: 60 }, (_, i) => level * 2 * 1.06 ** i);
    const jitter = 1 + 0.002 * own.split(b).normal(new Float64Array(1))[0]!;
    const spectrum = Array.from({ length: 31 }, (_, k) => level / (k + 1) ** 2);
    const squaredError = 0.02 * level;
    const block: EnsembleBlock = {
      tiles: 2,
      wet: 0.8 * wet,
      power: spectrum.map((p) => p * power * jitter),
      tail: binned(
        strong.map((v) => v * tail * jitter),
        bins,
        1,
      ),
      crps: 2 * crps * level * jitter,
      mae: 3 * crps * level * jitter,
      squaredError,
      variance: (spread ** 2 * squaredError * jitter * members) / (members + 1),
    };
    return { block, truth: { tiles: 2, wet: 0.8, power: spectrum, tail: binned(strong, bins, 1) } };
  });
  return { bins, members, truth: parts.map((p) => p.truth), blocks: parts.map((p) => p.block) };
}

const runs = (arm: Arm, seeds = 3): Run[] =>
  ["one", "two"].flatMap((set) =>
    Array.from({ length: seeds }, (_, seed) => ({ set, seed, evaluated: evaluated(arm, seed, set) })),
  );
const verdict = (none: Arm, control: Arm, term: Arm) =>
  evaluate({ none: runs(none), control: runs(control), term: runs(term) })!;

test("scores of sums are the factors that the table was made with", () => {
  const s = scoresOf(evaluated({ power: 1.5, tail: 0.9, spread: 0.8, wet: 1.1, crps: 0.04 }, 0, "one"));
  assert.ok(Math.abs(s.ralsd - 10 * Math.log10(1.5)) < 0.01, `${s.ralsd} dB`);
  assert.ok(Math.abs(s.tail + 0.1) < 0.01, `${s.tail}`);
  assert.ok(Math.abs(s.spread - 0.8) < 0.01, `${s.spread}`);
  assert.ok(Math.abs(s.wet - 0.1) < 1e-9, `${s.wet}`);
  assert.ok(Math.abs(s.mae / s.crps - 1.5) < 1e-9);
});

test("a quantile of binned rain is that of the rain, to the width of a bin", () => {
  const rain = rng(3)
    .uniform(200_000)
    .map((u) => -Math.log(1 - u));
  const sorted = rain.slice().sort();
  const of = (values: Float64Array) => ({ tiles: 1, wet: 1, power: [1], tail: binned(values, wide, 1) });
  const wide: TailBins = { first: 2, ratio: 1.04, pixels: rain.length };
  const [truth, twice] = [of(rain), of(rain.map((v) => 1.25 * v))];
  const block = { ...twice, crps: 1, mae: 1, squaredError: 1, variance: 1 };
  const { tail } = scoresOf({ bins: wide, truth: [truth], members: 4, blocks: [block] });
  assert.ok(Math.abs(tail - 0.25) < 0.02, `${tail}`);
  assert.ok(sorted[199_800]! > 2);
});

test("a term that brings the spectrum beyond none and control helps, and its gain is the difference", () => {
  const v = verdict({ power: 0.7 }, { power: 0.75 }, { power: 0.95 });
  assert.is(v.says, "helps");
  assert.equal(v.improved, ["ralsd"]);
  assert.equal([v.seeds, v.sets], [3, ["one", "two"]]);
  const known = Math.abs(10 * Math.log10(0.7)) - Math.abs(10 * Math.log10(0.95));
  assert.ok(Math.abs(v.overNone.ralsd.mean - known) < 0.02, `${v.overNone.ralsd.mean} dB`);
  assert.ok(v.overNone.ralsd.low < known + 0.01 && v.overNone.ralsd.high > known - 0.01);
});

test("a term that brings what its control brings does not help", () => {
  const v = verdict({ power: 0.7 }, { power: 0.95 }, { power: 0.95 });
  assert.is(v.says, "as its control");
  assert.equal(v.improved, []);
});

test("a term that breaks a guard costs, and the guard is named", () => {
  assert.equal(verdict({ power: 0.7 }, { power: 0.7 }, { power: 1, crps: 0.0508 }).broken, ["crps", "mae"]);
  const v = verdict({ power: 0.7 }, { power: 0.7 }, { power: 1, wet: 0.95 });
  assert.equal([v.says, v.broken], ["costs", ["wet"]]);
});

test("what lowers nothing harms if something is higher, and has no effect if nothing is", () => {
  assert.is(verdict({ spread: 0.9 }, { spread: 0.9 }, { spread: 0.8 }).says, "harms");
  assert.is(verdict({ spread: 0.9 }, { spread: 0.9 }, { spread: 0.9 }).says, "no effect");
});

test("only sets and seeds that all arms have count", () => {
  const arms = { none: runs({}, 3), control: runs({}, 2), term: runs({ power: 0.9 }, 3) };
  assert.is(evaluate(arms)!.seeds, 2);
  assert.is(evaluate({ ...arms, control: [] }), undefined);
  assert.throws(() => gains(arms.none, arms.control), /one, seed 2 is in one arm only/);
});

test("one evaluation becomes the default where nothing is much worse, something is better, and it is cheap", () => {
  const [diffusion, better] = [runs({ spread: 0.7 }), runs({ spread: 0.9, crps: 0.0503 })];
  assert.equal(evaluateDefault(diffusion, better, 0.08)!.default, "one-step");
  assert.equal(evaluateDefault(diffusion, better, 0.2)!.fails, ["a member costs more than a tenth"]);
  assert.equal(evaluateDefault(diffusion, runs({ spread: 0.9, power: 0.9 }), 0.08)!.fails, ["ralsd is worse"]);
  assert.equal(evaluateDefault(diffusion, diffusion, 0.08)!.fails, ["nothing is better"]);
});

test.run();
