/** Rain moved by transport as a picture: forecast with arrows, truth, what is surplus and what is missing. */

import { defined } from "../engine/defined.ts";
import { numberText } from "../engine/text/number.ts";
import type { LazyField } from "../io/dataset/index.ts";
import type { Field } from "../io/field/index.ts";
import { valueSpan } from "../io/rain/index.ts";
import { mapFigure } from "../report/index.ts";
import type { CaseMap, Score } from "../verification/index.ts";
import { wholeMap } from "../verification/scores/index.ts";
import {
  spacingOf,
  type TransportCasesOptions,
  type TransportScore,
  type TransportScoreOptions,
  transportCases,
  transportScore,
} from "../verification/transport/index.ts";
import { mapAxes } from "./map-axes.ts";
import { rainColors } from "./rain-colors.ts";

/** The time with the most observed rain, with the transport of its first member. */
export interface TransportExample {
  /** Date and time; undefined without times. */
  readonly time: string | undefined;
  /** [height, width], as is `truth`; NaN where either has no value. */
  readonly forecast: ArrayLike<number>;
  /** Observed rain, [height, width]. */
  readonly truth: ArrayLike<number>;
  /** Of the one to the other. */
  readonly score: TransportScore;
}

/**
 * A score for `verify` that keeps an example to be drawn by {@link transportFigure}; its own value says of which time.
 *
 * @param options - of `transportScore`
 * @returns the score, and `found` once `verify` is done
 */
export function transportExample(options: TransportScoreOptions): {
  readonly score: Score;
  found(): TransportExample | undefined;
} {
  let kept: TransportExample | undefined;
  return {
    found: () => kept,
    score: {
      name: "transportExample",
      of({ maps, shape }) {
        const [height, width] = shape as [number, number];
        const sum = ({ truth }: CaseMap) => {
          let total = 0;
          for (const v of truth) total += v;
          return total;
        };
        const map = maps.reduce<CaseMap | undefined>((a, b) => (a && sum(a) >= sum(b) ? a : b), undefined);
        // The first call is for all times; the others are for parts of them, and for another forecast.
        if (kept || map === undefined || shape.length !== 2) return kept?.time ?? null;
        const whole = (values: CaseMap["truth"]) => wholeMap(values, map.positions, height * width, Number.NaN);
        const [forecast, truth] = [whole(map.forecast.subarray(0, map.truth.length)), whole(map.truth)];
        kept = { time: map.time, forecast, truth, score: transportScore(forecast, truth, height, width, options) };
        return kept.time ?? null;
      },
    },
  };
}

/**
 * Options of `verify` to score rain moved by transport, and to draw an example.
 *
 * @param truth - whose grid gives the size of a cell
 * @returns scores for `verify`, and once it is done the picture in the units that were scored
 * @throws OptionsError where the grid does not give the size of a cell
 */
export async function movedRain(
  truth: LazyField,
  { reach, bootstrap, onProgress }: Pick<TransportCasesOptions, "reach" | "bootstrap" | "onProgress">,
): Promise<{
  readonly scores: readonly Score[];
  picture(units: string | undefined): { readonly svg: string; readonly alt: string } | undefined;
}> {
  const spacing = spacingOf(truth);
  const time = truth.dimOf("time");
  const field = await (time === undefined ? truth : truth.isel({ [time]: [0, 1] })).load();
  const example = transportExample({ reach, spacing });
  const cases = transportCases({ reach, spacing, ...defined({ bootstrap, onProgress }) });
  return {
    scores: [cases, example.score],
    picture(units) {
      const found = example.found();
      return found && transportFigure(found, field, spacing, units ?? "");
    },
  };
}

/** Arrows along a side of the map. */
const along = 14;

/**
 * Draws an example.
 *
 * @param field - one map on the grid of the example: its coordinates are the axes
 * @param spacing - of neighbouring cells down and across, in the unit of the score's lengths
 * @param units - of the rain
 * @returns the SVG text, and what is seen
 */
export function transportFigure(
  { time, forecast, truth, score }: TransportExample,
  field: Field,
  spacing: readonly [down: number, across: number],
  units: string,
): { readonly svg: string; readonly alt: string } {
  const [height, width] = field.shape.slice(-2) as [number, number];
  const { firstRow, axes = indexAxes(height, width), coast = false } = mapAxes(field);
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  const [dx, dy] = [(x1 - x0) / width, (firstRow === "top" ? -1 : 1) * ((y1 - y0) / height)];
  const top = firstRow === "top" ? y1 : y0;
  const arrows: number[] = [];
  const side = Math.max(1, Math.ceil(Math.max(height, width) / along));
  const [down, across] = score.arrows;
  for (let row = 0; row < height; row += side) {
    for (let column = 0; column < width; column += side) {
      // The mean of a block, by the rain that is moved.
      const sums = { mass: 0, y: 0, x: 0, down: 0, across: 0 };
      for (let r = row; r < Math.min(height, row + side); r++) {
        for (let c = column; c < Math.min(width, column + side); c++) {
          const i = r * width + c;
          const mass = forecast[i]! - score.surplusMap[i]!;
          if (!(mass > 0) || Number.isNaN(down[i]!)) continue;
          sums.mass += mass;
          sums.y += mass * (r + 0.5);
          sums.x += mass * (c + 0.5);
          sums.down += mass * down[i]!;
          sums.across += mass * across[i]!;
        }
      }
      if (sums.mass === 0) continue;
      const [x, y] = [x0 + (dx * sums.x) / sums.mass, top + (dy * sums.y) / sums.mass];
      const toX = x + (dx * sums.across) / sums.mass / spacing[1];
      arrows.push(x, y, toX, y + (dy * sums.down) / sums.mass / spacing[0]);
    }
  }
  const panel = (title: string, values: ArrayLike<number>) => ({ title, values, height, width });
  const svg = mapFigure({
    title: `Rain moved by transport${time === undefined ? "" : `, ${time.replace("T", " ")}`}`,
    panels: [
      { ...panel("forecast, and where it belongs", forecast), arrows },
      panel("truth", truth),
      panel("surplus", score.surplusMap),
      panel("missing", score.missingMap),
    ],
    scale: rainColors(units, valueSpan(field)),
    units,
    columns: 2,
    firstRow,
    axes,
    coast,
  });
  const observed = score.moved + score.missing;
  const share = (v: number) => `${Math.round((100 * v) / observed)} %`;
  const way = Number.isNaN(score.meanDisplacement)
    ? "nothing is moved"
    : `moved ${numberText(score.meanDisplacement, 3)} km on average`;
  return {
    svg,
    alt: `Arrows from forecast rain to observed rain${time === undefined ? "" : ` of ${time}`}: ${way}, surplus ${share(score.surplus)} of the observed rain, missing ${share(score.missing)}`,
  };
}

const indexAxes = (height: number, width: number) => ({
  x: { name: "column", range: [0, width] as const },
  y: { name: "row", range: [0, height] as const },
});
