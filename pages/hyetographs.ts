/** Rain along time at places and in catchments, member by member, and its sums over the event. */

import { printedNumber } from "../engine/text/number.ts";
import {
  type Field,
  instantsOf,
  isoOf,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
  timeUnitsOf,
} from "../io/field/index.ts";
import { valueSpan } from "../io/rain/index.ts";
import { drawChart, type PagePart, type PageSection } from "../report/index.ts";
import { shownAs } from "./field-maps.ts";

/** A series over time, members and places, with the names of the places. */
export interface PlaceSeries {
  readonly field: Field;
  readonly names: readonly string[];
}

/** Members that are drawn one by one. */
const most = 24;

/**
 * A hyetograph of each place, and the sums of all.
 *
 * @param truth - at the same places, drawn at the times that it has
 */
export async function hyetographs({ field, names }: PlaceSeries, truth?: Field): Promise<PageSection> {
  const own = courses(field);
  const other = truth && courses(truth);
  const seenDates = new Set(other?.dates ?? own.dates);
  const common = own.dates.filter((date) => seenDates.has(date));
  const kept = new Set(common);
  const parts: PagePart[] = [];
  const rows: string[][] = [];
  for (const [place, name] of names.entries()) {
    const members = own.of(place);
    if (members.every((values) => values.every(Number.isNaN))) {
      parts.push({ kind: "text", text: `${name}: no values.` });
      continue;
    }
    const seen = other?.of(place)[0];
    const sums = members.map((values) => own.sum(values, kept)).sort((a, b) => a - b);
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
    const observed = seen && other!.sum(seen, kept);
    rows.push([name, ...(other ? [text(observed!)] : []), text(mean), text(sums[0]!), text(sums.at(-1)!)]);
    const highest = Math.max(...members.flat().filter((v) => !Number.isNaN(v)));
    parts.push({
      kind: "picture",
      svg: await chart(name, own, members, other && seen ? { ...other, values: seen } : undefined),
      alt: `Rain at ${name} along time: largest value ${printedNumber(highest, 3)} ${own.units}; sums of ${text(sums[0]!)} to ${text(sums.at(-1)!)} ${own.total}${observed === undefined ? "" : `, in the truth ${text(observed)}`}`,
    });
  }
  const header = ["place", ...(other ? ["truth"] : []), members(own.members), "least member", "largest member"];
  const caption = `Sums from ${common[0]} to ${common.at(-1)}, in ${own.total}`;
  const table: PagePart[] = rows.length > 0 ? [{ kind: "table", caption, header, rows }] : [];
  return { heading: "Rain along time", parts: [...table, ...parts] };
}

const members = (count: number): string => (count === 1 ? "field" : `mean of ${count} members`);

const text = (v: number): string => (Number.isNaN(v) ? "–" : `${Number(v.toPrecision(4))}`);

type Courses = ReturnType<typeof courses>;

/** Values in units for the eye; a sum is NaN where a value of it is, and where nothing says over how long rates stand; of all else than rain it is the mean. */
function courses(field: Field) {
  const time = field.dimOf("time")!;
  const member = field.dimOf("realization");
  const place = field.dims.find((dim) => dim !== time && dim !== member)!;
  const { values, shape } = field.transpose([place, ...(member === undefined ? [] : [member]), time]);
  const { units, factor, rain } = shownAs(field);
  const axis = timeAxis(field)!;
  const dates = Array.from(instantsOf(axis), (instant) => isoOf(instant, timeUnitsOf(axis)).replace("T", " "));
  const [steps, count] = [shape.at(-1)!, member === undefined ? 1 : shape[1]!];
  const span = valueSpan(field);
  const isRate = rain && precipitationUnits(field.units).kind === "rate";
  const amount = !rain
    ? 1 / factor
    : isRate
      ? (span === undefined ? Number.NaN : precipitationFactor(field.units!, "mm", span)) / factor
      : 1;
  return {
    ...{ units, members: count, dates, total: rain ? "mm" : `${units}, means` },
    hours: Array.from(instantsOf(axis), (instant) => instant / 3.6e6),
    /** [members][times] */
    of: (k: number): number[][] =>
      Array.from({ length: count }, (_, m) =>
        Array.from({ length: steps }, (_, t) => factor * values[(k * count + m) * steps + t]!),
      ),
    sum(own: readonly number[], kept: ReadonlySet<string>): number {
      const used = own.filter((_, t) => kept.has(dates[t]!));
      return (amount * used.reduce((a, b) => a + b, 0)) / (rain ? 1 : used.length);
    },
  };
}

function chart(
  name: string,
  { hours, units, dates, members: count }: Courses,
  values: readonly (readonly number[])[],
  truth: (Courses & { readonly values: readonly number[] }) | undefined,
): Promise<string> {
  const isLong = hours.at(-1)! - hours[0]! > 96;
  const x = (hour: number) => (hour - hours[0]!) / (isLong ? 24 : 1);
  const orGap = (v: number) => (Number.isNaN(v) ? null : v);
  const rows = (own: readonly number[], at: readonly number[], kind: string, line: string) =>
    own.map((v, t) => ({ x: x(at[t]!), y: orGap(v), kind, line }));
  const mean = hours.map((_, t) => values.reduce((sum, own) => sum + own[t]!, 0) / count);
  const kinds = [...(count > 1 ? ["members"] : []), members(count), ...(truth ? ["truth"] : [])];
  const colors: Readonly<Record<string, string>> = {
    members: "#7fb8d8",
    [members(count)]: "#0072b2",
    truth: "#222222",
  };
  const data = [
    ...(count > 1 ? values.slice(0, most).flatMap((own, m) => rows(own, hours, "members", `${m}`)) : []),
    ...rows(mean, hours, members(count), "mean"),
    ...(truth ? rows(truth.values, truth.hours, "truth", "truth") : []),
  ];
  const title = `${isLong ? "days" : "hours"} from ${dates[0]}`;
  return drawChart({
    title: name,
    width: 640,
    height: 220,
    data: { values: data },
    mark: { type: "line", interpolate: "step-after", invalid: "break-paths-show-domains" },
    encoding: {
      x: { field: "x", type: "quantitative", title },
      y: { field: "y", type: "quantitative", title: units },
      detail: { field: "line", type: "nominal" },
      color: {
        field: "kind",
        type: "nominal",
        scale: { domain: kinds, range: kinds.map((kind) => colors[kind]!) },
        legend: { title: null, orient: "top", symbolType: "stroke", symbolSize: 500 },
      },
      strokeWidth: { condition: { test: "datum.kind === 'members'", value: 0.8 }, value: 2.2 },
    },
  });
}
