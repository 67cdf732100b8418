/**
 * Scores to expect of an input, from those of the trainings without a provider: is the promise kept within 20 %? By the rule of
 * research/pretrained/RULE.md.
 *
 *   node --import tsx --conditions=source bench/pretrain/expected.ts
 */
import { scaleNumbers } from "../../generative/model/input-scale.ts";
import { type Case, type Recorded, readRecord, recordOf } from "./judged.ts";
import { mean, ridge } from "./ridge.ts";

/** Archives of one provider, by the beginnings of their names, are judged together. */
const providers = [["fmi"], ["knmi"], ["radolan"], ["mrms", "stageiv"], ["meteonet", "arome"]] as const;

const WITHIN = 0.2;

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
        // The others were measured after these records.
        numbers: scaleNumbers({ factor, spacing, interval, texture }).slice(0, 6),
        scores: [Math.log(mine.crps / bilinear.crps), Math.log(mine.spreadSkill)],
      };
    }),
  );
}

type Predict = (one: Known) => number;

const candidates: Readonly<Record<string, (known: readonly Known[], target: number) => Predict>> = {
  "mean of the factor": (known, target) => (one) =>
    mean(known.filter(({ factor }) => factor === one.factor).map(({ scores }) => scores[target]!)),
  "ridge regression": (known, target) => {
    const predict = ridge(
      known.map(({ numbers }) => numbers),
      known.map(({ scores }) => scores[target]!),
    );
    return ({ numbers }) => predict(numbers);
  },
};

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
