/**
 * Scores to expect of an input, from those of the trainings without a provider: is the promise kept within 20 %? By the rule of
 * research/pretrained/RULE.md.
 *
 *   node --import tsx --conditions=source bench/pretrain/expected.ts
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { scaleNumbers } from "../../generative/model/input-scale.ts";
import { type Case, type Recorded, readRecord, recordOf } from "./judged.ts";

/** Archives of one provider, by the beginnings of their names, are judged together. */
const providers = [["fmi"], ["knmi"], ["radolan"], ["mrms", "stageiv"], ["meteonet", "arome"]] as const;

const WITHIN = 0.2;
const PENALTY = 1;

/** A case with what is predicted of it. */
interface Known {
  readonly provider: number;
  readonly factor: number;
  readonly numbers: readonly number[];
  /** ln of CRPS over that of bilinear interpolation, ln of spread over skill. */
  readonly scores: readonly number[];
}

const targets = ["CRPS over that of bilinear interpolation", "spread over skill"] as const;

function knownCases(recorded: Recorded, model: string): Known[] {
  return Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([name, { about, methods }]: [string, Case]) => {
      const [mine, bilinear, factor] = [methods[model], methods["bilinear"], Number(name)];
      if (!mine || !bilinear || !about.texture || factor > 8) return [];
      const { texture, interval, spacing } = about;
      return {
        provider: providers.findIndex((names) => names.some((one) => archive.startsWith(one))),
        factor,
        numbers: scaleNumbers({ factor, spacing, interval, texture }),
        scores: [Math.log(mine.crps / bilinear.crps), Math.log(mine.spreadSkill)],
      };
    }),
  );
}

type Predict = (one: Known) => number;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const candidates: Readonly<Record<string, (known: readonly Known[], target: number) => Predict>> = {
  "mean of the factor": (known, target) => (one) =>
    mean(known.filter(({ factor }) => factor === one.factor).map(({ scores }) => scores[target]!)),
  "ridge regression": ridge,
};

/** Ridge regression on standardised numbers. */
function ridge(known: readonly Known[], target: number): Predict {
  const size = known[0]!.numbers.length;
  const scales = Array.from({ length: size }, (_, k) => {
    const values = known.map(({ numbers }) => numbers[k]!);
    const middle = mean(values);
    return { middle, deviation: Math.sqrt(mean(values.map((v) => (v - middle) ** 2))) || 1 };
  });
  const standard = ({ numbers }: Known) => numbers.map((v, k) => (v - scales[k]!.middle) / scales[k]!.deviation);
  const level = mean(known.map(({ scores }) => scores[target]!));
  const rows = known.map(standard);
  const product = (a: (row: readonly number[], n: number) => number) =>
    rows.reduce((sum, row, n) => sum + a(row, n), 0);
  const normal = Float64Array.from({ length: size ** 2 }, (_, i) => {
    const [k, l] = [Math.floor(i / size), i % size];
    return product((row) => row[k]! * row[l]!) + (k === l ? PENALTY : 0);
  });
  const right = Float64Array.from({ length: size }, (_, k) =>
    product((row, n) => row[k]! * (known[n]!.scores[target]! - level)),
  );
  // The penalty makes it positive definite.
  const weights = cholesky(normal, size)!.solve(right);
  return (one) => level + standard(one).reduce((sum, v, k) => sum + v * weights[k]!, 0);
}

/** ln of what is found over what was predicted. */
const summary = (errors: readonly number[]) => {
  const sizes = errors.map((v) => Math.abs(Math.expm1(v))).sort((a, b) => a - b);
  const percent = (v: number) => `${(100 * v).toFixed(0)} %`;
  const kept = sizes.filter((v) => v <= WITHIN).length;
  return `${kept} of ${sizes.length} within 20 %, median ${percent(sizes[sizes.length >> 1]!)}, worst ${percent(sizes.at(-1)!)}`;
};

const leftOut = knownCases(readRecord(recordOf("left-out")), "left out");
const development = knownCases(readRecord(recordOf("development")), "24 channels");
for (const [target, what] of targets.entries()) {
  for (const [name, fit] of Object.entries(candidates)) {
    const own = leftOut.map((one) => {
      const rest = leftOut.filter(({ provider }) => provider !== one.provider);
      return one.scores[target]! - fit(rest, target)(one);
    });
    const predict = fit(leftOut, target);
    const others = development.map((one) => one.scores[target]! - predict(one));
    console.log(`${what}, ${name}: providers left out ${summary(own)}; development ${summary(others)}`);
  }
}
