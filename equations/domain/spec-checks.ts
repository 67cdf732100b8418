/** Checks of what stands in the spec of a domain: keys, names of axes, intervals, numbers. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { Interval } from "./spec.ts";

/** The name of the axis that is time. It is decided here; everywhere else `time` is an index into the axes. */
export const timeName = "t";

/** Largest coordinate: squares and volumes of a few dimensions must not overflow. */
const farthest = 1e60;

/** A value as it is shown in messages, shortened. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Default names of `dimension` space axes: x, y, z; above three dimensions x1 … xd. */
function defaultAxes(dimension: number): string[] {
  return dimension <= 3
    ? ["x", "y", "z"].slice(0, dimension)
    : Array.from({ length: dimension }, (_, k) => `x${k + 1}`);
}

export function checkKeys(record: Readonly<Record<string, unknown>>, keys: readonly string[], where: string): void {
  for (const key of Object.keys(record)) {
    if (![...keys, "axes", timeName].includes(key)) {
      const known = [...keys, "axes", timeName].join(", ");
      throw new OptionsError(
        `domainOf: ${where} has the unknown key ${show(key)}; known are ${known}`,
        key,
        record[key],
      );
    }
  }
}

export function axesFrom(record: Readonly<Record<string, unknown>>, dimension: number, where: string) {
  const given = record["axes"];
  if (given === undefined) return { axes: defaultAxes(dimension), given: false };
  if (!Array.isArray(given) || given.length !== dimension) {
    throw new OptionsError(`domainOf: ${where}.axes is ${show(given)}; give ${dimension} names`, "axes", given);
  }
  const axes = given.map(String);
  checkAxes(axes, where);
  return { axes, given: true };
}

export function checkAxes(axes: readonly string[], where: string): void {
  for (const axis of axes) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(axis) || axis === timeName) {
      const hint = `a letter followed by letters or digits, and ${timeName} only for time`;
      throw new OptionsError(`domainOf: ${where} has an axis named ${show(axis)}; give ${hint}`, where, axis);
    }
  }
  if (new Set(axes).size !== axes.length) {
    throw new OptionsError(`domainOf: ${where} names an axis twice: ${axes.join(", ")}`, where, axes);
  }
}

export function checkInterval(value: unknown, where: string): Interval {
  if (Array.isArray(value) && value.some((entry) => typeof entry === "object")) {
    const way =
      'an axis has [low, high], a polygon is { "shape": "polygon", "vertices": [[0, 0], …] }, and { "difference": [box, part] } cuts a part out of a box';
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; ${way}`, where, value);
  }
  const numbers = checkNumbers(value, where);
  const [low, high] = numbers;
  if (numbers.length !== 2 || low === undefined || high === undefined) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give [low, high]`, where, value);
  }
  if (!(low < high)) {
    throw new DomainError(`domainOf: ${where} is the empty interval [${low}, ${high}]; low must be below high`, value);
  }
  return [low, high];
}

export function checkNumbers(value: unknown, where: string): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give a list of numbers`, where, value);
  }
  return value.map((entry, k) => checkNumber(entry, `${where}[${k}]`));
}

export function checkNumber(value: unknown, where: string): number {
  if (typeof value !== "number") {
    const meant = typeof value === "string" ? multipleOfPi(value) : undefined;
    const way = meant === undefined ? "give a number" : `give the number ${meant}`;
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; ${way}`, where, value);
  }
  if (!Number.isFinite(value)) throw new DomainError(`domainOf: ${where} is ${value}; give a finite number`, value);
  if (Math.abs(value) > farthest) {
    const way = "take other units of length, in which the domain is about one wide";
    throw new DomainError(`domainOf: ${where} is ${value}, beyond ±${farthest}; ${way}`, value);
  }
  return value;
}

/** `-pi`, `2*pi`, `pi/2` as numbers. */
function multipleOfPi(text: string): number | undefined {
  const [, sign, factor, divisor] =
    /^([+-]?)(?:(\d+(?:\.\d+)?)\*?)?pi(?:\/(\d+))?$/.exec(text.replaceAll(/\s/g, "")) ?? [];
  if (sign === undefined) return undefined;
  return ((sign === "-" ? -1 : 1) * Number(factor ?? 1) * Math.PI) / Number(divisor ?? 1);
}

/** A list of points [x, y]. @throws OptionsError, or DomainError for numbers that are not finite, with the place */
export function checkPairs(list: unknown, where: string, most: number): (readonly [number, number])[] {
  if (!Array.isArray(list) || list.length < 3) {
    throw new OptionsError(`domainOf: ${where} needs at least three [x, y] pairs, got ${show(list)}`, where, list);
  }
  if (list.length > most) {
    throw new OptionsError(
      `domainOf: ${where} has ${list.length} entries, at most ${most} are allowed; leave some of them out`,
      where,
      list.length,
    );
  }
  return list.map((pair: unknown, k): readonly [number, number] => {
    const numbers = checkNumbers(pair, `${where}[${k}]`);
    if (numbers.length !== 2) {
      throw new OptionsError(
        `domainOf: ${where}[${k}] is ${show(pair)}; this shape is 2-D, its points are [x, y]`,
        where,
        pair,
      );
    }
    return [numbers[0]!, numbers[1]!];
  });
}
