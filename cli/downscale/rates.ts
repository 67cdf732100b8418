/** Rates that `monge downscale` takes: a part of them, without what no model takes. */
import { DomainError } from "../../engine/errors.ts";
import type { Field } from "../../io/field/index.ts";
import { say } from "../shell/terminal.ts";
import type { DownscaleOptions } from "./command.ts";

/** The rows and columns that were asked for. */
export function window(field: Field, { rows, columns }: DownscaleOptions): Field {
  const [y, x] = field.dims.slice(-2) as [string, string];
  return field.isel({ ...(rows && { [y]: rows }), ...(columns && { [x]: columns }) });
}

/** What no model takes is told before the work. @throws DomainError */
export function checkRates(path: string, { values, name }: Field, o: DownscaleOptions): void {
  let [missing, negative, least] = [0, 0, 0];
  for (const v of values) {
    if (Number.isNaN(v)) missing++;
    else if (v < 0) {
      negative++;
      least = Math.min(least, v);
    }
  }
  const where = `${path}: variable ${name}`;
  if (negative > 0) {
    const way = "where that is rounding, set them to 0 with --clip-negative";
    throw new DomainError(
      `${where}: ${negative} rates are negative, down to ${least} mm/h; expected at least 0; ${way}`,
      least,
    );
  }
  if (missing > 0 && o.missing === "error") {
    const way = "fill them, or leave their cells missing with --missing propagate";
    throw new DomainError(`${where}: ${missing} of ${values.length} values are missing; ${way}`, Number.NaN);
  }
}

/** Sets negative rates to 0, and says how many. */
export function clip(field: Field): Field {
  let count = 0;
  let least = 0;
  const values = field.values.map((v) => {
    if (!(v < 0)) return v;
    count++;
    least = Math.min(least, v);
    return 0;
  });
  if (count > 0) say(`${count} negative rates down to ${least} mm/h set to 0`);
  return field.with({ values });
}
