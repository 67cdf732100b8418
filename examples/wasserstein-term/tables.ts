/** The tables of research/generator-results.md, as Markdown. */
import type { CellResult, EvaluatedEnsemble } from "./cell.ts";
import {
  defaultFinding,
  type Evidence,
  type Finding,
  findings,
  quantities,
  runOf,
  secondsOfMember,
} from "./conditions.ts";
import { type Cell, developmentSets, freshSets, generators, syntheticSets, terms, unseen } from "./design.ts";
import { type Gain, gains, type LossName, lossNames } from "./verdict.ts";

/** Baselines of a set at ratio 4, by name. */
export type Baselines = Readonly<Record<string, Readonly<Record<string, EvaluatedEnsemble>>>>;

const names: Record<Cell["generator"], string> = { edm: "EDM", ve: "VE", "one-step": "one evaluation" };
const termNames: Record<Cell["term"], string> = {
  none: "no term",
  pixels: "sorted pixels",
  sliced: "sliced",
  "sliced-32": "sliced, 32 directions",
  patches: "sorted patches",
  control: "control",
};
export const percent = (v: number, digits = 1) => `${v < 0 ? "−" : "+"}${Math.abs(100 * v).toFixed(digits)}`;
export const signed = (v: number, digits: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[header, header.map(() => "---"), ...rows].map(line).join("\n")}\n`;
}

/** All tables, of what there is. */
export function tables(evidence: Evidence, baselines: Baselines = {}): string {
  const { results } = evidence;
  const long = results.filter(({ cell }) => cell.size === "long");
  const factor = results.filter(({ cell }) => cell.size === "factor");
  const found = findings(evidence);
  const parts: [string, string][] = [
    ["Long runs", long.length > 0 ? scoreTable(long, 4) : ""],
    ["Long runs, paired", long.length > 0 ? pairs(evidence, "long", developmentSets) : ""],
    ["Radars that were not learned from", unseenTable(long, baselines)],
    ["What the rule says of the terms", verdicts(found)],
    ["The default generator", defaults(evidence)],
    ["Synthetic rain beside the exact distribution", syntheticTable(factor, baselines)],
    [
      "Factorial",
      scoreTable(
        factor.filter(({ cell }) => !isSynthetic(cell.set)),
        4,
      ),
    ],
    ["Factorial, coarser", [8, 16].map((ratio) => scoreTable(factor, ratio)).join("\n")],
  ];
  const shown = parts.filter(([, text]) => text.trim() !== "");
  return shown.map(([title, text]) => `### ${title}\n\n${text}`).join("\n");
}

/** Scores of each arm on its own sets, means over the seeds with the seeds behind. */
function scoreTable(all: readonly CellResult[], ratio: number): string {
  const results = all.filter(({ cell }) => cell.ratio === ratio);
  const sets = [...new Set(results.map(({ cell }) => cell.set))];
  const rows = sets.flatMap((set) =>
    generators.flatMap((generator) =>
      terms.flatMap((term) => {
        const of = results
          .filter(({ cell }) => cell.set === set && cell.generator === generator && cell.term === term)
          .sort((a, b) => a.cell.seed - b.cell.seed);
        if (of.length === 0) return [];
        const scores = of.map(({ evaluated }) => evaluated[set]!.scores);
        const cell = (read: (s: (typeof scores)[number]) => number, show: (v: number) => string) => {
          const each = scores.map(read);
          return each.length === 1 ? show(each[0]!) : `**${show(mean(each))}** (${each.map(show).join(", ")})`;
        };
        const digits = scores[0]!.crps > 0.3 ? 3 : 4;
        return [
          [
            `${set} ×${ratio}`,
            `${names[generator]}, ${termNames[term]}`,
            cell(
              (s) => s.crps,
              (v) => v.toFixed(digits),
            ),
            cell(
              (s) => s.q999,
              (v) => percent(v),
            ),
            cell(
              (s) => s.wetFractionBias,
              (v) => percent(v),
            ),
            cell(
              (s) => s.spreadSkill,
              (v) => v.toFixed(2),
            ),
            cell(
              (s) => s.ralsd.log,
              (v) => v.toFixed(2),
            ),
            mean(of.map(({ seconds }) => seconds.training)).toFixed(0),
            (1000 * mean(of.map(secondsOfMember))).toFixed(0),
          ],
        ];
      }),
    ),
  );
  if (rows.length === 0) return "";
  const header = [
    "set",
    "arm",
    "fair CRPS",
    "q99.9, %",
    "wet, %",
    "spread/skill",
    "RALSD, dB",
    "training, s",
    "member, ms",
  ];
  return table(header, rows);
}

export const interval = (name: LossName, { mean: m, low, high }: Gain): string => {
  const show = (v: number) => (name === "spread" ? signed(v, 3) : name === "ralsd" ? signed(v, 2) : percent(v));
  const text = `${show(m)} (${show(low)} to ${show(high)})`;
  return low > 0 || high < 0 ? `**${text}**` : text;
};

export const lossHeader = ["CRPS, %", "q99.9, points", "ln(spread/skill)", "RALSD, dB"];

