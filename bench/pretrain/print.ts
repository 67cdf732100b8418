/** Tables of scores, and counts of the goals of research/pretrained/RULE.md that are missed. */
import type { Case, Recorded } from "./judged.ts";

const sign = (v: number, digits: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;
const baselines = ["bilinear", "RainFARM", "fitted cascade"] as const;

const casesOf = (recorded: Recorded, model: string) =>
  Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([factor, one]) => {
      const mine = one.methods[model];
      return mine ? [{ archive, factor, ...one, mine }] : [];
    }),
  );

export const bestBaseline = ({ methods }: Case): number => Math.min(...baselines.map((name) => methods[name]!.crps));

/** A row for each case, the header first. @param model - whose last columns are. @param beside - models with their CRPS alone */
export function scoreRows(
  recorded: Recorded,
  model = "pretrained",
  beside: readonly string[] = [],
): readonly (readonly string[])[] {
  const names = [...baselines, model, ...beside];
  const rows = casesOf(recorded, model).map(({ archive, factor, methods, mine }) => {
    const { spreadSkill, q999, ralsd, wet, amplitude = 1 } = mine;
    return [
      `${archive} ×${factor}`,
      ...names.map((name) => methods[name]?.crps.toPrecision(3) ?? "–"),
      spreadSkill.toFixed(2),
      `${sign(q999, 1)} %`,
      ralsd.toFixed(2),
      sign(wet, 1),
      amplitude.toFixed(2),
    ];
  });
  return [["archive", ...names, "spread/skill", "q99.9", "RALSD dB", "wet, points", "amplitude"], ...rows];
}

/** A model that has not seen the archive, beside one of as many steps that has. */
export const leftOutRows = (recorded: Recorded) => scoreRows(recorded, "left out", ["trained on"]);

/** Rows as Markdown. */
export function scoreTable([header, ...rows]: readonly (readonly string[])[]): string {
  return [header!, header!.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What it costs not to have seen an archive, in a sentence. */
export function priceOfNotSeeing(recorded: Recorded): string {
  const logs = casesOf(recorded, "left out").flatMap(({ methods, mine }) => {
    const seen = methods["trained on"];
    return seen ? [Math.log(mine.crps / seen.crps)] : [];
  });
  const percent = (log: number) => `${sign(100 * Math.expm1(log), 1)} %`;
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return `Not to have seen the archive changes the CRPS by ${percent(mean)} in the mean of ${logs.length} cases, by ${percent(Math.max(...logs))} at worst.`;
}

/** Scores of the model in the cases of some factors, and by how many percent its CRPS is below the best baseline. */
function scoresOf(recorded: Recorded, factors: readonly number[], model: string) {
  const cases = casesOf(recorded, model).filter(({ factor }) => factors.includes(Number(factor)));
  return cases.map((one) => ({ ...one.mine, gain: 100 * (1 - one.mine.crps / bestBaseline(one)) }));
}

const isSpreadOff = ({ spreadSkill }: { readonly spreadSkill: number }) => spreadSkill < 0.8 || spreadSkill > 1.25;

/** Row of README about the model without training: its gains, and its spread. */
export function untrainedRow(recorded: Recorded): string {
  const scores = scoresOf(recorded, [2, 4, 8], "pretrained");
  const gains = scores.map(({ gain }) => Math.round(gain));
  return (
    `CRPS ${Math.min(...gains)} to ${Math.max(...gains)} % below the best of three baselines on six unseen archives (one seed) | ` +
    `a model of your own | unchecked spread: [off in ${scores.filter(isSpreadOff).length} of ${scores.length} cases]`
  );
}

/** How many of a model's cases miss each goal, and by how many percent its CRPS is below the best baseline. @param factors - of the cases that count */
function missed(recorded: Recorded, factors: readonly number[], model: string) {
  const scores = scoresOf(recorded, factors, model);
  const gains = scores.map(({ gain }) => gain);
  const low = Math.round(Math.min(...gains));
  const count = (wrong: (one: (typeof scores)[number]) => boolean) => `${scores.filter(wrong).length}`;
  return {
    better: `${count(({ gain }) => gain > 0)} of ${scores.length}`,
    gain: `${low < 0 ? `${-low} % above` : low} to ${Math.round(Math.max(...gains))} %`,
    spread: count(isSpreadOff),
    q999: count(({ q999 }) => Math.abs(q999) > 10),
    ralsd: count(({ ralsd }) => ralsd > 1),
    wet: count(({ wet }) => Math.abs(wet) > 3),
  };
}

const timesFactors = (factors: readonly number[]): string => `×${factors.join(", ×")}`;

/** Goals that are missed, in a sentence. */
export function missedGoals(recorded: Recorded, factors: readonly number[], model = "pretrained"): string {
  const { better, gain, spread, q999, ralsd, wet } = missed(recorded, factors, model);
  return (
    `In ${better} cases of ${timesFactors(factors)} the CRPS is below every baseline (${gain} below the best of them). ` +
    `Missed: spread over skill outside of 0.8 to 1.25 in ${spread}, the 0.999 quantile by more than 10 % in ${q999}, ` +
    `the spectrum by more than 1 dB in ${ralsd}, the wet share by more than 3 points in ${wet}.`
  );
}

/** Goals that are missed, a row for each group of factors. */
export function missedRows(recorded: Recorded): readonly (readonly string[])[] {
  const header = ["factor", "CRPS below all baselines", "below the best by", "spread/skill outside 0.8 to 1.25"];
  const off = ["0.999 quantile off by > 10 %", "spectrum by > 1 dB", "wet share by > 3 points"];
  const rows = [[2, 4, 8], [16]].map((factors) => [
    timesFactors(factors),
    ...Object.values(missed(recorded, factors, "pretrained")),
  ]);
  return [[...header, ...off], ...rows];
}
