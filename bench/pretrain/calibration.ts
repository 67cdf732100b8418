/** The table of research/rain-calibration/RULE.md, and its ways of correcting the amplitude, from the record of scores. */
import { scaleNumbers } from "../../generative/model/input-scale.ts";
import type { MethodScores } from "./judge.ts";
import { type Case, judged, type Recorded } from "./judged.ts";
import { bestBaseline } from "./print.ts";
import { mean, ridge } from "./ridge.ts";

/** Spread over skill that counts as calibrated. */
const WITHIN = [0.8, 1.25] as const;

/** One archive by one factor. */
interface CalibrationCase {
  readonly archive: string;
  readonly provider: string;
  readonly factor: number;
  readonly numbers: readonly number[];
  readonly scores: MethodScores;
  /** CRPS over that of the best baseline, less 1. */
  readonly gain: number;
  readonly microseconds: number;
  /** ln of the true over the drawn residual one octave above; NaN is unknown. */
  readonly near: number;
  /** ln of an amplitude, ln of spread over skill and of the CRPS with it, by amplitude. */
  readonly response: readonly (readonly [amplitude: number, spread: number, crps: number])[];
}

/** Archives of one provider are left out together; those that were never trained on are named by their source. */
function providerOf(archive: string): string {
  return archiveOf(archive).provider ?? archive.split("-")[0]!;
}

/**
 * Cases of a model.
 *
 * @param only - archives that count
 * @param plain - with an amplitude of 1 instead of the measured one
 */
function calibrationCases(
  recorded: Recorded,
  model: string,
  { only = () => true, plain = false }: { readonly only?: (archive: string) => boolean; readonly plain?: boolean } = {},
): readonly CalibrationCase[] {
  return Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([name, one]: [string, Case]) => {
      const measured = one.methods[model];
      if (measured === undefined || !only(archive)) return [];
      const scores = (plain && measured.plain) || measured;
      const unit = plain ? (measured.amplitude ?? 1) : 1;
      const { texture, interval, spacing } = one.about;
      const factor = Number(name);
      const point = (amplitude: number, { spreadSkill, crps }: MethodScores) =>
        [Math.log(amplitude), Math.log(spreadSkill), Math.log(crps)] as const;
      const others = Object.entries(measured.at ?? {}).map(([by, own]) => point(unit * Number(by), own));
      const own = scores === measured ? [] : [point(unit, measured)];
      return {
        ...{ archive, provider: providerOf(archive), factor, scores },
        numbers: scaleNumbers({ factor, spacing, interval, ...(texture && { texture }) }),
        gain: scores.crps / bestBaseline(one) - 1,
        microseconds: measured.microseconds ?? Number.NaN,
        near: measured.near ?? Number.NaN,
        response: [point(1, scores), ...own, ...others].sort((a, b) => a[0] - b[0]),
      };
    }),
  );
}

const leftOutProviders: readonly (string | undefined)[] = ["Met Office", "ECCC", "gridded gauges"];

const archiveOf = (archive: string) => judged.rain.find(({ name }) => name === archive)!;

/** True for archives that the training of the development had nothing of, nor of their provider. */
const isLeftOut = (archive: string): boolean => {
  const { learned, provider } = archiveOf(archive);
  return learned ? leftOutProviders.includes(provider) : provider === undefined;
};

const isIn = (spread: number): boolean => spread >= Math.log(WITHIN[0]) && spread <= Math.log(WITHIN[1]);
const percent = (share: number) => `${Math.round(100 * share)} %`;
const share = (cases: readonly CalibrationCase[], holds: (one: CalibrationCase) => boolean) =>
  percent(cases.filter(holds).length / cases.length);

/** Rows of the goals, a column for each of some cases, the header first. */
function goalRows(columns: Readonly<Record<string, readonly CalibrationCase[]>>): readonly (readonly string[])[] {
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
  const each = (of: (cases: readonly CalibrationCase[]) => string) => Object.values(columns).map(of);
  return [
    ["", ...Object.keys(columns), "goal"],
    ["cases", ...each((cases) => `${cases.length}`), ""],
    [
      "spread/skill in 0.8 to 1.25",
      ...each((cases) => share(cases, ({ scores }) => isIn(Math.log(scores.spreadSkill)))),
      "80 %",
    ],
    [
      "mean of abs ln(spread/skill)",
      ...each((cases) => mean(cases.map(({ scores }) => Math.abs(Math.log(scores.spreadSkill)))).toFixed(3)),
      "",
    ],
    [
      "too narrow; too wide",
      ...each((cases) =>
        [
          share(cases, ({ scores }) => scores.spreadSkill < WITHIN[0]),
          share(cases, ({ scores }) => scores.spreadSkill > WITHIN[1]),
        ].join("; "),
      ),
      "",
    ],
    ["CRPS below the best baseline", ...each((cases) => share(cases, ({ gain }) => gain < 0)), "97 %"],
    [
      "CRPS against the best baseline, median",
      ...each((cases) => percent(median(cases.map(({ gain }) => gain))).replace("-", "−")),
      "−25 %",
    ],
    ["RALSD at most 1 dB", ...each((cases) => share(cases, ({ scores }) => scores.ralsd <= 1)), "60 %"],
    ["q99.9 within 10 %", ...each((cases) => share(cases, ({ scores }) => Math.abs(scores.q999) <= 10)), "92 %"],
    ["wet share within 3 points", ...each((cases) => share(cases, ({ scores }) => Math.abs(scores.wet) <= 3)), "95 %"],
    [
      "µs of a core a pixel and member, median",
      ...each((cases) => median(cases.map(({ microseconds }) => microseconds)).toFixed(1)),
      "8",
    ],
  ];
}

