/** Maps of the rain of a whole event. */
import { type LazyField, lazyField } from "../io/dataset/index.ts";
import { Field, precipitationFactor, rainFinding, timeAxis, timeUnitsOf } from "../io/field/index.ts";
import { valueSpan } from "../io/rain/index.ts";
import { drawMaps, type PageSection } from "../report/index.ts";
import { fieldMaps, labelsOf, sameTimes } from "./field-maps.ts";

/**
 * Sums over the times that field and truth have in common, of each member.
 *
 * @returns undefined for all else than precipitation over known times, and for a single time
 */
export async function eventSums(
  field: LazyField,
  truth: LazyField | undefined,
  members: number,
): Promise<PageSection | undefined> {
  const labels = labelsOf(field);
  const same = truth === undefined ? labels.map((_, k) => k) : sameTimes(field, truth);
  const times = [...labels.keys()].filter((k) => same[k] !== undefined);
  const kept = new Set(times);
  const own = await sumOf(field, kept);
  const other = truth && (await sumOf(truth, new Set(times.map((k) => same[k]!))));
  if (own === undefined || kept.size < 2) return undefined;
  const maps = fieldMaps(lazyField(own));
  const { sum: _, alt, ...drawn } = await maps.maps(0, { members, ...(other && { truth: other }) });
  const label = `${labels[times[0]!]} to ${labels[times.at(-1)!]}`;
  const shown = Math.min(members, maps.members);
  const gaps = "A cell without a value at any of the times has no sum.";
  return {
    heading: "Sum over the event",
    parts: [
      { kind: "text", text: `Rain of ${kept.size} times, ${label}. ${gaps}` },
      { kind: "maps", times: [drawMaps({ label, alt: `sums, ${alt}`, members: shown, maps: drawn })] },
    ],
  };
}

/** The sum in mm as the one time of a field. */
async function sumOf(field: LazyField, kept: ReadonlySet<number>): Promise<Field | undefined> {
  const maps = field.mapsLast();
  const [dim, axis, span] = [maps.dimOf("time"), timeAxis(maps), valueSpan(maps)];
  if (dim === undefined || axis === undefined || span === undefined || rainFinding(maps).is !== "rain")
    return undefined;
  const factor = precipitationFactor(maps.units!, "mm", span);
  const others = maps.dims.filter((one) => one !== dim);
  const ordered = maps.transpose([dim, ...others]);
  const size = ordered.shape.slice(1).reduce((a, b) => a * b, 1);
  const values = new Float64Array(size);
  let t = 0;
  for await (const slab of ordered.slabs()) {
    for (let at = 0; at < slab.values.length; at += size, t++) {
      if (!kept.has(t)) continue;
      for (let i = 0; i < size; i++) values[i]! += factor * slab.values[at + i]!;
    }
  }
  const { step } = timeUnitsOf(axis);
  const used = [...kept].sort((a, b) => a - b);
  const last = axis.bounds?.[2 * (used.at(-1) ?? 0) + 1] ?? axis.values[used.at(-1) ?? 0]!;
  const coordinates = maps.coordinates.filter((c) => !c.dims.includes(dim) && c.name !== axis.name);
  const length = (used.length * span * 1000) / step;
  const time = {
    ...axis,
    name: dim,
    dims: [dim],
    values: Float64Array.of(last),
    bounds: Float64Array.of(last - length, last),
  };
  const { name, source, gridMapping } = maps;
  const attributes = { standard_name: "lwe_thickness_of_precipitation_amount" };
  return new Field({
    ...{ name, source, gridMapping, attributes, values, units: "mm" },
    dims: [dim, ...others],
    shape: [1, ...ordered.shape.slice(1)],
    coordinates: [time, ...coordinates],
  });
}
