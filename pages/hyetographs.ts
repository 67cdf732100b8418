/** Rain along time at places and in catchments, member by member, and its sums over the event. */

import { printedNumber } from "../engine/text/number.ts";
import {
  edgesOf,
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
import { sameTimes, shownAs } from "./field-maps.ts";

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
  const same = truth === undefined ? own.steps.map((_, k) => k) : sameTimes(field, truth);
  const common = [...own.steps.keys()].filter((k) => same[k] !== undefined);
  const seenTimes = common.map((k) => same[k]!);
  const parts: PagePart[] = [];
  const rows: string[][] = [];
  for (const [place, name] of names.entries()) {
    const members = own.of(place);
    if (members.every((values) => values.every(Number.isNaN))) {
      parts.push({ kind: "text", text: `${name}: no values.` });
      continue;
    }
    const seen = other?.of(place)[0];
    const sums = members.map((values) => own.sum(values, common)).sort((a, b) => a - b);
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
    const observed = seen && other!.sum(seen, seenTimes);
    rows.push([name, ...(other ? [text(observed!)] : []), text(mean), text(sums[0]!), text(sums.at(-1)!)]);
    const highest = Math.max(...members.flat().filter((v) => !Number.isNaN(v)));
    parts.push({
      kind: "picture",
      svg: await chart(name, own, members, other && seen ? { ...other, values: seen } : undefined),
      alt: `Rain at ${name} along time: largest value ${printedNumber(highest, 3)} ${own.units}; sums of ${text(sums[0]!)} to ${text(sums.at(-1)!)} ${own.total}${observed === undefined ? "" : `, in the truth ${text(observed)}`}`,
    });
  }
  const header = ["place", ...(other ? ["truth"] : []), members(own.members), "least member", "largest member"];
  const caption = `Sums from ${own.dateOf(own.steps[common[0] ?? 0]![0])} to ${own.dateOf(own.steps[common.at(-1) ?? 0]![1])}, in ${own.total}`;
  const table: PagePart[] = rows.length > 0 ? [{ kind: "table", caption, header, rows }] : [];
  return { heading: "Rain along time", parts: [...table, ...parts] };
}

const members = (count: number): string => (count === 1 ? "field" : `mean of ${count} members`);

const text = (v: number): string => printedNumber(v, 4);

type Courses = ReturnType<typeof courses>;

/**
 * Values in units for the eye; a sum is NaN where a value of it is, and where nothing says over how long rates stand;
 * of all else than rain it is the mean.
 */
function courses(field: Field) {
  const time = field.dimOf("time")!;
  const member = field.dimOf("realization");
  const place = field.dims.find((dim) => dim !== time && dim !== member)!;
  const { values, shape } = field.transpose([place, ...(member === undefined ? [] : [member]), time]);
  const { units, factor, rain } = shownAs(field);
  const [axis, steps] = [timeAxis(field)!, stepsOf(field)];
  const [times, count] = [shape.at(-1)!, member === undefined ? 1 : shape[1]!];
  const span = valueSpan(field);
  const isRate = rain && precipitationUnits(field.units).kind === "rate";
  const amount = !rain
    ? 1 / factor
    : isRate
      ? (span === undefined ? Number.NaN : precipitationFactor(field.units!, "mm", span)) / factor
      : 1;
  return {
    ...{ units, members: count, steps, total: rain ? "mm" : `${units}, means` },
    dateOf: (hour: number) => isoOf(Math.round(hour * 3.6e6), timeUnitsOf(axis)).replace("T", " "),
    /** [members][times] */
    of: (k: number): number[][] =>
      Array.from({ length: count }, (_, m) =>
        Array.from({ length: times }, (_, t) => factor * values[(k * count + m) * times + t]!),
      ),
    sum(own: readonly number[], which: readonly number[]): number {
      const used = which.map((t) => own[t]!);
      return (amount * used.reduce((a, b) => a + b, 0)) / (rain ? 1 : used.length);
    },
  };
}

/** Beginning and end of a step, in hours since the calendar's origin. */
type Step = readonly [begin: number, end: number];

/**
 * The steps that values stand for: their bounds; without them from time to time, the last one as long as a value stands
 * for, or as the step before it.
 */
export function stepsOf(field: Field): readonly Step[] {
  const axis = timeAxis(field)!;
  const bounds = edgesOf(axis);
  const begins = Array.from(instantsOf(axis), (instant) => instant / 3.6e6);
  if (bounds) return begins.map((_, k) => [bounds[2 * k]! / 3.6e6, bounds[2 * k + 1]! / 3.6e6]);
  const before = begins.length < 2 ? 1 : begins.at(-1)! - begins.at(-2)!;
  const span = valueSpan(field);
  const end = begins.at(-1)! + (span === undefined ? before : span / 3600);
  return begins.map((begin, k) => [begin, begins[k + 1] ?? end]);
}

function chart(
  name: string,
  { steps, units, dateOf, members: count }: Courses,
  values: readonly (readonly number[])[],
  truth: (Courses & { readonly values: readonly number[] }) | undefined,
): Promise<string> {
  const from = steps[0]![0];
  const isLong = steps.at(-1)![1] - from > 96;
  const x = (hour: number) => (hour - from) / (isLong ? 24 : 1);
  const orGap = (v: number) => (Number.isNaN(v) ? null : v);
  const rows = (own: readonly number[], at: readonly Step[], kind: string, line: string) =>
    at.flatMap(([begin, end], t) => {
      const [value, next] = [orGap(own[t]!), at[t + 1]?.[0]];
      const row = (hour: number, y: number | null) => ({ x: x(hour), y, kind, line });
      // The end of a step that no other follows has the same height, and a gap behind it.
      return [row(begin, value), ...(next === end ? [] : [row(end, value), row(end, null)])];
    });
  const mean = steps.map((_, t) => values.reduce((sum, own) => sum + own[t]!, 0) / count);
  const kinds = [...(count > 1 ? ["members"] : []), members(count), ...(truth ? ["truth"] : [])];
  const colors: Readonly<Record<string, string>> = {
    members: "#7fb8d8",
    [members(count)]: "#0072b2",
    truth: "#222222",
  };
  const data = [
    ...(count > 1 ? values.slice(0, most).flatMap((own, m) => rows(own, steps, "members", `${m}`)) : []),
    ...rows(mean, steps, members(count), "mean"),
    ...(truth ? rows(truth.values, truth.steps, "truth", "truth") : []),
  ];
  const title = `${isLong ? "days" : "hours"} from ${dateOf(from)}`;
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