/** ln of spread over skill and of the CRPS with another amplitude: straight lines between those that were drawn with. */
function withAmplitude({ response }: CalibrationCase, amplitude: number): readonly [spread: number, crps: number] {
  const above = response.findIndex(([at]) => at >= amplitude);
  const right = Math.min(Math.max(above < 0 ? response.length - 1 : above, 1), response.length - 1);
  const [a, b] = [response[right - 1]!, response[right]!];
  const t = (amplitude - a[0]) / (b[0] - a[0]);
  return [a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

/** ln of the amplitude with which the spread is the skill. */
function wantedAmplitude(one: CalibrationCase): number {
  const { response } = one;
  const above = response.findIndex(([, spread]) => spread >= 0);
  const right = Math.min(Math.max(above < 0 ? response.length - 1 : above, 1), response.length - 1);
  const [a, b] = [response[right - 1]!, response[right]!];
  return a[0] - ((b[0] - a[0]) * a[1]) / (b[1] - a[1]);
}

/** Numbers that an amplitude is predicted from. */
const ways: Readonly<Record<string, (one: CalibrationCase) => readonly number[]>> = {
  "a constant of the factor": () => [],
  "the last octaves": ({ numbers }) => numbers.slice(6),
  "all numbers of the input": ({ numbers }) => numbers,
  "last octaves and own scales": ({ numbers, near }) => [...numbers.slice(6), near],
  "all numbers and own scales": ({ numbers, near }) => [...numbers, near],
};

/** A prediction for each case, fitted without its provider, to cases of its factor. */
function leftOut(
  cases: readonly CalibrationCase[],
  numbers: (one: CalibrationCase) => readonly number[],
  value: (one: CalibrationCase) => number,
): readonly number[] {
  return cases.map((one) => {
    const rest = cases.filter(({ factor, provider }) => factor === one.factor && provider !== one.provider);
    const values = rest.map(value);
    const rows = rest.map(numbers);
    return rows[0]!.length === 0 ? mean(values) : ridge(rows, values)(numbers(one));
  });
}

/** The tables of the record by their names. */
export function calibrationTables(recorded: Recorded): Readonly<Record<string, readonly (readonly string[])[]>> {
  const before = calibrationCases(recorded, "version 3");
  const plain = calibrationCases(recorded, "more archives", { only: isLeftOut, plain: true });
  return {
    goals: goalRows({
      "version 3": before,
      "version 3, left out": calibrationCases(recorded, "version 3", { only: isLeftOut }),
      "more archives, left out, amplitude measured": calibrationCases(recorded, "more archives", { only: isLeftOut }),
      "more archives, left out": plain,
      "the package's, never trained on": calibrationCases(recorded, "version 4", {
        only: (archive) => !archiveOf(archive).learned,
      }),
    }),
    ways: wayRows(before),
    warnings: warningRows(before),
    "ways-after": wayRows(plain),
    "warnings-after": warningRows(plain),
  };
}

/** Rows of the ways to correct the amplitude, the header first. */
function wayRows(cases: readonly CalibrationCase[]): readonly (readonly string[])[] {
  const row = (name: string, amplitudes: readonly number[]): readonly string[] => {
    const found = cases.map((one, n) => withAmplitude(one, amplitudes[n]!));
    const rise = mean(found.map(([, crps], n) => crps - Math.log(cases[n]!.scores.crps)));
    return [
      name,
      percent(found.filter(([spread]) => isIn(spread)).length / cases.length),
      mean(found.map(([spread]) => Math.abs(spread))).toFixed(3),
      `${rise < 0 ? "−" : "+"}${Math.abs(100 * rise).toFixed(1)} %`,
    ];
  };
  return [
    ["amplitude from", "in 0.8 to 1.25", "mean of abs ln(spread/skill)", "CRPS"],
    row(
      "the input, as in version 3",
      cases.map(() => 0),
    ),
    ...Object.entries(ways).map(([name, numbers]) => row(name, leftOut(cases, numbers, wantedAmplitude))),
    row("the truth", cases.map(wantedAmplitude)),
  ];
}

/** Rows of predictions of spread over skill outside of its range, the header first: found of those that are, false of those that are not. */
function warningRows(cases: readonly CalibrationCase[]): readonly (readonly string[])[] {
  const spread = ({ scores }: CalibrationCase) => Math.log(scores.spreadSkill);
  const off = cases.filter((one) => !isIn(spread(one)));
  return [
    ["predicted from", "found", "false"],
    ...Object.entries(ways).map(([name, numbers]) => {
      const predicted = leftOut(cases, numbers, spread);
      const warned = new Set(cases.filter((_, n) => !isIn(predicted[n]!)));
      const right = cases.filter(
        (one, n) => warned.has(one) && !isIn(spread(one)) && predicted[n]! * spread(one) > 0,
      ).length;
      const wrong = [...warned].filter((one) => isIn(spread(one))).length;
      return [name, `${right} of ${off.length}`, `${wrong} of ${cases.length - off.length}`];
    }),
  ];
}
