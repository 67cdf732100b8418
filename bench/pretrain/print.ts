/** Tables of scores, and counts of the goals of research/pretrained/RULE.md that are missed. */
import type { Recorded } from "./judged.ts";

const sign = (v: number, digits: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;

/** A row for each method of each case. */
export function printScores(recorded: Recorded): string {
  const rows = Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([factor, { methods }]) =>
      Object.entries(methods).map(([method, { crps, spreadSkill, q999, ralsd, wet }]) => [
        `${archive} ×${factor}`,
        method,
        crps.toPrecision(3),
        spreadSkill === null ? "–" : spreadSkill.toFixed(2),
        `${sign(q999, 1)} %`,
        ralsd.toFixed(2),
        sign(wet, 1),
      ]),
    ),
  );
  const header = ["archive", "method", "fair CRPS mm/h", "spread/skill", "q99.9", "RALSD dB", "wet, points"];
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

/** Cases of factors 2, 4 and 8, and of 16, in which a goal is missed. */
export function missedGoals(recorded: Recorded, method = "pretrained"): string {
  const cases = Object.values(recorded).flatMap((byFactor) => Object.entries(byFactor));
  const lines = [["2", "4", "8"], ["16"]].map((factors) => {
    const own = cases.filter(([factor, { methods }]) => factors.includes(factor) && methods[method]);
    const scores = own.map(([, { methods }]) => {
      const { [method]: mine, ...others } = methods;
      const best = Math.min(...["bilinear", "RainFARM", "fitted cascade"].map((name) => others[name]!.crps));
      return { ...mine!, gain: 1 - mine!.crps / best };
    });
    const gains = scores.map(({ gain }) => 100 * gain);
    const count = (wrong: (one: (typeof scores)[number]) => boolean) => scores.filter(wrong).length;
    return (
      `×${factors.join(", ×")}: ${scores.length} cases; CRPS not below every baseline ${count(({ gain }) => !(gain > 0))} ` +
      `(${Math.min(...gains).toFixed(1)} to ${Math.max(...gains).toFixed(1)} % below the best); spread/skill outside of 0.8 to 1.25 ` +
      `${count(({ spreadSkill }) => spreadSkill < 0.8 || spreadSkill > 1.25)}; q99.9 ${count(({ q999 }) => Math.abs(q999) > 10)}; ` +
      `RALSD ${count(({ ralsd }) => ralsd > 1)}; wet ${count(({ wet }) => Math.abs(wet) > 3)}`
    );
  });
  return `${lines.join("\n")}\n`;
}
