/** Units of any quantity that monge knows, converted by name. */
import { UnitsError } from "../../engine/errors.ts";
import { whereOf } from "./cut.ts";
import type { Field } from "./field.ts";
import { plainUnits, unitConversion } from "./plain-units.ts";
import { parseUnit, type UnitProduct, UnitTextError } from "./unit-text.ts";
import { convertPrecipitation, precipitationUnits } from "./units.ts";

/**
 * A field in other units: temperature, pressure, precipitation and the like, and products of powers of length, mass and
 * time, such as `km2 day-1`.
 *
 * @throws UnitsError where its units are missing, or of another quantity
 */
export function inUnits(field: Field, to: string): Field {
  const from = field.units;
  if (from === undefined)
    throw new UnitsError(
      `${whereOf(field)} has no units; expected units, to convert them to "${to}"; say what they are ("fileUnits")`,
      "",
      to,
    );
  if (plainUnits(from) === plainUnits(to)) return field.with({ units: to });
  const plain = unitConversion(from, to);
  if (plain) return plain(field);
  const [a, b] = [productOf(from), productOf(to)];
  if (a && b && a.length === b.length && a.mass === b.mass && a.time === b.time) {
    const ratio = a.factor / b.factor;
    const values = new Float64Array(field.values);
    for (let i = 0; i < values.length; i++) values[i]! *= ratio;
    return field.with({ values, units: to });
  }
  try {
    precipitationUnits(from);
    precipitationUnits(to);
  } catch (error) {
    if (!(error instanceof UnitsError)) throw error;
    throw new UnitsError(
      `${whereOf(field)} is in "${from}", which cannot be converted to "${to}"; expected units of one quantity`,
      from,
      to,
    );
  }
  return convertPrecipitation(field, to);
}

function productOf(text: string): UnitProduct | undefined {
  try {
    return parseUnit(text);
  } catch (error) {
    if (error instanceof UnitTextError) return undefined;
    throw error;
  }
}
