/** Dependence between variables: their correlations at each place over time, of forecast and truth. */
import { among, checkOptions } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import { decodeTime, type Field, timeAxis, timeUnitsOf, whereOf } from "../../io/field/index.ts";

/** Correlation of two variables in a part of the year. */
export interface DependenceScores {
  /** Names, as the truth has them. */
  readonly variables: readonly [string, string];
  /** `year`, or a season such as `DJF`. */
  readonly part: string;
  /** Places where truth and forecast have a correlation: three times or more with both variables, neither of them constant. */
  readonly places: number;
  /** Mean over places of Pearson's correlation over time. */
  readonly truth: number;
  /** The same, also over members. */
  readonly forecast: number;
  /** Mean over places of ∣forecast − truth∣, the forecast's correlation being the mean of the members'. */
  readonly difference: number;
  /** Share of places where it is at most 0.05. */
  readonly within: number;
}

const seasons = ["DJF", "MAM", "JJA", "SON"];
/** Values that are held at a time. */
const held = 2 ** 23;

/**
 * Compares the correlations between variables of a forecast, and of its members, with the truth's. Each is taken over
 * its own times, at those where all of its variables have values, so that a climate model's times need not be the
 * truth's (docs/how-to/verification.md).
 *
 * @param forecast - two variables or more on one grid, or at stations, with the same times; read in pieces
 * @param truth - the same variables in the same order, on the same places
 * @param options - `by: "season"` takes each season by itself, so that the year's cycle does not count. @defaultValue
 * the year
 * @throws OptionsError for lists that differ in length or have fewer than two; ShapeError where sizes do not agree
 */
export async function dependenceScores(
  forecast: readonly (Field | LazyField)[],
  truth: readonly (Field | LazyField)[],
  options: { readonly by?: "season" } = {},
): Promise<readonly DependenceScores[]> {
  checkOptions("dependenceScores", options, { by: among("season") });
  if (truth.length < 2 || forecast.length !== truth.length) {
    const text = `dependenceScores: ${forecast.length} variables of the forecast and ${truth.length} of the truth`;
    throw new OptionsError(`${text}; expected the same number, at least 2`, "forecast", forecast.length);
  }
  const parts = options.by === "season" ? seasons : ["year"];
  const [ours, theirs] = [await correlations(forecast, parts), await correlations(truth, parts)];
  if (ours.places !== theirs.places || theirs.members !== 1) {
    const found = `${theirs.places} places, ${theirs.members} members`;
    throw new ShapeError(
      "dependenceScores: truth",
      `${ours.places} places, as the forecast has, and no members`,
      found,
    );
  }
  return ours.pairs.flatMap(([i, j], pair) =>
    parts.map((part, p): DependenceScores => {
      const sums = { places: 0, truth: 0, forecast: 0, difference: 0, within: 0 };
      for (let place = 0; place < ours.places; place++) {
        const observed = theirs.at(pair, p, 0, place);
        let mean = 0;
        for (let m = 0; m < ours.members; m++) mean += ours.at(pair, p, m, place) / ours.members;
        if (Number.isNaN(observed) || Number.isNaN(mean)) continue;
        const apart = Math.abs(mean - observed);
        sums.places++;
        sums.truth += observed;
        sums.forecast += mean;
        sums.difference += apart;
        if (apart <= 0.05) sums.within++;
      }
      const { places } = sums;
      const [one, other] = [truth[i]!.name, truth[j]!.name];
      return {
        ...{ variables: [one, other], part, places },
        ...{ truth: sums.truth / places, forecast: sums.forecast / places },
        ...{ difference: sums.difference / places, within: sums.within / places },
      };
    }),
  );
}

/** Pearson's correlations over time of each pair, part, member and place. */
async function correlations(given: readonly (Field | LazyField)[], parts: readonly string[]) {
  const fields = given.map((one) => ordered(lazyField(one).ungroup().mapsLast()));
  const [first] = fields as [LazyField];
  for (const one of fields) {
    if (`${one.shape}` !== `${first.shape}`)
      throw new ShapeError(whereOf(one), `${first.shape.join(" x ")}, as ${first.name} has`, one.shape);
  }
  const [times] = first.shape as [number];
  const members = first.dims[1] === first.dimOf("realization") ? first.shape[1]! : 1;
  const cells = first.shape.slice(1).reduce((a, b) => a * b, 1);
  const partOf = parts.length === 1 ? new Uint8Array(times) : seasonsOf(first);
  const pairs = fields.flatMap((_, i) => fields.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  // Of each: count, sums of both, of their squares and of their product.
  const sums = new Float64Array(6 * pairs.length * parts.length * cells);
  const step = Math.max(1, Math.floor(held / (cells * fields.length)));
  for (let from = 0; from < times; from += step) {
    const range = [from, Math.min(times, from + step)] as const;
    const values: Field["values"][] = [];
    for (const one of fields) values.push((await one.isel({ [one.dims[0]!]: range }).load()).values);
    for (let i = 0; i < values[0]!.length; i++) {
      if (values.some((own) => Number.isNaN(own[i]!))) continue;
      const part = partOf[from + Math.floor(i / cells)]!;
      for (let pair = 0; pair < pairs.length; pair++) {
        const at = 6 * ((pair * parts.length + part) * cells + (i % cells));
        const [x, y] = [values[pairs[pair]![0]]![i]!, values[pairs[pair]![1]]![i]!];
        sums[at]! += 1;
        sums[at + 1]! += x;
        sums[at + 2]! += y;
        sums[at + 3]! += x * x;
        sums[at + 4]! += y * y;
        sums[at + 5]! += x * y;
      }
    }
  }
  const places = cells / members;
  return {
    ...{ pairs, members, places },
    at(pair: number, part: number, member: number, place: number): number {
      const at = 6 * ((pair * parts.length + part) * cells + member * places + place);
      const [n, x, y, xx, yy, xy] = [0, 1, 2, 3, 4, 5].map((k) => sums[at + k]!) as [
        ...[number, number, number],
        ...[number, number, number],
      ];
      const [vx, vy] = [xx - (x * x) / n, yy - (y * y) / n];
      const isKnown = n >= 3 && vx > 1e-12 * xx && vy > 1e-12 * yy;
      return isKnown ? (xy - (x * y) / n) / Math.sqrt(vx * vy) : Number.NaN;
    },
  };
}

/** Times first, then members. @throws ShapeError for a field without times */
function ordered(field: LazyField): LazyField {
  const [time, member] = [field.dimOf("time"), field.dimOf("realization")];
  if (time === undefined) throw new ShapeError(whereOf(field), "times", field.dims.join(", ") || "none");
  const lead = member === undefined ? [time] : [time, member];
  return field.transpose([...lead, ...field.dims.filter((dim) => !lead.includes(dim))]);
}

function seasonsOf(field: LazyField): Uint8Array {
  const axis = timeAxis(field)!;
  const units = timeUnitsOf(axis);
  return Uint8Array.from(axis.values, (v) => Math.floor(((decodeTime(v, units)?.month ?? 1) % 12) / 3));
}
