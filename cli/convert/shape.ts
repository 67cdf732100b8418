/** Names, order of dimensions and times that `monge convert` gives a variable before anything else. */
import { OptionsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";

/** New names by old ones. */
type Names = Readonly<Record<string, string>>;

/** `--rename`, `--dims`, `--start`, `--step`. */
export interface ShapeOptions {
  readonly rename?: Names;
  readonly dims?: readonly string[];
  readonly start?: string;
  readonly step?: string;
}

/**
 * The variable without groups, dated, renamed, with its dimensions in the order that is asked for.
 *
 * @param maps - whether y and x must be its last dimensions
 * @throws OptionsError for names that it does not have, and for one of start and step without the other
 */
export function inShape(variable: LazyField, o: ShapeOptions, maps: boolean): LazyField {
  if ((o.start === undefined) !== (o.step === undefined)) {
    const [has, lacks] = o.start === undefined ? ["step", "start"] : ["start", "step"];
    throw new OptionsError(`--${has} goes with --${lacks}; give both`, has, o.start ?? o.step);
  }
  let out = variable.ungroup();
  if (o.start !== undefined && o.step !== undefined) out = out.withTimes({ start: o.start, step: o.step });
  if (o.rename !== undefined) out = out.rename(withoutGroups(o.rename, out));
  if (o.dims !== undefined) return out.transpose(o.dims);
  return maps ? out.mapsLast() : out;
}

/** The names as they are after groups were taken off, so that `Grid/lat=y` and `lat=y` say the same. */
function withoutGroups(names: Names, { name, dims, coordinates }: LazyField): Names {
  const known = [name, ...dims, ...coordinates.map((c) => c.name)];
  return Object.fromEntries(
    Object.entries(names).map(([old, to]) => [known.includes(old) ? old : old.slice(old.lastIndexOf("/") + 1), to]),
  );
}
