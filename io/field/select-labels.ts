/** Selection by label from a field, read or not: which coordinate a name means, and what its label takes. */
import { OptionsError } from "../../engine/errors.ts";
import { axisOf, dimOf, geographicOf } from "./axes.ts";
import { type Outline, type Part, take, whereOf, wholeOf } from "./cut.ts";
import type { Coordinate } from "./field.ts";
import { mappedPositions } from "./mapped-positions.ts";
import { type Label, pickNumbers, type SelectOptions } from "./select.ts";
import { pickPlane } from "./select-plane.ts";
import { pickTimes } from "./select-time.ts";

/** Labels by names of coordinates, or of roles (`lat`, `lon`, `latitude`, `longitude`, `time`, `x`, `y`). */
export type LabelSelection = Readonly<Record<string, Label>>;

/** The horizontal axis on the earth that a name stands for. */
function geographicRole(name: string): "x" | "y" | undefined {
  return /^lat(itude)?$/i.test(name) ? "y" : /^lon(gitude)?$/i.test(name) ? "x" : undefined;
}

/**
 * A part by label. Two coordinates may lie along one dimension, as those of stations: each label is looked for in what
 * the others have left, ranges first, so that the order of names does not matter.
 *
 * @throws OptionsError for an unknown name or where nothing lies at the labels; UnitsError for unreadable time units
 */
export function cutLabels(whole: Outline, labels: LabelSelection, options: SelectOptions = {}): Part {
  checkOptions(whole, options);
  let part = wholeOf(whole);
  const along = (coordinate: Coordinate, label: Label): void => {
    const dated = axisOf(coordinate.name, coordinate.attributes) === "time" && [label].flat().some(isText);
    const pick = (dated ? pickTimes : pickNumbers)(whereOf(whole), coordinate, label, options);
    part = take(part, coordinate.dims[0]!, pick, coordinate.name);
  };
  // Single labels last, for they drop their dimension, and with it what else lies along it.
  const single = (label: Label) => (Array.isArray(label) ? 0 : 1);
  let pending = Object.entries(labels).toSorted(([, a], [, b]) => single(a) - single(b));
  checkOnePerDimension(
    part,
    pending.filter(([, label]) => single(label) === 1).map(([name]) => name),
  );
  // Each may leave a line of a plane for those before it.
  for (;;) {
    const next = pending.find(([name]) => resolve(part, name).dims.length === 1);
    if (next === undefined) break;
    pending = pending.filter((one) => one !== next);
    along(resolve(part, next[0]), next[1]);
  }
  const plane: { x?: [Coordinate, Label]; y?: [Coordinate, Label] } = {};
  for (const [name, label] of pending) {
    const coordinate = resolve(part, name);
    const role = axisOf(coordinate.name, coordinate.attributes) === "y" ? "y" : "x";
    if (plane[role] === undefined) plane[role] = [coordinate, label];
    else
      throw new OptionsError(`${whereOf(whole)}: ${name} names ${coordinate.name} twice; name it once`, name, labels);
  }
  const { dims } = (plane.y ?? plane.x)?.[0] ?? {};
  if (dims === undefined) return part;
  const lat = plane.y?.[0] ?? partner(part, dims, "y");
  const lon = plane.x?.[0] ?? partner(part, dims, "x");
  const size = dims.map((dim) => part.shape[part.dims.indexOf(dim)]!) as [number, number];
  const picks = pickPlane(whereOf(whole), lat, lon, [plane.y?.[1], plane.x?.[1]], size, options);
  return take(take(part, dims[0]!, picks[0]), dims[1]!, picks[1]);
}

/** A single label takes one position of its dimension, and leaves nothing for another. */
function checkOnePerDimension(part: Part, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const { dims } = lookUp(part, name) ?? { dims: [] };
    if (dims.length !== 1) continue;
    const [dim] = dims as [string];
    const other = seen.get(dim);
    seen.set(dim, name);
    if (other === undefined) continue;
    const way = `give ranges, as ${name}: [LOW, HIGH], or the position: isel({ ${dim}: INDEX })`;
    const text = `${other} and ${name} both lie along ${dim}, of which one label takes one position; ${way}`;
    throw new OptionsError(`${whereOf(part)}: ${text}`, name, names);
  }
}

const isText = (label: unknown): boolean => typeof label === "string";

function checkOptions(whole: Outline, { method = "exact", tolerance = 0 }: SelectOptions): void {
  if (method !== "exact" && method !== "nearest") {
    const text = `method is ${JSON.stringify(method)}; expected "exact" or "nearest"`;
    throw new OptionsError(`${whereOf(whole)}: ${text}`, "method", method);
  }
  if (typeof tolerance === "number" && tolerance >= 0) return;
  const text = `tolerance is ${JSON.stringify(tolerance)}; expected a number from 0 on`;
  throw new OptionsError(`${whereOf(whole)}: ${text}`, "tolerance", tolerance);
}

/** The coordinate that a name means: its own, or the one that plays the role. */
function resolve(part: Part, name: string): Coordinate {
  const found = lookUp(part, name);
  if (found) return found;
  throw new OptionsError(`${whereOf(part)}: there is no coordinate ${name} to select by; ${wayTo(part, name)}`, name);
}

function lookUp(part: Part, name: string): Coordinate | undefined {
  const named = (wanted: string | undefined) => part.coordinates.find((c) => c.name === wanted);
  const role = geographicRole(name);
  const dim = name === "time" || name === "x" || name === "y" ? dimOf(part, name) : undefined;
  const found = named(name) ?? (role ? geographic(part, role) : named(dim));
  return found?.dims.length === 1 || (found?.dims.length === 2 && role) ? found : undefined;
}

function wayTo(part: Part, name: string): string {
  const role = geographicRole(name);
  const late = part.late?.find((c) => c.name === name || (role && axisOf(c.name, c.attributes) === role));
  if (late) return `${late.name} changes with time: load a part of the times and select from that`;
  if (part.dims.includes(name)) return "the dimension has no coordinate; select it by position with isel";
  const roles = [...(geographic(part, "y") ? ["lat"] : []), ...(geographic(part, "x") ? ["lon"] : [])];
  const lines = part.coordinates.filter((c) => c.dims.length === 1).map((c) => c.name);
  return `it has ${[...new Set([...lines, ...roles])].join(", ") || "none"}`;
}

/** The latitude or longitude on the earth, of one or two dimensions: stated, else by the grid mapping. */
const geographic = (part: Part, role: "y" | "x"): Coordinate | undefined =>
  geographicOf(part.coordinates, role, (c) => c.dims.length === 1 || c.dims.length === 2) ??
  mappedPositions(part)?.[role];

function partner(part: Part, dims: readonly string[], role: "x" | "y"): Coordinate {
  const found = geographic(part, role);
  if (found && String(found.dims) === String(dims)) return found;
  const what = role === "y" ? "latitude" : "longitude";
  throw new OptionsError(`${whereOf(part)}: no ${what} over ${dims.join(", ")}`, role);
}
