/** Progress of time windows, one by one. */
import { type Curve, curveFigure, type PageSection } from "../report/index.ts";
import type { MarchedSolution } from "../solvers/solve/index.ts";
import { type KeptPoints, pointSlides } from "./point-slides.ts";
import { short } from "./short.ts";

/** A round of a window. */
interface WindowRound {
  readonly window: number;
  readonly round: number;
  readonly seconds: number;
  readonly freshLoss: number;
  readonly points: number;
  readonly places?: unknown;
}

/**
 * Sections of a march by networks; none where its rounds are not recorded.
 *
 * @param lines - of the metrics of its folder
 */
export async function windowSections(
  solution: MarchedSolution,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<PageSection[]> {
  // What was logged twice after an interruption is taken from the later line.
  const known = new Map<string, WindowRound>();
  for (const line of lines) {
    const numbers = ["window", "round", "seconds", "freshLoss", "points"].map((name) => line[name]);
    if (numbers.every((v) => typeof v === "number"))
      known.set(`${line["window"]} ${line["round"]}`, line as unknown as WindowRound);
  }
  const rounds = [...known.values()].sort((a, b) => a.window - b.window || a.round - b.round);
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (first === undefined || last === undefined) return [];
  const rms = ({ freshLoss }: WindowRound) => Math.sqrt(freshLoss);
  const curves = [0, 1].flatMap((odd): Curve[] => {
    const own = rounds.filter(({ window }) => window % 2 === odd);
    if (own.length === 0) return [];
    // A gap between windows: the curve of one does not run on into the next but one.
    const rows = own.flatMap((one, k) =>
      k > 0 && own[k - 1]!.window !== one.window
        ? [
            [one.seconds, Number.NaN],
            [one.seconds, rms(one)],
          ]
        : [[one.seconds, rms(one)]],
    ) as readonly (readonly [number, number])[];
    return [
      {
        name: odd ? "windows 2, 4, …" : "windows 1, 3, …",
        x: rows.map(([x]) => x),
        y: rows.map(([, y]) => y || Number.NaN),
      },
    ];
  });
  const kept = rounds.filter(({ places }) => Array.isArray(places));
  const latest = [...new Map(kept.map((one) => [one.window, one])).values()];
  const slides = await pointSlides(
    solution,
    "window",
    latest.map(({ window, round, points, places }): KeptPoints => {
      const [from, to] = [solution.edges[window]!, solution.edges[window + 1]!];
      const label = `window ${window + 1}, ${short(from)} to ${short(to)}`;
      return { label, places: places as readonly number[], points, note: `round ${round}` };
    }),
  );
  return [
    {
      heading: "Residual",
      parts: [
        {
          kind: "picture",
          svg: await curveFigure({ curves, x: { name: "seconds" }, y: { name: "residual", log: true } }),
          alt: `Residual over seconds in ${solution.windows.length} time windows, from ${short(rms(first))} to ${short(rms(last))}`,
          caption: "On fresh points of each window, root mean square, before each round.",
        },
      ],
    },
    ...(slides ? [{ heading: "Where the points went", parts: [slides] }] : []),
  ];
}
