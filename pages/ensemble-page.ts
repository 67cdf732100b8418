/** A field or an ensemble on one page: maps along time, and with the truth how good it is. */
import { OptionsError } from "../engine/errors.ts";
import { version } from "../engine/files/version.ts";
import { saysRain, type Verification } from "../generative/verification/index.ts";
import { LazyField, lazyField, mapsLast } from "../io/dataset/index.ts";
import {
  type Field,
  instantsOf,
  isoOf,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
  timeUnitsOf,
} from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";
import { htmlPage, type MapPanel, mapFigure, type PageSection, rainScale, smoothScale } from "../report/index.ts";
import { mapAxes } from "./map-axes.ts";
import { verificationSections } from "./verification-sections.ts";

/** What else the page shows. */
export interface EnsemblePageOptions {
  /** On the same grid, drawn beside the members where it has the same times. @defaultValue none */
  readonly truth?: Field | LazyField;
  /** Of the field against the truth, by `verify`. @defaultValue none */
  readonly verification?: Verification;
  /** Times to draw, evenly chosen, 1 … 50. @defaultValue 8 */
  readonly times?: number;
  /** Members to draw, 1 … 8. @defaultValue 3 */
  readonly members?: number;
  /** Of the page. @defaultValue the variable's name and file */
  readonly title?: string;
  /** Told of each time that is drawn. @defaultValue none */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The report of a field.
 *
 * @param field - (time …, realization, y, x) in any order; read map by map
 * @returns HTML
 * @throws OptionsError; ShapeError for a field without two dimensions of a map
 */
export async function ensemblePage(field: Field | LazyField, options: EnsemblePageOptions = {}): Promise<string> {
  const { times = 8, members = 3, truth, verification } = options;
  for (const [name, value, most] of [
    ["times", times, 50],
    ["members", members, 8],
  ] as const) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new OptionsError(`ensemblePage: ${name} is ${value}, expected a whole number from 1 to ${most}`, name, value);
  }
  const given = mapsLast(field instanceof LazyField ? field : lazyField(field));
  const observed = truth && mapsLast(truth instanceof LazyField ? truth : lazyField(truth));
  const { name, units = "", attributes } = given;
  const time = given.dimOf("time");
  const count = time === undefined ? 1 : given.size(time);
  const chosen = [
    ...new Set(
      Array.from({ length: Math.min(times, count) }, (_, k) =>
        Math.floor(((k + 0.5) * count) / Math.min(times, count)),
      ),
    ),
  ];
  const shown = shownAs(given);
  const labels = labelsOf(given);
  const known = new Map((observed && labelsOf(observed).map((label, k) => [label, k])) ?? []);
  const slides = [];
  const sums: number[] = [];
  for (const k of chosen) {
    const label = labels[k] ?? "the only time";
    const at = known.get(label);
    const same = observed && at !== undefined ? await mapAt(observed, at) : undefined;
    const map = await mapAt(given, k);
    sums.push(sumOf(map.values));
    slides.push({ label, ...drawn(map, { members, label, shown, ...(same && { truth: same }) }) });
    options.onProgress?.(slides.length, chosen.length);
  }
  const shape = given.dims.map((dim, k) => `${dim} ${given.shape[k]}`).join(", ");
  const sections: PageSection[] = [
    {
      heading: "Maps",
      parts: [
        {
          kind: "text",
          text: `${chosen.length} of ${count} times, evenly chosen; the one with the largest sum comes first.`,
        },
        { kind: "slides", name: "time", slides, start: sums.indexOf(Math.max(...sums)) },
      ],
    },
    ...(verification ? await verificationSections(verification) : []),
  ];
  const history = textOf(attributes, "history");
  return htmlPage({
    title: options.title ?? textOf(attributes, "long_name") ?? name,
    lead: `Variable ${name} (${shape})${units ? ` in ${units}` : ""}${given.source ? `, from ${given.source}` : ""}.`,
    sections,
    provenance: [
      ["file", given.source ?? "in memory"],
      ...(observed ? [["truth", observed.source ?? "in memory"] as const] : []),
      ...(history ? [["history", history] as const] : []),
      ["monge", version()],
    ],
  });
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) sum += values[i]!;
  return sum;
}

