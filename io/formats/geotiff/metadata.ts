/**
 * GDAL's metadata about the bands of a GeoTIFF in its own tag (42112, "GDAL_METADATA"), and the dimensions that bands
 * stand for: times and members by GDAL's `NETCDF_DIM_…`, by lists `time=… realization=…`, or by names that are dates.
 */
import { getOwn } from "../../../engine/files/get-own.ts";
import { parseTimeUnits } from "../../field/calendar.ts";
import type { AttributeValue } from "../../storage/source.ts";

/** One item of the metadata: of the file, or of a band (counted from 0). */
export interface MetadataItem {
  readonly name: string;
  readonly band: number | undefined;
  readonly role: string | undefined;
  readonly text: string;
}

/** A dimension that the bands run over, slowest first. */
export interface BandDimension {
  readonly name: string;
  readonly values: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const DAY = 86_400_000;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return getOwn(ENTITIES, name) ?? whole;
  });
}

/**
 * The items of the default domain.
 *
 * @param copies - whether items of a copied tag stand for it
 * @returns undefined where items stand in a text that is no whole XML: a part of them, such as an offset without its
 * scale, would
 *   make other numbers
 */
export function parseMetadata(xml: string, copies = true): MetadataItem[] | undefined {
  const items: MetadataItem[] = [];
  if (!xml.includes("<Item")) return items;
  if (!isWellFormed(xml)) return undefined;
  for (const [, head, body] of xml.matchAll(/<Item\b([^<>]*)>([^<]*)<\/Item>/g)) {
    const attribute = (name: string) => {
      const [, double, single] = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(head!) ?? [];
      return double ?? single;
    };
    const name = attribute("name");
    if (name === undefined || attribute("domain") !== undefined) continue;
    const sample = attribute("sample");
    const band = sample === undefined ? undefined : Number(sample);
    const item = { name: unescapeXml(name), band, role: attribute("role"), text: unescapeXml(body!) };
    // Programs that copy tags put the whole text into an item of its own, escaped once or twice.
    const copied =
      copies && item.name === "GDAL_METADATA"
        ? (parseMetadata(item.text.includes("<") ? item.text : unescapeXml(item.text), false) ?? [])
        : [];
    items.push(...(copied.length > 0 ? copied : [item]));
  }
  return items;
}

/** A text of each band; undefined where it has none. */
export function perBand(items: readonly MetadataItem[], bands: number, role: string): (string | undefined)[] {
  const found: (string | undefined)[] = new Array(bands).fill(undefined);
  for (const item of items)
    if (item.band !== undefined && item.role === role && item.band < bands) found[item.band] = item.text;
  return found;
}

/** Positions of each band along named dimensions. */
type Places = readonly ReadonlyMap<string, number | string>[];

/** Dimensions of the bands; undefined where nothing says so for all of them. */
export function dimensionsOf(
  items: readonly MetadataItem[],
  names: readonly (string | undefined)[],
): BandDimension[] | undefined {
  const bands = names.length;
  const stated: Map<string, number>[] = names.map(() => new Map());
  for (const { name, band, text } of items) {
    const dim = /^NETCDF_DIM_(.+)$/.exec(name)?.[1];
    const value = Number(text);
    if (dim !== undefined && band !== undefined && band < bands && text !== "" && Number.isFinite(value))
      stated[band]!.set(dim, value);
  }
  const attributes = (dim: string) => {
    const own = items.filter((i) => i.band === undefined && i.name.startsWith(`${dim}#`));
    return Object.fromEntries(own.map((i) => [i.name.slice(dim.length + 1), i.text]));
  };
  const byGdal = gridOf(stated);
  if (byGdal) return byGdal.map(([name, values]) => toDimension(name, values, attributes(name)));
  const listed = gridOf(names.map(places));
  if (listed) return listed.map(([name, values]) => toDimension(name, values, {}));
  const dates = names.map((name) => dateIn(name ?? ""));
  return dates.every((d) => d !== undefined) ? [toDimension("time", dates, {})] : undefined;
}

/** `time=2016-07-11T10:00:00 realization=3` as a map; empty where a text is no such list. */
function places(text: string | undefined): Map<string, string> {
  const words = (text ?? "").split(" ");
  const pairs = words.map((word) => /^([A-Za-z_]\w*)=([^=]+)$/.exec(word)).filter((m) => m !== null);
  return pairs.length === words.length ? new Map(pairs.map((m) => [m[1]!, m[2]!])) : new Map();
}

