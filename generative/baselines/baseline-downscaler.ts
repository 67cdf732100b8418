/** Baselines on fields, in the place of a model: the library and the command draw, write and report them alike. */
import { defined } from "../../engine/defined.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { keepSmall, type LazyField, lazyField } from "../../io/dataset/index.ts";
import { type Field, isRain, precipitationFactor, rainFinding, whereOf, withoutRange } from "../../io/field/index.ts";
import { changeKindOf, isCadence, wetThresholdIn } from "../../io/rain/index.ts";
import { isColumn, stationDim } from "../../io/stations/index.ts";
import { asMaps, type CoarseSource, coarseSource } from "../data/coarse-source.ts";
import { rateUnits } from "../data/read-rain.ts";
import {
  type EnsembleOptions,
  ensemble,
  frameNumber,
  type LazyEnsemble,
  type MemberRange,
  type Source,
} from "../ensemble/ensemble.ts";
import type { FieldDownscaler } from "../ensemble/field-downscaler.ts";
import { checkNoMembers, emptyEnsemble, memberDim } from "../ensemble/members.ts";
import { type Complaint, passGuards } from "../model/guards.ts";
import { yearWindows } from "../model/year-windows.ts";
import { type BaselineOptions, checkBaseline } from "./options.ts";
import { pixelMaps } from "./pixel-maps.ts";
import { rainfarm, slopeOf } from "./rainfarm.ts";
import { dividedGrid, givenGrid, neverThere, sameGrid, type TargetGrid, templateOf } from "./target-grid.ts";
import { stepSource } from "./time-steps.ts";

const names = {
  bilinear: "bilinear interpolation",
  qm: "quantile mapping",
  qdm: "quantile delta mapping",
  rainfarm: "RainFARM",
  uniform: "uniform division in time",
  cycle: "the climatological cycle of the steps",
  fragments: "resampled fragments",
} as const;

/**
 * Fine fields without a network, to be handed to `downscale` or `downscaleTo` in the place of a model: interpolation, quantile
 * mapping (doi:10.1007/s10584-011-0224-4), quantile delta mapping (doi:10.1175/JCLI-D-14-00754.1), RainFARM
 * (doi:10.1175/JHM517.1).
 *
 * ```ts
 * const qdm = baselineDownscaler({ method: "qdm", fine: observed, coarse: history });
 * const fine = await downscale(qdm, scenario);
 * ```
 *
 * The result is (time …, realization, y, x) on the grid that is asked for, in the units of `fine`, else of the input; `"rainfarm"`
 * draws `members`, the others give one. Lazy fields are read when something is drawn, and must stay open until then. The coarse
 * grid reaches to the edges of its cells; beyond them, and where `fine` or `grid` is missing at all times, the result is missing.
 *
 * @throws OptionsError for options that do not go together; when something is drawn, UnitsError, ShapeError and DomainError for
 *   fields that do not
 */
export function baselineDownscaler(options: BaselineOptions): FieldDownscaler {
  checkBaseline(options);
  const { method } = options;
  const sources = [options.fine, options.coarse, options.grid].flatMap((one) => (one && "dims" in one ? [one] : []));
  const from = (name: "fine" | "coarse") =>
    options[name] === undefined ? "" : ` ${name} ${options[name].source ?? options[name].name}`;
  const fitted = `${from("fine")}${from("coarse")}`;
  const stated = (["factor", "timeFactor", "window", "quantiles", "wetThreshold", "rain", "slope"] as const).flatMap(
    (name) => (options[name] === undefined ? [] : [`, ${name} ${options[name]}`]),
  );
  return {
    async ensemble(input, run) {
      const members = membersOf(method, run);
      const {
        forced = [],
        fitted,
        slab,
        ...source
      }: MapSource = options.timeFactor === undefined
        ? await mapSource(options, input, run)
        : await stepSource(options, input, run);
      const made = ensemble({ ...source, members }, run);
      // Stations have no members and no columns.
      const field = isColumn(made) ? made.isel({ [memberDim]: 0, [made.dims.at(-1)!]: 0 }) : made;
      return { field, forced, ...defined({ fitted, slab }) };
    },
    about: {
      title: `Downscaled by ${names[method]}`,
      made: `method ${method}${fitted === "" ? "" : ` fitted to${fitted}`}${stated.join("")}`,
      attributes: {
        method,
        ...([options.fine, options.grid].some((one) => one && "dims" in one && stationDim(one) !== undefined) && {
          featureType: "timeSeries",
        }),
      },
    },
    files: sources.flatMap((one) => ("parts" in one ? (one.parts.paths ?? []) : [one.source ?? ""])),
  };
}