/** Dates and times, or positions. */
function labelsOf(field: LazyField): readonly string[] {
  const axis = timeAxis(field);
  if (axis === undefined) return [];
  if (!/\ssince\s/i.test(textOf(axis.attributes, "units") ?? "")) return Array.from(axis.values, (_, k) => `time ${k}`);
  const unitsOf = timeUnitsOf(axis);
  return Array.from(instantsOf(axis), (instant) =>
    isoOf(instant, unitsOf)
      .replace("T", " ")
      .replace(/ 00:00:00$/, ""),
  );
}

async function mapAt(field: LazyField, k: number): Promise<Field> {
  const dim = field.dimOf("time");
  return (dim === undefined ? field : field.isel({ [dim]: [k, k + 1] })).load();
}

interface Drawing {
  readonly members: number;
  readonly label: string;
  readonly shown: Shown;
  readonly truth?: Field;
}

/** Members, their mean and spread, and the truth. */
function drawn(map: Field, { members, label, shown, truth }: Drawing): { readonly svg: string; readonly alt: string } {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const cells = height * width;
  const count = map.values.length / cells;
  const panel = (title: string, values: ArrayLike<number>): MapPanel => ({ title, values, height, width });
  const member = (m: number) => map.values.subarray(m * cells, (m + 1) * cells);
  const over = (of: (values: readonly number[]) => number) =>
    Float64Array.from({ length: cells }, (_, i) =>
      of(Array.from({ length: count }, (_, m) => map.values[m * cells + i]!)),
    );
  const mean = over((v) => v.reduce((a, b) => a + b, 0) / count);
  const spread = over((v) => {
    const middle = v.reduce((a, b) => a + b, 0) / count;
    return Math.sqrt(v.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (count - 1));
  });
  const largest = (values: ArrayLike<number>) =>
    Array.from(values).reduce((top, v) => (Number.isNaN(v) ? top : Math.max(top, v)), 0);
  const scaled = (values: ArrayLike<number>) =>
    shown.factor === 1 ? values : Float64Array.from(values, (v) => v * shown.factor);
  const panels = [
    ...Array.from({ length: Math.min(members, count) }, (_, m) =>
      panel(count > 1 ? `member ${m}` : "field", scaled(member(m))),
    ),
    ...(count > 1 ? [panel(`mean of ${count}`, scaled(mean)), panel("spread", scaled(spread))] : []),
    ...(truth && truth.values.length === cells ? [panel("truth", scaled(truth.values))] : []),
  ];
  const [low, high] = extent(panels);
  const svg = mapFigure({
    panels,
    scale: shown.rain
      ? rainScale(shown.units === "mm/h" ? {} : { first: 0.5 })
      : smoothScale(low, high > low ? high : low + 1),
    units: shown.units,
    columns: Math.min(3, panels.length),
    panelSize: 300,
    ...mapAxes(map),
  });
  const most = `largest value ${Number((shown.factor * largest(map.values)).toPrecision(3))} ${shown.units}`;
  const true_ = truth ? `, in the truth ${Number((shown.factor * largest(truth.values)).toPrecision(3))}` : "";
  return { svg, alt: `Maps of ${label}: ${panels.map(({ title }) => title).join(", ")}; ${most}${true_}` };
}

/** In which units values are drawn. */
interface Shown {
  readonly units: string;
  readonly factor: number;
  readonly rain: boolean;
}

/** Rates of rain in mm/day, or mm/h where the file has them; amounts in mm; all else as it is. */
function shownAs(field: LazyField): Shown {
  const { units } = field;
  if (units === undefined || saysRain(field) !== true) return { units: units ?? "", factor: 1, rain: false };
  const hourly = /h-1|\/h/.test(units);
  const to = precipitationUnits(units).kind === "amount" ? "mm" : hourly ? "mm h-1" : "mm day-1";
  const said = { mm: "mm", "mm h-1": "mm/h", "mm day-1": "mm/day" }[to];
  return { units: said, factor: precipitationFactor(units, to), rain: true };
}

function extent(panels: readonly MapPanel[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of panels) {
    for (let i = 0; i < values.length; i++) {
      if (values[i]! < low) low = values[i]!;
      if (values[i]! > high) high = values[i]!;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
