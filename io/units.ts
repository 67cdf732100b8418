/**
 * Units of precipitation and their explicit conversion. A kilogram of water on a square metre is one millimetre
 * (1000 kg m-3). Rates convert into rates; amounts become rates, or rates amounts, only with an interval that the
 * caller states; nothing is guessed.
 */
import { UnitsError } from "../engine/errors.ts";
import type { Field } from "./field.ts";

/** What a unit of precipitation measures, in millimetres (amount) or millimetres per second (rate). */
export interface PrecipitationUnits {
  readonly kind: "amount" | "rate";
  /** Millimetres, or millimetres per second, per unit. */
  readonly factor: number;
}

/** Where a value comes from, for messages. */
export interface UnitsContext {
  readonly file?: string;
  readonly variable?: string;
}

/** Options of {@link convertPrecipitation} and {@link precipitationFactor}. */
export interface ConversionOptions extends UnitsContext {
  /** Length in seconds of the interval over which an amount fell; needed between amounts and rates. */
  readonly interval?: number;
}

type Dimension = "length" | "mass" | "time";

const BASE: Readonly<Record<string, readonly [Dimension, number]>> = Object.fromEntries(
  (
    [
      ["length", 1, "mm millimeter millimeters millimetre millimetres"],
      ["length", 10, "cm centimeter centimeters centimetre centimetres"],
      ["length", 1000, "m meter meters metre metres"],
      ["length", 25.4, "in inch inches"],
      ["mass", 1, "kg kilogram kilograms"],
      ["mass", 0.001, "g gram grams"],
      ["time", 1, "s sec secs second seconds"],
      ["time", 60, "min mins minute minutes"],
      ["time", 3600, "h hr hrs hour hours"],
      ["time", 86400, "d day days"],
    ] as const
  ).flatMap(([dimension, factor, names]) => names.split(" ").map((name) => [name, [dimension, factor] as const])),
);

const EXPECTED = "precipitation units such as mm/day, mm h-1, kg m-2 s-1 (rates) or mm, m, kg m-2 (amounts)";

function where(context: UnitsContext): string {
  return `${context.file ? `${context.file}: ` : ""}${context.variable ? `variable ${context.variable}` : "precipitation"}`;
}

/**
 * Reads a unit of precipitation, such as `mm/day`, `mm d-1`, `kg m**-2 s^-1`, `m`, `inch/hour`.
 *
 * @param units - the text; undefined stands for a missing attribute.
 * @throws UnitsError if they are missing, unknown, or measure something else.
 */
export function precipitationUnits(units: string | undefined, context: UnitsContext = {}): PrecipitationUnits {
  const fail = (what: string): UnitsError =>
    new UnitsError(
      `${where(context)}: ${what}; expected ${EXPECTED}; if you know the units, state them ` +
        "(`field.with({ units })` or the `units` option) instead of letting them be guessed",
      units ?? "",
      EXPECTED,
    );
  if (units === undefined || units.trim() === "") throw fail("units are missing");
  const power = { length: 0, mass: 0, time: 0 };
  let factor = 1;
  const text = units
    .toLowerCase()
    .replace(/\s+of\s+water(\s+equivalent)?/, "")
    .replace(/\bper\b/g, "/")
    .replace(/\*\*|\^/g, "")
    .replace(/[.·*]/g, " ");
  for (const [index, part] of text.split("/").entries()) {
    const tokens = part.trim().split(/\s+/);
    for (const [position, token] of tokens.entries()) {
      const match = /^([a-z]+)([+-]?\d+)?$/.exec(token);
      const base = match && BASE[match[1]!];
      if (!match || !base) throw fail(`units "${units}" are not understood (at "${token}")`);
      // As in udunits, a solidus inverts only the factor right after it.
      const sign = index > 0 && position === 0 ? -1 : 1;
      const exponent = sign * Number(match[2] ?? 1);
      power[base[0]] += exponent;
      factor *= base[1] ** exponent;
    }
  }
  const depth = power.mass === 0 && power.length === 1;
  const sheet = power.mass === 1 && power.length === -2;
  if ((!depth && !sheet) || (power.time !== 0 && power.time !== -1)) {
    throw fail(`units "${units}" do not measure precipitation`);
  }
  // A mass per area has its lengths in millimetres so far: one kg mm-2 is a million kg m-2.
  return { kind: power.time === 0 ? "amount" : "rate", factor: sheet ? factor * 1e6 : factor };
}

/**
 * The number by which values in `from` are multiplied to be in `to`.
 *
 * @throws UnitsError if either is not precipitation, or an amount meets a rate and no interval is given.
 */
export function precipitationFactor(from: string | undefined, to: string, options: ConversionOptions = {}): number {
  const source = precipitationUnits(from, options);
  const target = precipitationUnits(to, { variable: "(the target)" });
  const ratio = source.factor / target.factor;
  if (source.kind === target.kind) return ratio;
  const { interval } = options;
  if (interval === undefined || !(interval > 0) || !Number.isFinite(interval)) {
    throw new UnitsError(
      `${where(options)}: cannot turn ${source.kind} "${from}" into ${target.kind} "${to}" ` +
        `${interval === undefined ? "without" : `with an interval of ${interval} s as`} the length of the interval; ` +
        "expected `interval`, the seconds over which the amount fell (86400 for daily sums)",
      from ?? "",
      to,
    );
  }
  return source.kind === "amount" ? ratio / interval : ratio * interval;
}

/**
 * A field in other units of precipitation. `standard_name` follows: `lwe_precipitation_rate`,
 * `lwe_thickness_of_precipitation_amount`, `precipitation_flux` or `precipitation_amount`.
 *
 * @throws UnitsError naming file, variable and units, as {@link precipitationFactor}.
 */
export function convertPrecipitation(field: Field, to: string, options: ConversionOptions = {}): Field {
  const context = { variable: field.name, ...(field.source === undefined ? {} : { file: field.source }), ...options };
  const factor = precipitationFactor(field.units, to, context);
  const { kind } = precipitationUnits(to);
  const mass = /k?g/.test(to.toLowerCase());
  const name = mass
    ? { rate: "precipitation_flux", amount: "precipitation_amount" }[kind]
    : { rate: "lwe_precipitation_rate", amount: "lwe_thickness_of_precipitation_amount" }[kind];
  // A sum over the interval divided by its length is a mean, and the other way round (CF 7.3).
  const methods = field.attributes.cell_methods;
  const [was, is] = kind === "rate" ? ["sum", "mean"] : ["mean", "sum"];
  const changed =
    precipitationUnits(field.units, context).kind !== kind && typeof methods === "string"
      ? { cell_methods: methods.replace(`time: ${was}`, `time: ${is}`) }
      : {};
  return field.with({
    values: factor === 1 ? field.values : field.values.map((v) => v * factor),
    units: to,
    attributes: { ...field.attributes, ...changed, standard_name: name },
  });
}
