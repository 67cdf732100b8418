/** Scores that the package's model ships with (`models/scores.json`), from the records of archives that it never saw. */
import { readFileSync } from "node:fs";
import { type ShippedScore, scoresByKind } from "../../generative/model/index.ts";

interface Case {
  readonly about: { readonly interval: number; readonly spacing: number };
  readonly methods: Readonly<
    Record<
      string,
      {
        readonly crps: number;
        readonly spreadSkill: number;
        readonly q999: number;
        readonly ralsd: number;
        readonly wet: number;
      }
    >
  >;
}

const baselines = ["bilinear", "RainFARM", "fitted cascade"];
/** Least width of fine cells in kilometres that the model takes. */
const finest = 0.9;

export function shippedScores(): readonly ShippedScore[] {
  return ["judgement", "development"].flatMap((set) => {
    const path = new URL(`../../research/pretrained/${set}.json`, import.meta.url);
    const record: Record<string, Record<string, Case>> = JSON.parse(readFileSync(path, "utf8"));
    return Object.entries(record).flatMap(([archive, factors]) =>
      Object.entries(factors)
        .filter(([, { about }]) => about.spacing >= finest)
        .map(([factor, { about, methods }]) => {
          const { crps, spreadSkill, q999, ralsd, wet } = methods["pretrained"]!;
          const best = Math.min(...baselines.map((name) => methods[name]!.crps));
          return {
            ...{ archive, factor: Number(factor), kilometres: about.spacing, seconds: about.interval },
            ...{ crps: Number((crps / best).toFixed(3)), spreadSkill, q999, ralsd, wet },
          };
        }),
    );
  });
}

/** The scores by kind of rain and factor, as the model's card prints them. */
export function cardRows(scores: readonly ShippedScore[]): readonly (readonly string[])[] {
  const percent = (ratio: number) => `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(0)} %`;
  return [
    ["values of", "archives", "CRPS", "spread/skill", "in 0.8 to 1.25", "q99.9 to 10 %", "spectrum to 1 dB"],
    ...scoresByKind(scores).map((one) => [
      ...[`${one.kind}, ×${one.factor}`, `${one.archives}`, percent(one.crps)],
      one.spreadSkill.map((v) => v.toFixed(2)).join(" to "),
      ...[one.archives - one.narrow - one.wide, one.heavy, one.spectrum].map((n) => `${n} of ${one.archives}`),
    ]),
  ];
}