/** @throws OptionsError for members of a method that gives one field, and for options of models */
function membersOf(method: BaselineOptions["method"], run: EnsembleOptions): number {
  const never = {
    coarsen: [run.coarsen || undefined, "average the input before (`coarsen`, `monge convert --grid`)"],
    coherence: [run.coherence, "leave it out"],
    amplitude: [run.amplitude, "leave it out"],
    wetThreshold: [run.wetThreshold, "give it to `baselineDownscaler`, in the units of the result"],
  } as const;
  for (const [name, [value, way]] of Object.entries(never)) {
    if (value !== undefined) throw new OptionsError(`downscale: \`${name}\` is for models; ${way}`, name, value);
  }
  const random = method === "rainfarm" || method === "fragments";
  const { members = random ? 8 : 1 } = run;
  if (members === 1 || random) return members;
  const text = `${names[method]} gives one field; leave \`members\` out`;
  throw new OptionsError(`downscale: members is ${members}; ${text}`, "members", members);
}

/** One input of one baseline. */
interface Setting {
  readonly o: BaselineOptions;
  readonly run: EnsembleOptions;
  readonly fine: LazyField | undefined;
  /** Stations that are asked for, as a column. */
  readonly stations: LazyField | undefined;
  readonly input: CoarseSource;
  readonly rain: boolean;
}

function settingOf(o: BaselineOptions, given: Field | LazyField, run: EnsembleOptions): Setting {
  const fine = o.fine && asMaps("fine", o.fine, undefined, true);
  const stations = stationsAsked(o, fine);
  const rain = makesRain(o, fine ?? asMaps("input", given, run.units, stations), fine ? "fine" : "input");
  const units = fine?.units ?? run.units ?? given.units;
  // Fitting reads it before it is mapped.
  const series = isMapping(o.method) ? keepSmall(lazyField(given)) : given;
  const input = coarseSource("input", series, units, { ...run, rain, like: stations });
  checkNoMembers(input.field);
  if (isMapping(o.method)) {
    checkSeries("fine", fine!);
    checkSeries("coarse", asMaps("coarse", o.coarse!, undefined, stations));
    checkSeries("input", input.field);
  }
  return { o, run, fine, stations, input, rain };
}

const isMapping = (method: BaselineOptions["method"]): method is "qm" | "qdm" => method === "qm" || method === "qdm";

function stationsAsked({ grid, method }: BaselineOptions, fine: LazyField | undefined): LazyField | undefined {
  const found = grid && "dims" in grid ? asMaps("grid", grid, undefined, true) : fine;
  if (found === undefined || !isColumn(found)) return undefined;
  if (method === "bilinear" || isMapping(method)) return found;
  const text = `the method ${method} makes maps, and stations are points; take bilinear, qm or qdm`;
  throw new OptionsError(`downscale: ${text}`, "method", method);
}

/** True where precipitation is made: of `fine`, else of the input. Interpolation makes the same of all quantities. */
function makesRain({ method, rain: stated }: BaselineOptions, field: LazyField, role: "fine" | "input"): boolean {
  if (method === "bilinear" && stated === undefined) return rainFinding(field).is === "rain";
  const rain = isRain(`downscale: ${role} (${field.source}, variable ${field.name})`, field, stated);
  if (rain || method !== "rainfarm") return rain;
  const text = `downscale: rainfarm makes precipitation, which ${role} is not: ${rainFinding(field).why}`;
  throw new OptionsError(`${text}; take another method, or say \`rain: true\``, "rain", "rainfarm");
}

type MapSource = Omit<Source, "members"> & Partial<Pick<LazyEnsemble, "forced" | "fitted" | "slab">>;

