/** Provenance of files that are made from others, and attributes that no longer hold of a part or a derived field. */
import { isPlainObject, kind, type OptionChecks, text } from "../../engine/checks.ts";
import { pickAttributes } from "../storage/attributes.ts";
import type { Attributes } from "../storage/source.ts";
import type { GridMapping } from "./field.ts";

/** Global attributes of a file. */
export interface Provenance {
  /** Global attributes, such as `title`, `institution`, `source`, and the `history` so far. */
  readonly attributes?: Attributes;
  /** One line of provenance (the command that was run), put before the earlier history with the time before it. */
  readonly history?: string;
  /** Time of that line. @defaultValue now */
  readonly now?: Date;
}

/** Checks of {@link Provenance}. */
export const provenanceChecks: OptionChecks<Provenance> = {
  attributes: kind("an object of attributes by their names", isPlainObject),
  history: text,
  now: kind("a Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
};

/** Global attributes with the conventions that monge writes, and the line of history in front of the earlier ones. */
export function globalAttributes({ attributes = {}, history: line, now = new Date() }: Provenance): Attributes {
  const { history: earlier, Conventions: _, _NCProperties: __, ...rest } = attributes;
  const lines = line === undefined ? [] : [`${now.toISOString().slice(0, 19)}Z: ${line}`];
  const history = [...lines, ...(typeof earlier === "string" ? [earlier] : [])].join("\n");
  return { Conventions: "CF-1.11", ...rest, ...(history === "" ? {} : { history }) };
}

/** Global attributes without those that say where a file begins and ends, and how fine it is (ACDD). */
export function withoutExtent(attributes: Attributes): Attributes {
  return pickAttributes(attributes, (name) => !/^(geospatial_(lat|lon|vertical|bounds)|time_coverage_)/.test(name));
}

/** Attributes without those that say between which numbers the values lie: they hold neither for a part nor in other units. */
export function withoutRange(attributes: Attributes): Attributes {
  const stale = /^(actual_range|valid_(range|min|max))$/;
  return Object.keys(attributes).some((name) => stale.test(name))
    ? pickAttributes(attributes, (name) => !stale.test(name))
    : attributes;
}

/** GeoTransform is GDAL's restatement of the coordinates; it is left out where these change. */
export function withoutTransform(mapping: GridMapping | undefined): GridMapping | undefined {
  if (!mapping) return undefined;
  const { GeoTransform: _, ...attributes } = mapping.attributes;
  return { name: mapping.name, attributes };
}