/** Decrease of the losses of the other arms against EDM without a term. */
function pairs(evidence: Evidence, size: Cell["size"], sets: readonly string[]): string {
  const of = (generator: Cell["generator"], term: Cell["term"], set: string) =>
    evidence.results
      .filter(({ cell }) => cell.size === size && cell.generator === generator && cell.term === term)
      .filter(({ cell }) => cell.set === set && cell.ratio === 4)
      .map((result) => runOf(evidence, result));
  const rows = sets.flatMap((set) =>
    terms.flatMap((term) => {
      const [first, second] = [of("edm", "none", set), of("one-step", term, set)];
      const shared = second.filter(({ seed }) => first.some((run) => run.seed === seed));
      if (shared.length === 0) return [];
      const base = first.filter(({ seed }) => shared.some((run) => run.seed === seed));
      const found = gains(base, shared);
      return [[set, `one evaluation, ${termNames[term]}`, ...lossNames.map((name) => interval(name, found[name]))]];
    }),
  );
  return rows.length === 0 ? "" : table(["set", "less than EDM without a term", ...lossHeader], rows);
}

/** A row of set, name, fair CRPS, q99.9, wet fraction, spread over skill and spectrum. */
export const evaluationRow = (set: string, name: string, { scores: s }: EvaluatedEnsemble): string[] => [
  set,
  name,
  s.crps.toFixed(4),
  percent(s.q999),
  percent(s.wetFractionBias),
  Number.isFinite(s.spreadSkill) ? s.spreadSkill.toFixed(2) : "–",
  s.ralsd.log.toFixed(2),
];

function unseenTable(long: readonly CellResult[], baselines: Baselines): string {
  const rows = unseen.flatMap((radar) => {
    const line = (name: string, evaluated: EvaluatedEnsemble) => evaluationRow(radar, name, evaluated);
    const base = Object.entries(baselines[radar] ?? {}).map(([name, evaluated]) => line(name, evaluated));
    const models = long.flatMap(({ cell, evaluated }) => {
      const on = evaluated[radar];
      return on ? [line(`${names[cell.generator]}, ${termNames[cell.term]}, learned from ${cell.set}`, on)] : [];
    });
    return models.length === 0 ? [] : [...base, ...models];
  });
  const header = ["radar", "method", "fair CRPS", "q99.9, %", "wet, %", "spread/skill", "RALSD, dB"];
  return rows.length === 0 ? "" : table(header, rows);
}

const isSynthetic = (set: string) => (syntheticSets as readonly string[]).includes(set);

function syntheticTable(factor: readonly CellResult[], baselines: Baselines): string {
  const rows = syntheticSets.flatMap((set) => {
    const exact = baselines[set]?.["exact distribution"];
    const of = factor.filter(({ cell }) => cell.set === set);
    if (exact === undefined || of.length === 0) return [];
    const line = (name: string, { scores: s }: EvaluatedEnsemble) => [
      set,
      name,
      s.crps.toFixed(4),
      (s.crps / exact.scores.crps).toFixed(3),
      percent(s.q999),
      percent(s.wetFractionBias),
      s.spreadSkill.toFixed(2),
      s.ralsd.log.toFixed(2),
    ];
    const arms = of.map(({ cell, evaluated }) =>
      line(`${names[cell.generator]}, ${termNames[cell.term]}, seed ${cell.seed}`, evaluated[set]!),
    );
    return [line("the exact distribution", exact), ...arms];
  });
  const header = [
    "set",
    "arm",
    "fair CRPS",
    "over the exact distribution",
    "q99.9, %",
    "wet, %",
    "spread/skill",
    "RALSD, dB",
  ];
  return rows.length === 0 ? "" : table(header, rows);
}

function verdicts(found: readonly Finding[]): string {
  if (found.length === 0) return "";
  const rows = found.flatMap(({ generator, term, ratio, size, sets, verdict: v }) => {
    const steps = size === "long" ? " (long)" : "";
    const where = `${names[generator]}${steps} ×${ratio}: ${sets.join(", ")} (${v.seeds})`;
    const says = v.broken.length > 0 ? `${v.says}; broken: ${v.broken.join(", ")}` : v.says;
    return [
      [where, `${termNames[term]} − none`, ...lossNames.map((name) => interval(name, v.overNone[name])), `**${says}**`],
      ["", `${termNames[term]} − control`, ...lossNames.map((name) => interval(name, v.overControl[name])), ""],
    ];
  });
  return table(["condition (seeds)", "lower losses", ...lossHeader, "the rule says"], rows);
}

/** Of the short runs only the sets on which no choice was made decide. */
const fresh = { "radar rates": freshSets.rates, "daily sums": freshSets.daily };

function defaults(evidence: Evidence): string {
  const line = (seen: string, size: Cell["size"], sets: readonly string[], ratio?: number) =>
    terms.flatMap((term) => {
      const found = defaultFinding(evidence, size, term, sets, ratio);
      if (found === undefined) return [];
      const why = found.fails.length > 0 ? ` (${found.fails.join("; ")})` : "";
      const each = lossNames.map((loss) => interval(loss, found.gains[loss]));
      return [[`${seen}: ${found.sets.join(", ")}`, termNames[term], ...each, `${found.default}${why}`]];
    });
  const rows = [
    ...Object.entries(quantities).flatMap(([name, sets]) => line(`500 steps, ${name}`, "long", sets)),
    ...Object.entries(fresh).flatMap(([name, sets]) => line(`200 steps, ${name}`, "factor", sets)),
    // The rule goes by ratio 4; these are beside it.
    ...[8, 16].flatMap((ratio) => line(`200 steps, ×${ratio}`, "factor", developmentSets, ratio)),
  ];
  return rows.length === 0 ? "" : table(["runs", "term of one evaluation", ...lossHeader, "default by the rule"], rows);
}