/** Maps of each time by itself. */
async function mapSource(o: BaselineOptions, given: Field | LazyField, run: EnsembleOptions): Promise<MapSource> {
  const setting = settingOf(o, given, run);
  const { fine, stations, input, rain } = setting;
  const { dims, shape, coordinates } = input.field;
  const forced = checkSpans(setting);
  const leading = dims.slice(0, -2);
  const { read, times } = frameReader(input);
  const first = await read(leading.map(() => 0));
  const target = await targetFor(setting, first);
  await input.check();
  const { maps, draw, fitted } = await drawingOf(setting, first, target);
  const { plane } = target;
  const frames = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  run.onNotice?.(`${frames} frames on ${plane.shape.join(" x ")} cells, by ${names[o.method]}`);
  const { name, units, attributes } = fine ?? first;
  const rate = rain ? precipitationFactor(units, rateUnits, input.span ?? 3600) : undefined;
  /** The coarse cells as they lie on the fine grid. */
  const cellsOf = (frame: Field, by: number): Field => {
    const values = new Float32Array(target.cells(frame));
    for (let i = 0; i < values.length; i++) values[i]! *= by;
    const time = frame.coordinates.filter((one) => one.dims.length === 0);
    const own = [...plane.coordinates.filter((one) => one.dims.length > 0), ...time];
    return plane.with({ values, units: rateUnits, coordinates: own });
  };
  return {
    ...{ forced, rate, reads: [input.field], ...defined({ fitted }) },
    ...(maps && leading.length === 1 && { slab: SLAB, stretch: async (from, to) => maps(await times(from, to), from) }),
    template: emptyEnsemble(
      { name, units, attributes: withoutRange(attributes) },
      { dims: leading, shape: shape.slice(0, -2), coordinates },
      stations
        ? {
            ...{ dims: plane.dims, shape: plane.shape, gridMapping: plane.gridMapping },
            coordinates: stations.coordinates,
          }
        : plane,
    ),
    async frame(place) {
      const frame = await read(place);
      return {
        async draw(some, onProgress) {
          const drawn = await (maps ? maps(frame, place[0] ?? 0) : draw(frame, place, some));
          onProgress({ done: 1, total: 1 });
          return [drawn];
        },
        shown: rate === undefined ? undefined : () => ({ coarse: cellsOf(frame, rate), truth: undefined }),
      };
    },
  };
}

/** Bytes of times that are read, drawn and written together: a time alone costs as much as many. */
const SLAB = 2 ** 21;

/** Reads frames by their place along the leading dimensions, or stretches of times, in the units of the result. */
function frameReader({ field, inUnits }: CoarseSource) {
  const leading = field.dims.slice(0, -2);
  const part = async (place: readonly (number | readonly [number, number])[]) =>
    inUnits(await field.isel(Object.fromEntries(leading.map((dim, i) => [dim, place[i]!]))).load());
  const times = (from: number, to: number) => part([[from, to]]);
  if (leading.length !== 1) return { read: part, times };
  const [dim] = leading as [string];
  const step = Math.max(1, Math.floor((SLAB * field.size(dim)) / field.bytes));
  let held: { readonly from: number; readonly slab: Field } | undefined;
  const read = async (place: readonly number[]) => {
    const [time] = place as [number];
    const from = time - (time % step);
    if (held?.from !== from) held = { from, slab: await times(from, Math.min(field.size(dim), from + step)) };
    return held.slab.isel({ [dim]: time - from });
  };
  return { read, times };
}

/** Distributions of daily sums say nothing of hourly ones. */
function checkSpans({ o, run, input, rain, stations }: Setting): readonly string[] {
  if (!isMapping(o.method)) return [];
  const found = (["fine", "coarse"] as const).flatMap((name): readonly Complaint[] => {
    const { span } = coarseSource(name, o[name]!, o[name]!.units, { rain, like: stations });
    if (span === undefined || input.span === undefined || isCadence(Float64Array.of(span, input.span))) return [];
    return [{ guard: "interval", text: `values over ${input.span} s, those of \`${name}\` are over ${span} s` }];
  });
  return passGuards(whereOf(input.field), found, run, "take data of one interval");
}

/** A grid, and its pixels that the template never has. */
type Target = TargetGrid & { readonly valid?: Uint8Array };

