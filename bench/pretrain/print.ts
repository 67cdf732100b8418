/** Tables of scores, and counts of the goals of research/pretrained/RULE.md that are missed. */
import type { Case, Recorded } from "./judged.ts";

const sign = (v: number, digits: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;
const baselines = ["bilinear", "RainFARM", "fitted cascade"] as const;

const casesOf = (recorded: Recorded) =>
  Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([factor, one]) =>
      one.methods["pretrained"] ? [{ archive, factor, ...one }] : [],
    ),
  );

const bestBaseline = ({ methods }: Case): number => Math.min(...baselines.map((name) => methods[name]!.crps));

/** A row for each case, the header first. */
export function scoreRows(recorded: Recorded): readonly (readonly string[])[] {
  const rows = casesOf(recorded).map(({ archive, factor, methods }) => {
    const { crps, spreadSkill, q999, ralsd, wet, amplitude = 1 } = methods["pretrained"]!;
    return [
      `${archive} ×${factor}`,
      ...baselines.map((name) => methods[name]!.crps.toPrecision(3)),
      crps.toPrecision(3),
      spreadSkill.toFixed(2),
      `${sign(q999, 1)} %`,
      ralsd.toFixed(2),
      sign(wet, 1),
      amplitude.toFixed(2),
    ];
  });
  const names = [...baselines, "pretrained"];
  return [["archive", ...names, "spread/skill", "q99.9", "RALSD dB", "wet, points", "amplitude"], ...rows];
}

/** The same as Markdown. */
export function scoreTable(recorded: Recorded): string {
  const [header, ...rows] = scoreRows(recorded);
  return [header!, header!.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Goals that are missed, in a sentence. @param factors - of the cases that count */
export function missedGoals(recorded: Recorded, factors: readonly number[]): string {
  const cases = casesOf(recorded).filter(({ factor }) => factors.includes(Number(factor)));
  const scores = cases.map((one) => {
    const mine = one.methods["pretrained"]!;
    return { ...mine, gain: 100 * (1 - mine.crps / bestBaseline(one)) };
  });
  const gains = scores.map(({ gain }) => gain);
  const count = (wrong: (one: (typeof scores)[number]) => boolean) => scores.filter(wrong).length;
  return (
    `In ${count(({ gain }) => gain > 0)} of ${cases.length} cases of ×${factors.join(", ×")} the CRPS is below every baseline ` +
    `(${Math.round(Math.min(...gains))} to ${Math.round(Math.max(...gains))} % below the best of them). Missed: spread over skill outside of 0.8 to 1.25 in ` +
    `${count(({ spreadSkill }) => spreadSkill < 0.8 || spreadSkill > 1.25)}, the 0.999 quantile by more than 10 % in ` +
    `${count(({ q999 }) => Math.abs(q999) > 10)}, the spectrum by more than 1 dB in ${count(({ ralsd }) => ralsd > 1)}, ` +
    `the wet share by more than 3 points in ${count(({ wet }) => Math.abs(wet) > 3)}.`
  );
}
