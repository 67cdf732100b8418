/** Units of other quantities than precipitation: temperature, wind, pressure, radiation, humidity, shares. */
import type { Field } from "./field.ts";
import { withoutRange } from "./provenance.ts";

/** Base units first: scale and offset to them. */
const quantities: readonly Readonly<Record<string, readonly [scale: number, offset?: number]>>[] = [
  { K: [1], degC: [1, 273.15], degF: [5 / 9, (459.67 * 5) / 9] },
  { "m s-1": [1], "km h-1": [1 / 3.6], knot: [1852 / 3600] },
  { Pa: [1], hPa: [100], kPa: [1000] },
  { "W m-2": [1], "MJ m-2 day-1": [1e6 / 86_400] },
  { "kg kg-1": [1], "g kg-1": [1e-3] },
  { "1": [1], "%": [0.01] },
];

/** Units that are one, written differently. */
const spellings: Readonly<Record<string, string>> = {
  ...{ kelvin: "K", Kelvin: "K", degK: "K", degree_K: "K", degrees_K: "K", degree_Kelvin: "K", degrees_Kelvin: "K" },
  ...{ celsius: "degC", Celsius: "degC", C: "degC", "°C": "degC", "deg C": "degC", deg_C: "degC" },
  ...{ degree_Celsius: "degC", degrees_Celsius: "degC", degree_celsius: "degC", degrees_celsius: "degC" },
  ...{ degree_C: "degC", degrees_C: "degC", degreeC: "degC", degreesC: "degC" },
  ...{ fahrenheit: "degF", Fahrenheit: "degF", F: "degF", "°F": "degF", degree_F: "degF", degrees_F: "degF" },
  ...{ "m/s": "m s-1", "m s**-1": "m s-1", "km/h": "km h-1", knots: "knot", kt: "knot" },
  ...{ pascal: "Pa", mbar: "hPa", millibar: "hPa", millibars: "hPa" },
  ...{ "W/m2": "W m-2", "W m**-2": "W m-2", "MJ/m2/day": "MJ m-2 day-1", "MJ m-2 d-1": "MJ m-2 day-1" },
  ...{ "kg/kg": "kg kg-1", "kg kg**-1": "kg kg-1", "g/kg": "g kg-1" },
  ...{ "": "1", percent: "%" },
};

/** One spelling of units that have several. */
export function plainUnits(units: string | undefined): string {
  const text = units?.trim() ?? "";
  return Object.hasOwn(spellings, text) ? spellings[text]! : text;
}

/** The conversion of a loaded part; undefined where the units are not known to be of one quantity. */
export function unitConversion(from: string | undefined, to: string): ((part: Field) => Field) | undefined {
  const [a, b] = [plainUnits(from), plainUnits(to)];
  const own = quantities.find((units) => Object.hasOwn(units, a) && Object.hasOwn(units, b));
  if (own === undefined) return undefined;
  const [[scale, offset = 0], [other, shift = 0]] = [own[a]!, own[b]!];
  const convert = (v: number) => (a === b ? v : (v * scale + offset - shift) / other);
  return (part) =>
    part.with({
      values: a === b ? part.values : part.values.map(convert),
      units: to,
      attributes: a === b ? part.attributes : withoutRange(part.attributes),
    });
}