async function targetFor({ o, fine }: Setting, first: Field): Promise<Target> {
  if (o.factor !== undefined) return dividedGrid(first, o.factor);
  if (isColumn(first)) return sameGrid(first);
  const { target, field } = await templateOf(o.grid ?? fine!);
  // Maps of pixels know of gaps themselves.
  const valid = field && !isMapping(o.method) ? await neverThere(field) : undefined;
  return { ...givenGrid(first, target), ...(valid && { valid }) };
}

/** Fields on the fine grid, in the units of the result: members of a frame, or one for each of some times. */
type Drawing = { readonly fitted?: string } & (
  | { readonly maps: (frames: Field, from: number) => Promise<Float32Array>; readonly draw?: never }
  | {
      readonly draw: (frame: Field, place: readonly number[], some: MemberRange) => Promise<Float32Array>;
      readonly maps?: never;
    }
);

async function drawingOf(setting: Setting, first: Field, target: Target): Promise<Drawing> {
  const { o, run, fine, input } = setting;
  const { valid } = target;
  const masked = (values: Float32Array): Float32Array =>
    valid ? values.map((v, i) => (valid[i % valid.length] ? v : Number.NaN)) : values;
  if (o.method === "bilinear") {
    const dry = o.wetThreshold ?? Number.NEGATIVE_INFINITY;
    return {
      async maps(frames) {
        // A loop: `from` with a function would hold all values once more as a list.
        const values = new Float32Array(target.smooth(frames).values);
        for (let i = 0; i < values.length; i++) if (values[i]! < dry) values[i] = 0;
        return masked(values);
      },
    };
  }
  if (o.method !== "rainfarm") return mappingOf(setting, target);
  const slope = o.slope ?? (await slopeOf(fine ?? input.field));
  const fitted =
    o.slope === undefined ? `slope ${slope.toFixed(3)} fitted to ${fine ? "`fine`" : "the input"}` : undefined;
  if (fitted !== undefined) run.onNotice?.(`noise of power |k|^-n, ${fitted}`);
  const { wetThreshold, threads = 1 } = o;
  const farm = rainfarm(first, target, { slope, seed: run.seed ?? 0, wetThreshold, threads });
  return {
    draw: async (frame, place, some) => masked(await farm.draw(frame, frameNumber(input.field, place), some)),
    ...defined({ fitted }),
  };
}

async function mappingOf({ o, run, fine: given, input, rain, stations }: Setting, target: Target): Promise<Drawing> {
  const fine = given!;
  const kind = changeKindOf(rain);
  const { whole: _, units: __, ...reading } = run;
  const coarse = coarseSource("coarse", keepSmall(lazyField(o.coarse!)), fine.units, {
    ...reading,
    ...{ missing: "propagate", rain, like: stations },
  });
  await coarse.check();
  const frameOf =
    ({ field }: CoarseSource) =>
    (time: number) =>
      frameNumber(field, field.dims.length === 2 ? [] : [time]);
  run.onNotice?.(`fitting the distributions of ${fine.shape.at(-2)} x ${fine.shape.at(-1)} pixels`);
  const maps = await pixelMaps(
    { fine, coarse, input },
    {
      method: o.method as "qm" | "qdm",
      kind,
      windows: yearWindows(o.window ?? "season"),
      quantiles: o.quantiles ?? 100,
      threshold: kind === "additive" ? 0 : (o.wetThreshold ?? wetThresholdIn(fine.units!, input.span)),
      seed: run.seed ?? 0,
      frameOf: { coarse: frameOf(coarse), input: frameOf(input) },
      signal: run.signal,
      threads: o.threads ?? 1,
    },
  );
  if (maps.unknown > 0)
    run.onNotice?.(`${maps.unknown} pixels of \`fine\` stay missing: too few values, or beyond the coarse grid`);
  return { maps: (frames, from) => maps.apply(target.smooth(frames).values, from) };
}

/** Distributions are those of a pixel's values along time. @throws ShapeError for fields of more dimensions */
function checkSeries(name: string, field: LazyField): void {
  const { dims } = field;
  if (dims.length === 2 || (dims.length === 3 && dims[0] === field.dimOf("time"))) return;
  const where = `downscale: ${name} (${field.source})`;
  throw new ShapeError(where, "dimensions time, y, x", dims.join(", "), "select one of the others with `isel`");
}
