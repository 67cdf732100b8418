/** Times that all fields of pairs have: by bounds where both have them, else by moments of one cadence. */
import { ShapeError } from "../../../engine/errors.ts";
import { numberText } from "../../../engine/text/number.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { type Coordinate, instantsOf, isoOf, timeAxis, timeUnitsOf } from "../../../io/field/index.ts";
import { commonTimes, type TimeRoles } from "../../../verification/matching/index.ts";
import { placed } from "../fields.ts";

/** A time that all fields have. */
export interface PairTime {
  /** Of the first field, in its calendar; undefined where there are no times. */
  readonly iso: string | undefined;
  /** Position along time of each field, in their order. */
  readonly at: readonly number[];
}

/** A field with its role, for messages. */
export interface TimedField {
  readonly role: string;
  readonly field: LazyField;
}

/** Shares of a step by which cadences may differ. */
const SLACK = 0.01;

/**
 * The times that all fields have, in the order of the first.
 *
 * @param caller - who asks, for messages
 * @throws ShapeError where times are missing, none is common, bounds overlap without being the same, or the cadence is
 * another; UnitsError for another calendar; DomainError for times that are missing or come twice
 */
export function pairTimes(caller: string, fields: readonly TimedField[]): readonly PairTime[] {
  const [first, ...others] = fields as [TimedField, ...TimedField[]];
  const whole = commonTimes(first.field, first.field, "value", rolesOf(caller, first, first));
  return others.reduce<readonly PairTime[]>(
    (times, other) => {
      checkCadence(caller, other, first);
      const found = commonTimes(other.field, first.field, "value", rolesOf(caller, other, first));
      const places = new Map(found.map(({ forecast, truth }) => [truth, forecast]));
      const kept = times.flatMap(({ iso, at }): PairTime[] => {
        const place = places.get(at[0]!);
        return place === undefined ? [] : [{ iso, at: [...at, place] }];
      });
      if (kept.length > 0) return kept;
      const has = `${found.length} times in common with the ${first.role} field alone`;
      throw new ShapeError(placed(caller, other.role, other.field), "times that all fields have", has);
    },
    whole.map(({ truth, iso }) => ({ iso, at: [truth] })),
  );
}

const rolesOf = (caller: string, other: TimedField, first: TimedField): TimeRoles => ({
  caller,
  forecast: other.role,
  truth: `${first.role} field`,
});

/** Intervals are the same or apart; moments follow each other as fast as those of the other field. */
function checkCadence(caller: string, other: TimedField, first: TimedField): void {
  const [own, its] = [timeAxis(other.field), timeAxis(first.field)];
  if (own === undefined || its === undefined) return;
  // Another calendar is refused with its name when times are matched.
  if (calendarOf(own) !== calendarOf(its)) return;
  const where = placed(caller, other.role, other.field);
  if (own.bounds !== undefined && its.bounds !== undefined) {
    checkBounds(where, own, its, first.role);
    return;
  }
  const [a, b] = [smallestStep(own), smallestStep(its)];
  if (a === undefined || b === undefined || Math.abs(a - b) <= SLACK * b) return;
  const way =
    a < b
      ? `bring it to the intervals of the ${first.role} field before (\`cdo daymean\`, \`cdo hourmean\`), with bounds of time`
      : `interpolate it to the times of the ${first.role} field before (\`cdo intntime\`), or select those that it has`;
  throw new ShapeError(
    `${where}: times`,
    `one every ${duration(b)}, as the ${first.role} field has`,
    `one every ${duration(a)}`,
    way,
  );
}

const calendarOf = (time: Coordinate): string => timeUnitsOf(time).calendar.replace("proleptic_gregorian", "standard");

/** @throws ShapeError for the first interval that overlaps one of the other field, without being in both */
function checkBounds(where: string, own: Coordinate, its: Coordinate, role: string): void {
  const [a, b] = [edgesOf(own), edgesOf(its)];
  const keys = ({ low, high }: Edges) => Array.from(low, (v, i) => `${v} ${high[i]}`);
  const [ownKeys, itsKeys] = [new Set(keys(a)), new Set(keys(b))];
  const order = (edges: Edges, others: ReadonlySet<string>) =>
    Array.from(edges.low.keys())
      .filter((i) => !others.has(`${edges.low[i]} ${edges.high[i]}`))
      .sort((i, j) => edges.low[i]! - edges.low[j]!);
  const [lonely, others] = [order(a, itsKeys), order(b, ownKeys)];
  for (let i = 0, j = 0; i < lonely.length && j < others.length; ) {
    const [m, n] = [lonely[i]!, others[j]!];
    if (a.high[m]! <= b.low[n]!) i++;
    else if (b.high[n]! <= a.low[m]!) j++;
    else {
      const expected = `${text(b, n, its)} as the ${role} field has`;
      const way =
        "they are not the same interval; bring one of them to the intervals of the other, or correct its bounds";
      throw new ShapeError(`${where}: bounds of its times`, expected, text(a, m, own), way);
    }
  }
}

interface Edges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function edgesOf(time: Coordinate): Edges {
  const instants = instantsOf({ ...time, values: time.bounds! });
  return { low: instants.filter((_, i) => i % 2 === 0), high: instants.filter((_, i) => i % 2 === 1) };
}

const text = ({ low, high }: Edges, i: number, time: Coordinate): string => {
  const units = timeUnitsOf(time);
  return `${isoOf(low[i]!, units)} to ${isoOf(high[i]!, units)}`;
};

/** Seconds between the two neighbours that lie closest; undefined for fewer than two times. */
function smallestStep(time: Coordinate): number | undefined {
  const instants = instantsOf(time).sort();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < instants.length; i++) least = Math.min(least, (instants[i]! - instants[i - 1]!) / 1000);
  return least > 0 && Number.isFinite(least) ? least : undefined;
}

function duration(seconds: number): string {
  const units = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ] as const;
  const [size, name] = units.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${numberText(seconds / size, 4)} ${name}`;
}