/** The ISO date (and time) that a name is, or the date that it ends in: `2016-07-11`, `chirps.1983.01.31`, `pr_19830131.tif`. */
function dateIn(text: string): string | undefined {
  const iso = /^-?\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?Z?)?$/.exec(text);
  if (iso) return text;
  const end = /(?:^|[^\d])(\d{4})([-._]?)(\d\d)\2(\d\d)(?:\.\w{1,4})?$/.exec(text);
  return end ? `${end[1]}-${end[3]}-${end[4]}` : undefined;
}

/** Dimensions with their values, where the bands are all combinations of these in row-major order. */
function gridOf(bands: Places): [string, (number | string)[]][] | undefined {
  const names = [...(bands[0]?.keys() ?? [])];
  if (names.length === 0 || bands.some((b) => b.size !== names.length || names.some((n) => !b.has(n))))
    return undefined;
  // GDAL lists the dimensions slowest first; others may do it the other way round.
  for (const order of names.length > 1 ? [names, [...names].reverse()] : [names]) {
    const values = order.map((name) => [...new Set(bands.map((b) => b.get(name)!))]);
    const size = values.reduce((n, v) => n * v.length, 1);
    const inOrder = bands.every((band, index) => {
      let rest = index;
      return order.every((_, i) => {
        const axis = order.length - 1 - i;
        const position = rest % values[axis]!.length;
        rest = Math.floor(rest / values[axis]!.length);
        return band.get(order[axis]!) === values[axis]![position];
      });
    });
    if (size === bands.length && inOrder) return order.map((name, i) => [name, values[i]!]);
  }
  return undefined;
}

/** Numbers stay as they are, dates become days or seconds since 1970, anything else is counted. */
function toDimension(
  name: string,
  values: readonly (number | string)[],
  attributes: Readonly<Record<string, string>>,
): BandDimension {
  const numbers = values.map(Number);
  if (numbers.every((v) => Number.isFinite(v))) {
    const { units, calendar } = attributes;
    if (units !== undefined && / since /.test(units) && !isReadable(units, calendar))
      return { name, values: numbers, attributes: {} };
    return { name, values: numbers, attributes };
  }
  const moments = values.map((v) => momentOf(String(dateIn(String(v)) ?? v)));
  if (moments.some((m) => m === undefined)) return { name, values: values.map((_, i) => i), attributes: {} };
  const days = moments.every((m) => m! % DAY === 0);
  return {
    name,
    values: moments.map((m) => m! / (days ? DAY : 1000)),
    attributes: {
      standard_name: "time",
      units: `${days ? "days" : "seconds"} since 1970-01-01 00:00:00`,
      calendar: "proleptic_gregorian",
      axis: "T",
    },
  };
}

function isReadable(units: string, calendar: string | undefined): boolean {
  try {
    parseTimeUnits(units, calendar);
    return true;
  } catch {
    return false;
  }
}

function momentOf(iso: string): number | undefined {
  const text = iso.includes("T") ? (iso.endsWith("Z") ? iso : `${iso}Z`) : `${iso}T00:00:00Z`;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

const NAME = "[A-Za-z_:][\\w:.-]*";
const ATTRIBUTES = `(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*\\s*`;
/** A comment, a section of text, an instruction, a declaration, or a tag by its slash, name and second slash. */
const MARK = new RegExp(
  `<!--[\\s\\S]*?-->|<!\\[CDATA\\[[\\s\\S]*?\\]\\]>|<\\?[\\s\\S]*?\\?>|<![A-Z][^<>]*>|<(/?)(${NAME})(${ATTRIBUTES})(/?)>`,
  "y",
);

/** True for a text with one element that holds all others. Entities are not looked at. */
export function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  let roots = 0;
  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf("<", at);
    const text = next < 0 ? xml.slice(at) : xml.slice(at, next);
    if (open.length === 0 && text.trim() !== "") return false;
    if (next < 0) break;
    MARK.lastIndex = next;
    const mark = MARK.exec(xml);
    if (mark === null) return false;
    at = MARK.lastIndex;
    const [, end, name, attributes, alone] = mark;
    if (name === undefined) continue;
    if (end === "/") {
      if (open.pop() !== name || attributes!.trim() !== "" || alone === "/") return false;
    } else {
      if (open.length === 0) roots++;
      if (alone !== "/") open.push(name);
    }
  }
  return open.length === 0 && roots === 1;
}
