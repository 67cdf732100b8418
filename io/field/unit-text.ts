/**
 * Texts of units as products of powers, after the grammar of udunits-2: factors beside one another, with `.` `*` `·`
 * or `/` between them, powers as `m-2`, `m^-2`, `m**-2` or `m⁻²`, numbers and brackets. A solidus divides by the one
 * factor after it. Only what measures water is known: lengths, masses, volumes and times.
 */

/** A unit as a number times powers of millimetre, kilogram and second. */
export interface UnitProduct {
  readonly factor: number;
  readonly length: number;
  readonly mass: number;
  readonly time: number;
}

type Base = readonly [factor: number, length: number, mass: number, time: number];

const BASES: Readonly<Record<string, Base>> = Object.fromEntries(
  (
    [
      [[1000, 1, 0, 0], "m meter meters metre metres"],
      [[25.4, 1, 0, 0], "in inch inches"],
      [[1e6, 3, 0, 0], "l L liter liters litre litres"],
      [[1e-3, 0, 1, 0], "g gram grams gramme grammes"],
      [[1, 0, 1, 0], "kg kilogram kilograms kilogramme kilogrammes"],
      [[1, 0, 0, 1], "s sec secs second seconds"],
      [[60, 0, 0, 1], "min mins minute minutes"],
      [[3600, 0, 0, 1], "h hr hrs hour hours"],
      [[86400, 0, 0, 1], "d day days"],
      [[604800, 0, 0, 1], "week weeks"],
    ] as const
  ).flatMap(([base, names]) => names.split(" ").map((name) => [name, base] as const)),
);
const PREFIXABLE = /^(m|meters?|metres?|l|L|liters?|litres?|g|grams?|s|seconds?)$/;
const PREFIXES: readonly (readonly [RegExp, number])[] = [
  [/^(milli|m)/, 1e-3],
  [/^(centi|c)/, 1e-2],
  [/^(deci|d)/, 1e-1],
  [/^(micro|u|µ|μ)/, 1e-6],
  [/^(hecto|h)/, 100],
  [/^(kilo|k)/, 1000],
];
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The text of a unit where reading stopped. */
export class UnitTextError extends Error {
  readonly at: string;
  constructor(at: string) {
    super(at);
    this.at = at;
  }
}

function baseOf(name: string): Base | undefined {
  const known = Object.hasOwn(BASES, name) ? BASES[name] : undefined;
  if (known) return known;
  for (const [prefix, factor] of PREFIXES) {
    const rest = name.replace(prefix, "");
    if (rest === name || !PREFIXABLE.test(rest)) continue;
    const [value, length, mass, time] = BASES[rest]!;
    return length === 0 ? [value * factor, length, mass, time] : [scaled(value, factor), length, mass, time];
  }
  // Words may be capitalised (`Hours`); symbols may not: `Mm` is no millimetre.
  const lower = name.toLowerCase();
  return /^\p{Lu}\p{Ll}{2,}$/u.test(name) && lower !== name ? baseOf(lower) : undefined;
}

/** Thousandths and hundredths as divisions, so that a millimetre is exactly one. */
function scaled(value: number, factor: number): number {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}

const power = (p: UnitProduct, n: number): UnitProduct => ({
  factor: p.factor ** n,
  length: p.length * n,
  mass: p.mass * n,
  time: p.time * n,
});
const times = (a: UnitProduct, b: UnitProduct): UnitProduct => ({
  factor: a.factor * b.factor,
  length: a.length + b.length,
  mass: a.mass + b.mass,
  time: a.time + b.time,
});

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The match of a sticky pattern at this place, passed over. */
  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.at = pattern.lastIndex;
    return match;
  }

  private fail(): UnitTextError {
    const rest = this.text.slice(this.at).trim();
    return new UnitTextError(/^[\p{L}_%]+|^\S+/u.exec(rest)?.[0] ?? "its end");
  }

  product(): UnitProduct {
    let result = this.factor();
    for (;;) {
      const divides = this.take(/\s*(?:\/|\bper\b)\s*/uy);
      if (!divides && !this.take(/\s*(?:\.(?!\d)|[*·⋅×])\s*|\s+/uy)) {
        // A bracket or a name may follow a number or a bracket directly.
        if (!/[(\p{L}]/u.test(this.text[this.at] ?? "")) return result;
      }
      if (this.at >= this.text.length && !divides) return result;
      const next = this.factor();
      result = times(result, divides ? power(next, -1) : next);
    }
  }

  whole(): UnitProduct {
    const result = this.product();
    if (this.at < this.text.length) throw this.fail();
    return result;
  }

  private factor(): UnitProduct {
    if (this.take(/\(\s*/uy)) {
      const inner = this.product();
      if (!this.take(/\s*\)/uy)) throw this.fail();
      return power(inner, this.exponent());
    }
    const number = this.take(/(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy);
    if (number) return power({ factor: Number(number[0]), length: 0, mass: 0, time: 0 }, this.exponent());
    const start = this.at;
    const name = this.take(/[\p{L}_]+/uy);
    const base = name && baseOf(name[0]);
    if (!base) {
      this.at = start;
      throw this.fail();
    }
    const [factor, length, mass, time] = base;
    return power({ factor, length, mass, time }, this.exponent());
  }

  private exponent(): number {
    const raised = this.take(/(?:\^|\*\*)\s*(?:\(\s*([+-]?\d+)\s*\)|\{\s*([+-]?\d+)\s*\}|([+-]?\d+))|([+-]?\d+)/uy);
    if (raised) return Number(raised.slice(1).find((part) => part !== undefined));
    const high = this.take(/([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/uy);
    if (!high) return 1;
    const digits = Array.from(high[2]!, (c) => SUPERSCRIPTS.indexOf(c)).join("");
    return Number(digits) * (high[1] === "⁻" ? -1 : 1);
  }
}

/**
 * Reads a unit.
 *
 * @param text - capital letters throughout (`MM/DAY`) are read as small ones.
 * @throws UnitTextError at the first thing that is not understood.
 */
export function parseUnit(text: string): UnitProduct {
  const trimmed = text.trim();
  const capital = /\p{Lu}/u.test(trimmed) && !/\p{Ll}/u.test(trimmed) && trimmed !== "L";
  return new Reader(capital ? trimmed.toLowerCase() : trimmed).whole();
}
