/** Times that two variables have in common: by their bounds where both have them, else by their moments. */
import { DomainError, ShapeError, UnitsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Coordinate, instantsOf, isoOf, middlesOf, timeAxis, timeUnitsOf } from "../../io/field/index.ts";

/** A time that both variables have. */
export interface CommonTime {
  /** Positions along the times of each; 0 where there is no dimension of time. */
  readonly forecast: number;
  readonly truth: number;
  /** The truth's, in its own calendar; undefined where times are paired by position. */
  readonly iso: string | undefined;
  /** The middle of its bounds, which says what day and season it belongs to; without bounds `iso`. */
  readonly middle: string | undefined;
}

interface Times {
  readonly where: string;
  readonly count: number;
  readonly moments: readonly string[];
  readonly middles: readonly string[];
  readonly bounds: readonly string[] | undefined;
  readonly calendar: string;
}

const undated = { iso: undefined, middle: undefined };

/** Who asks, and what the two variables are there, for messages. */
export interface TimeRoles {
  readonly caller: string;
  readonly forecast: string;
  readonly truth: string;
  /** Times may be paired by position instead. @defaultValue false */
  readonly byPosition?: boolean;
}

export const verifying: TimeRoles = { caller: "verify", forecast: "forecast", truth: "truth", byPosition: true };

/** Variable and file, for messages. */
export const placeOf = (name: string, { source, name: variable }: LazyField, caller = "verify"): string =>
  `${caller}: ${name} (${source ? `${source}, ` : ""}variable ${variable})`;

/** Number of maps of a variable along time. */
export function timeCount(field: LazyField): number {
  const dim = field.dimOf("time");
  return dim === undefined ? 1 : field.size(dim);
}

/**
 * The times that both have, in the order of the truth.
 *
 * @param by - `"position"`: the k-th of the one belongs to the k-th of the other, whatever their times
 * @throws ShapeError where one has no times, none is common, or a moment has other bounds; UnitsError for calendars
 * whose dates are not the same days; DomainError for times that are missing or come twice
 */
export function commonTimes(
  forecast: LazyField,
  truth: LazyField,
  by: "value" | "position",
  roles: TimeRoles = verifying,
): readonly CommonTime[] {
  const place = (role: "forecast" | "truth", field: LazyField) => placeOf(roles[role], field, roles.caller);
  if (by === "position") {
    const [n, m] = [timeCount(forecast), timeCount(truth)];
    if (n !== m) throw new ShapeError(place("forecast", forecast), `${m} times as the ${roles.truth} has`, `${n}`);
    return Array.from({ length: n }, (_, i) => ({ forecast: i, truth: i, ...undated }));
  }
  const [first, second] = [timesOf(place("forecast", forecast), forecast), timesOf(place("truth", truth), truth)];
  if (first === undefined && second === undefined) return [{ forecast: 0, truth: 0, ...undated }];
  if (first === undefined || second === undefined) {
    const lacks = first === undefined ? place("forecast", forecast) : place("truth", truth);
    const hint = `give it times (\`dated\`)${roles.byPosition ? ', or pair by position with `times: "position"`' : ""}`;
    throw new ShapeError(lacks, "times, as the other one has", "none", hint);
  }
  if (first.calendar !== second.calendar) {
    const what = `the calendar of the ${roles.forecast} is ${first.calendar}, that of the ${roles.truth} ${second.calendar}`;
    throw new UnitsError(
      `${roles.caller}: ${what}; their dates are not the same days`,
      first.calendar,
      second.calendar,
    );
  }
  return second.bounds !== undefined && first.bounds !== undefined
    ? byBounds(first, second, first.bounds, second.bounds, roles)
    : pairs(first, second, first.moments, second.moments, roles);
}

function byBounds(
  first: Times,
  second: Times,
  a: readonly string[],
  b: readonly string[],
  roles: TimeRoles,
): readonly CommonTime[] {
  const found = pairs(first, second, a, b, roles, true);
  const paired = new Set(found.map(({ truth }) => truth));
  const [seen, taken] = [new Map(second.moments.map((m, i) => [m, i])), new Set(found.map((p) => p.forecast))];
  for (const [i, moment] of first.moments.entries()) {
    const other = seen.get(moment);
    if (taken.has(i) || other === undefined || paired.has(other)) continue;
    const hint = "they are not the same interval; correct the bounds, or leave them out of one of the fields";
    throw new ShapeError(`${first.where}: bounds of ${moment}`, `${b[other]} as in the ${roles.truth}`, a[i]!, hint);
  }
  return found.length > 0 ? found : none(first, second, roles);
}

function pairs(
  first: Times,
  second: Times,
  a: readonly string[],
  b: readonly string[],
  roles: TimeRoles,
  mayBeNone = false,
): readonly CommonTime[] {
  const at = new Map(a.map((key, i) => [key, i]));
  for (const [times, keys] of [
    [first, a],
    [second, b],
  ] as const) {
    const twice = new Set(keys).size === keys.length ? undefined : keys.find((key, i) => keys.indexOf(key) !== i);
    if (twice === undefined) continue;
    throw new DomainError(`${times.where}: the time ${twice} comes twice; keep one of them`, twice);
  }
  const found = b.flatMap((key, truth): CommonTime[] => {
    const forecast = at.get(key);
    return forecast === undefined
      ? []
      : [{ forecast, truth, iso: second.moments[truth]!, middle: second.middles[truth]! }];
  });
  return found.length > 0 || mayBeNone ? found : none(first, second, roles);
}

function none(first: Times, second: Times, roles: TimeRoles): never {
  const range = ({ moments }: Times) =>
    moments.length < 2 ? (moments[0] ?? "none") : `${moments[0]} … ${moments.at(-1)} (${moments.length})`;
  const hint = `no time is common${roles.byPosition ? '; `times: "position"` pairs them by their order' : ""}`;
  throw new ShapeError(`${first.where}: times`, `some of ${range(second)}, the ${roles.truth}'s`, range(first), hint);
}

function timesOf(where: string, field: LazyField): Times | undefined {
  const time = timeAxis(field);
  if (time === undefined) return undefined;
  const units = timeUnitsOf(time);
  const moments = isoOfAll(time, time.values);
  const missing = moments.indexOf("(missing)");
  if (missing >= 0) {
    const way = "select the others with `isel`";
    throw new DomainError(`${where}: time ${missing} is missing; ${way}`, time.values[missing]);
  }
  const edges = time.bounds && isoOfAll(time, time.bounds);
  // The Gregorian calendars have the same dates from 1582-10-15 on.
  const same = units.calendar === "proleptic_gregorian" && moments.every((m) => /^\d{4}/.test(m) && m >= "1582-10-15");
  return {
    where,
    count: moments.length,
    moments,
    middles: Array.from(middlesOf(time, units), (v) => isoOf(v, units)),
    bounds: edges && moments.map((_, i) => `${edges[2 * i]} to ${edges[2 * i + 1]}`),
    calendar: same ? "standard" : units.calendar,
  };
}

function isoOfAll(time: Coordinate, values: Float64Array): readonly string[] {
  const units = timeUnitsOf(time);
  return Array.from(instantsOf({ ...time, values }, units), (v) => isoOf(v, units));
}
