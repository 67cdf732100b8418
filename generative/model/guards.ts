/**
 * Properties of training that inputs are compared with, as one table: each row compares one, has words for the difference, and names
 * the guard that refuses it. Textures are compared in `texture.ts`: a difference there is reported and refuses nothing.
 */
import { DomainError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import { hoursOff, seasonsOff } from "./seen-times.ts";
import { cellsOff, isOff, shown } from "./spacing.ts";

/**
 * `variable`: other variables than in training; `interval`: what a value stands for; `spacing`: sizes of cells; `range`: values
 * beyond those of training; `missing`: gaps where training had none; `season`, `hour`: times of the year or day that training
 * did not have.
 */
export const guardNames = ["variable", "interval", "spacing", "range", "missing", "season", "hour"] as const;

/** Name of a guard. */
export type GuardName = (typeof guardNames)[number];

/** Guards that are dropped: all, or some by name. */
export type Force = boolean | readonly GuardName[];

/** A difference of an input from the training. */
export interface Complaint {
  readonly guard: GuardName;
  /** Property of the input and of the training, in words. */
  readonly text: string;
}

type Range = readonly [number, number];

/** Words for an input and for training; undefined where they are alike. */
type Difference = readonly [has: string, trained: string] | undefined;

const row = <S, M>(guard: GuardName, off: (seen: S, met: M) => Difference) => ({ guard, off });

/** Values above this many times the largest one seen are of another kind, where they spread over orders of magnitude. */
const BEYOND = 5;

const span = ([least, greatest]: Range, units: string) =>
  `${numberText(least, 3)} to ${numberText(greatest, 3)} ${units}`.trim();

const rows = {
  /** CF standard names. */
  kind: row("variable", (seen: string, met: string) =>
    seen === met ? undefined : [`the standard name ${met}`, `on ${seen}`],
  ),
  /** Sizes of the cells of a grid. */
  cells: row("spacing", cellsOff),
  /** Sides of fine cells, km. */
  side: row("spacing", (seen: Range, met: number) =>
    isOff(met, seen)
      ? [`fine cells of ${shown([met, met], "km")}`, `for fine cells of ${shown(seen, "km")}`]
      : undefined,
  ),
  /** Seconds that a value stands for. */
  interval: row("interval", (seen: Range, met: number) =>
    isOff(met, seen) ? [`values over ${met} s`, `for values over ${shown(seen, "s")}`] : undefined,
  ),
  /** Least and greatest value; `log` where they are learned by a logarithm. */
  values: row("range", (seen: { readonly range: Range; readonly units: string; readonly log: boolean }, met: Range) => {
    const { range, units, log } = seen;
    const margin = (range[1] - range[0]) / 2;
    const [low, high] = log ? [0, BEYOND * range[1]] : [range[0] - margin, range[1] + margin];
    return met[0] < low || met[1] > high ? [`values of ${span(met, units)}`, `on ${span(range, units)}`] : undefined;
  }),
  /** Values that are missing, of all. */
  gaps: row("missing", (_: "none", [missing, all]: Range) =>
    missing > 0 ? [`${missing} of ${all} values missing`, "on values without gaps"] : undefined,
  ),
  season: row("season", seasonsOff),
  hour: row("hour", hoursOff),
};

type Rows = typeof rows;
type Part = keyof Rows;
type Side<K extends 0 | 1> = { readonly [Name in Part]?: Parameters<Rows[Name]["off"]>[K] | undefined };
/** Properties of the training; what is not known is not compared. */
export type Seen = Side<0>;
/** Properties of an input; what is not known is not compared. */
export type Met = Side<1>;

/** Differences of an input from training. @param of - what of the input has the properties */
export function differences(seen: Seen, met: Met, of?: string): readonly Complaint[] {
  return (Object.keys(rows) as Part[]).flatMap((name) => {
    const [trained, own] = [seen[name], met[name]];
    if (trained === undefined || own === undefined) return [];
    const off = rows[name].off(trained as never, own as never);
    const subject = of === undefined ? "" : `${of} with `;
    return off ? [{ guard: rows[name].guard, text: `${subject}${off[0]}, but it was trained ${off[1]}` }] : [];
  });
}

/** Guards of those properties that cannot be compared, since training or input do not state them. */
export const notStated = (parts: readonly Part[], seen: Seen, met: Met): readonly GuardName[] =>
  parts.filter((name) => seen[name] === undefined || met[name] === undefined).map((name) => rows[name].guard);

/**
 * Refuses an input that is not alike, unless its guards are dropped; each one that is dropped gives a notice.
 *
 * @param where - begins the message
 * @param way - what to do instead
 * @returns the texts of what was passed
 * @throws DomainError naming the guards
 */
export function passGuards(
  where: string,
  complaints: readonly Complaint[],
  { force = false, onNotice }: { readonly force?: Force; readonly onNotice?: (line: string) => void },
  way: string,
): readonly string[] {
  const dropped: readonly string[] = force === true ? guardNames : force === false ? [] : force;
  const refused = complaints.filter(({ guard }) => !dropped.includes(guard));
  if (refused.length > 0) {
    const named = force === true ? [] : [...dropped, ...refused.map(({ guard }) => guard)];
    const list = [...new Set(named)].map((name) => JSON.stringify(name)).join(", ");
    const has = refused.map(({ text }) => text).join(", and ");
    throw new DomainError(`${where}: INPUT has ${has}; ${way}; \`force: [${list}]\` goes on nevertheless`, has);
  }
  for (const { guard, text } of complaints) {
    onNotice?.(`going on (\`force\`) without the guard "${guard}", although INPUT has ${text}`);
  }
  return complaints.map(({ text }) => text);
}
