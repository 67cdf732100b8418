/** Messages of GRIB edition 2 (WMO-No. 306, I.2, FM 92-XIV), which may hold several fields. */
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { Octets } from "./bits.ts";
import { type GridSays, gridOf, reducedTo } from "./grid.ts";
import {
  arrange,
  bitmapIn,
  countBits,
  type GribGrid,
  type GribMessage,
  GribProblem,
  type Mapping,
  pointsOf,
  type Statistic,
} from "./message.ts";
import { parameter2 } from "./names.ts";
import { JPEG2000, unpack2 } from "./packing.ts";
import { type PlaneSays, planeOf, projections } from "./plane.ts";

/** Seconds of the units of code table 4.4; months and longer have no fixed length. */
const UNITS: Readonly<Record<number, number>> = { 0: 60, 1: 3600, 2: 86400, 10: 10800, 11: 21600, 12: 43200, 13: 1 };
const STATISTICS: Readonly<Record<number, Statistic>> = {
  0: "mean",
  1: "sum",
  2: "maximum",
  3: "minimum",
  4: "difference",
};
const GRIDS: Readonly<Record<number, string>> = {
  50: "spherical harmonics",
  90: "space view",
  101: "unstructured (ICON)",
};

/**
 * Parses all fields of one message; what a field cannot be read for is passed to `unread`.
 * @throws GribProblem, RangeError where the message is damaged
 */
export function readGrib2(message: Buffer, unread: (problem: GribProblem) => void): GribMessage[] {
  const [discipline, centre] = [message[6]!, message.readUInt16BE(21)];
  const sections = new Map<number, Octets>();
  const out: GribMessage[] = [];
  let bitmap: Octets | undefined;
  for (let at = 16; at < message.length - 4; ) {
    const [length, number] = [message.readUInt32BE(at), message[at + 4]!];
    if (length < 5 || at + length > message.length - 4 || number < 1 || number > 7)
      throw new GribProblem(`section ${number} at ${at} has ${length} octets`);
    const section = new Octets(message.subarray(at, at + length));
    sections.set(number, section);
    at += length;
    // 254: the bitmap of the field before.
    if (number === 6 && section.uint(5, 1) !== 254) bitmap = section;
    if (number !== 7) continue;
    try {
      out.push(fieldOf(discipline, centre, sections, bitmap));
    } catch (error) {
      if (!(error instanceof GribProblem && error.unread)) throw error;
      unread(error);
    }
  }
  return out;
}

function fieldOf(
  discipline: number,
  centre: number,
  all: ReadonlyMap<number, Octets>,
  bits: Octets | undefined,
): GribMessage {
  const [one, three, four, five, seven] = [1, 3, 4, 5, 7].map((n) => {
    const found = all.get(n);
    if (found === undefined) throw new GribProblem(`it has no section ${n}`);
    return found;
  }) as [Octets, Octets, Octets, Octets, Octets];
  const grid = readGrid(three);
  const points = pointsOf(grid);
  const bitmap =
    bits === undefined || bits.uint(5, 1) === 255 ? undefined : bitmapIn(bits, points, bits.uint(5, 1) !== 0);
  const count = five.uint(5, 4);
  const expected = bitmap ? countBits(bitmap, points) : points;
  if (count !== expected) throw new GribProblem(`it holds ${count} values for ${expected} points of its grid`);
  const template = five.uint(9, 2);
  const reference = dateAt(one, 12);
  const product = readProduct(four, reference);
  return {
    edition: 2,
    parameter: parameter2(centre, discipline, four.uint(9, 1), four.uint(10, 1)),
    ...levelOf(four),
    ...product,
    grid,
    reference,
    ...(template === JPEG2000 && { isJpeg2000: true }),
    decode: () => arrange(unpack2(template, five.bytes, seven.bytes, count), bitmap, grid),
  };
}

/** Seconds since 1970; NaN where there is no date, as in fields that hold at all times. */
function dateAt(octets: Octets, at: number): number {
  if (octets.uint(at, 2) === 65535 && octets.uint(at + 2, 2) === 65535) return Number.NaN;
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((i) => octets.uint(at + i, 1)) as number[];
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31)
    throw new GribProblem(`its date has month ${month}, day ${day}`);
  return Date.UTC(octets.uint(at, 2), month! - 1, day!, hour!, minute!, second!) / 1000;
}

function levelOf(four: Octets): { levelType: number; level: number } {
  const [type, factor, value] = [four.uint(22, 1), four.signed(23, 1), four.signed(24, 4)];
  if (type === 255 || four.uint(23, 5) === 2 ** 40 - 1 || four.uint(24, 4) === 2 ** 32 - 1)
    return { levelType: type, level: 0 };
  return { levelType: type, level: factor < 0 ? value * 10 ** -factor : value / 10 ** factor };
}

/** Times, member and statistic of a product definition (templates 4.0, 4.1, 4.2, 4.8, 4.11, 4.12). */
function readProduct(four: Octets, reference: number) {
  const template = four.uint(7, 2);
  const end = { 8: 34, 11: 37, 12: 36 }[template];
  if (end === undefined && template > 2) throw new GribProblem(`its product is of template 4.${template}`, true);
  const seconds = UNITS[four.uint(17, 1)];
  if (seconds === undefined) throw new GribProblem(`its times are in unit ${four.uint(17, 1)}`, true);
  const begin = reference + four.signed(18, 4) * seconds;
  const member = template === 1 || template === 11 ? four.uint(35, 1) : undefined;
  if (end === undefined) return { from: begin, to: begin, member, statistic: "point" as Statistic };
  const kind = four.uint(end + 12, 1);
  const statistic = STATISTICS[kind];
  if (statistic === undefined) throw new GribProblem(`its values are of statistic ${kind} (code table 4.10)`, true);
  const to = dateAt(four, end);
  if (Number.isNaN(to) !== Number.isNaN(begin)) throw new GribProblem("its interval has one date alone");
  // Analyses of what fell before them (Canada's RDPA) count back from their end.
  const length = four.bytes.readInt32BE(end + 15) * (UNITS[four.uint(end + 14, 1)] ?? Number.NaN);
  const from = to < begin && length < 0 ? to + length : begin;
  if (to < from) throw new GribProblem("its interval ends before it begins", true);
  return { from, to, member, statistic };
}

function figureOf(three: Octets): Record<string, number> {
  const given = (at: number) => three.uint(at + 1, 4) / 10 ** three.signed(at, 1);
  const shape = three.uint(14, 1);
  const radius = { 0: 6367470, 6: 6371229, 8: 6371200 }[shape];
  if (radius !== undefined) return { earth_radius: radius };
  if (shape === 1) return { earth_radius: given(15) };
  if (shape === 2) return { semi_major_axis: 6378160, inverse_flattening: 297 };
  if (shape === 4) return { semi_major_axis: 6378137, inverse_flattening: 298.257222101 };
  if (shape === 5) return { semi_major_axis: 6378137, inverse_flattening: 298.257223563 };
  const scale = shape === 3 ? 1000 : 1;
  if (shape === 3 || shape === 7) return { semi_major_axis: given(20) * scale, semi_minor_axis: given(25) * scale };
  throw new GribProblem(`the figure of the Earth is number ${shape} (code table 3.2)`, true);
}

function readGrid(three: Octets): GribGrid {
  const template = three.uint(12, 2);
  if (![0, 1, 10, 20, 30, 31, 40, 140].includes(template))
    throw new GribProblem(`its grid is ${GRIDS[template] ?? `of template 3.${template}`}`, true);
  const [columns, rows] = [three.uint(30, 4), three.uint(34, 4)];
  const isReduced = three.uint(10, 1) !== 0 || columns === 2 ** 32 - 1;
  if (isReduced && template !== 0 && template !== 40)
    throw new GribProblem(`its grid of template 3.${template} is reduced`, true);
  if (!isReduced && columns * rows !== three.uint(6, 4))
    throw new GribProblem(`its grid has ${columns} x ${rows} points, not ${three.uint(6, 4)}`);
  if (template >= 10 && template !== 40) return planeOf(readPlane(three, template, columns, rows));
  const [basic, parts] = [three.uint(38, 4), three.uint(42, 4)];
  const unit = basic > 0 && basic !== 2 ** 32 - 1 && parts > 0 && parts !== 2 ** 32 - 1 ? basic / parts : 1e-6;
  const angle = (at: number) => (unit === 1e-6 ? three.signed(at, 4) / 1e6 : three.signed(at, 4) * unit);
  const says: GridSays = {
    kind: template === 40 ? "gaussian" : "regular",
    columns,
    rows,
    first: [angle(46), angle(50)],
    last: [angle(55), angle(59)],
    scanning: three.uint(71, 1),
    ...(template === 40 && { parallels: three.uint(67, 4) }),
    ...(template === 1 && { pole: { lat: angle(72), lon: angle(76), angle: three.ieee(80) } }),
    figure: figureOf(three),
  };
  return gridOf(isReduced ? reducedTo(lengthsOf(three, rows), says) : says);
}

/** Points of the rows of a reduced grid, each row a whole circle. */
function lengthsOf(three: Octets, rows: number): readonly number[] {
  const [octets, kind] = [three.uint(10, 1), three.uint(11, 1)];
  if (octets < 1 || octets > 4 || kind !== 1)
    throw new GribProblem(`the points of its rows are in ${octets} octets of kind ${kind} (code table 3.11)`, true);
  if (72 + rows * octets > three.bytes.length) throw new GribProblem(`it has no points for ${rows} rows`);
  const lengths = Array.from({ length: rows }, (_, i) => three.uint(72 + i * octets, octets));
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (sum !== three.uint(6, 4)) throw new GribProblem(`its rows have ${sum} points, not ${three.uint(6, 4)}`);
  return lengths;
}

/** Templates 3.10, 3.20, 3.30, 3.31 and 3.140; angles are whole microdegrees, steps millimetres. */
function readPlane(three: Octets, template: number, columns: number, rows: number): PlaneSays {
  const angle = (at: number) => three.signed(at, 4) / 1e6;
  const length = (at: number) => three.uint(at, 4) / 1e3;
  const same = { columns, rows, first: [angle(38), angle(42)] as const };
  const plane = (mapping: Mapping, steps: number, scanning: number): PlaneSays => ({
    ...{ ...same, step: [length(steps), length(steps + 4)] as const, scanning: three.uint(scanning, 1) },
    mapping: { ...mapping, ...figureOf(three) },
  });
  if (template === 10) return plane(projections.mercator(angle(47)), 64, 59);
  if (template === 140) return plane(projections.azimuthal(angle(50), angle(46)), 55, 63);
  const [trueAt, meridian] = [angle(47), angle(51)];
  const south = (three.uint(63, 1) & 128) !== 0;
  if (template === 20) return plane(projections.stereographic(meridian, trueAt, south), 55, 64);
  const name = template === 30 ? "lambert_conformal_conic" : "albers_conical_equal_area";
  return plane(projections.conic(name, meridian, trueAt, [angle(65), angle(69)]), 55, 64);
}
