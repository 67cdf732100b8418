/** Baselines on fields, in the place of a model: the library and the command draw, write and report them alike. */
import { checkNames } from "../../engine/check-names.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { Field, isRain, precipitationFactor, rainFinding, withoutRange } from "../../io/field/index.ts";
import { changeKindOf, isCadence, wetThresholdIn } from "../../io/rain/index.ts";
import { isColumn, stationDim } from "../../io/stations/index.ts";
import { asMaps, type CoarseSource, coarseSource } from "../data/coarse-source.ts";
import { rateUnits } from "../data/read-rain.ts";
import type { EnsembleOptions, LazyEnsemble } from "../ensemble/block-ensemble.ts";
import { drawnField, frameNumber, type MemberRange } from "../ensemble/drawn-field.ts";
import { checkNoMembers, memberCoordinate, memberDim, memberField } from "../ensemble/ensemble-field.ts";
import type { FieldDownscaler } from "../ensemble/field-downscaler.ts";
import { complaintsOf, passGuards } from "../model/guards.ts";
import { yearWindows } from "../model/year-windows.ts";
import { type BaselineOptions, checkBaseline } from "./options.ts";
import { pixelMaps } from "./pixel-maps.ts";
import { rainfarm, slopeOf } from "./rainfarm.ts";
import { dividedGrid, givenGrid, neverThere, sameGrid, type TargetGrid, templateOf } from "./target-grid.ts";
import { stepBaseline } from "./time-steps.ts";

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
  checkNames(
    "baselineDownscaler",
    options,
    "method fine coarse grid factor timeFactor window quantiles wetThreshold slope rain",
  );
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
    ensemble: async (input, o) => {
      const one = new Baseline(options, input, o);
      return options.timeFactor === undefined ? one.ensemble() : stepBaseline(options, input, o);
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

/** Draws the members of a frame on the fine grid, in the units of the result. */
type Draw = (frame: Field, place: readonly number[], some: MemberRange) => Float32Array;

/** One input by one baseline. */
class Baseline {
  private readonly o: BaselineOptions;
  private readonly run: EnsembleOptions;
  private readonly fine: LazyField | undefined;
  /** Stations that are asked for, as a column. */
  private readonly stations: LazyField | undefined;
  private readonly input: CoarseSource;
  private readonly members: number;
  private readonly rain: boolean;
  private fitted: string | undefined;

  constructor(o: BaselineOptions, input: Field | LazyField, run: EnsembleOptions) {
    this.o = o;
    this.run = run;
    if (run.coarsen) {
      const way = "average the input before (`coarsen`, `monge convert --grid`)";
      throw new OptionsError(`downscale: \`coarsen\` is for models; ${way}`, "coarsen", true);
    }
    if (run.coherence !== undefined) {
      const text = "downscale: `coherence` is for models; leave it out";
      throw new OptionsError(text, "coherence", run.coherence);
    }
    if (run.wetThreshold !== undefined) {
      const way = "give it to `baselineDownscaler`, in the units of the result";
      throw new OptionsError(`downscale: \`wetThreshold\` is for models; ${way}`, "wetThreshold", run.wetThreshold);
    }
    this.members = run.members ?? (o.method === "rainfarm" || o.method === "fragments" ? 8 : 1);
    if (this.members !== 1 && o.method !== "rainfarm" && o.method !== "fragments") {
      const text = `${names[o.method]} gives one field; leave \`members\` out`;
      throw new OptionsError(`downscale: members is ${this.members}; ${text}`, "members", this.members);
    }
    this.fine = o.fine && asMaps("fine", o.fine, undefined, true);
    this.stations = this.stationsAsked();
    const units = this.fine?.units;
    this.rain = this.isRain(input);
    this.input = coarseSource("input", input, units ?? run.units ?? input.units, {
      ...run,
      rain: this.rain,
      like: this.stations,
    });
    checkNoMembers(this.input.field);
    if (o.method === "qm" || o.method === "qdm") {
      checkSeries("fine", this.fine!);
      checkSeries("coarse", asMaps("coarse", o.coarse!, undefined, this.stations));
      checkSeries("input", this.input.field);
    }
  }

  private stationsAsked(): LazyField | undefined {
    const { grid, method } = this.o;
    const lies = grid && "dims" in grid ? asMaps("grid", grid, undefined, true) : undefined;
    const found = lies ?? this.fine;
    if (found === undefined || !isColumn(found)) return undefined;
    if (method === "bilinear" || method === "qm" || method === "qdm") return found;
    const text = `the method ${method} makes maps, and stations are points; take bilinear, qm or qdm`;
    throw new OptionsError(`downscale: ${text}`, "method", method);
  }

  async ensemble(): Promise<LazyEnsemble> {
    const { input, run, members } = this;
    const forced = this.checkSpans();
    const leading = input.field.dims.slice(0, -2);
    const sizes = input.field.shape.slice(0, -2);
    const at = (place: readonly number[]) =>
      input.field.isel(Object.fromEntries(leading.map((dim, i) => [dim, place[i]!] as const)));
    const first = input.inUnits(await at(leading.map(() => 0)).load());
    const target = await this.targetFor(first);
    await input.check();
    const draw = await this.drawing(first, target);
    const [height, width] = target.plane.shape as [number, number];
    const frames = sizes.reduce((a, b) => a * b, 1);
    run.onNotice?.(`${frames} frames on ${height} x ${width} cells, by ${names[this.o.method]}`);
    let done = 0;
    const field = drawnField(this.template(first, target.plane), {
      members,
      source: input.field.source,
      reads: [input.field],
      draw: async (place, some) => {
        run.signal?.throwIfAborted();
        const frame = input.inUnits(await at(place).load());
        const drawn = draw(frame, place, some);
        done = (done % frames) + 1;
        run.onProgress?.(done, frames);
        this.report(frame, target, drawn);
        return [drawn];
      },
    });
    // Stations have no members and no columns.
    const made = isColumn(field) ? field.isel({ [memberDim]: 0, [field.dims.at(-1)!]: 0 }) : field;
    return { field: made, forced, ...(this.fitted !== undefined && { fitted: this.fitted }) };
  }

  /** Reports a frame of precipitation in mm/h, the coarse cells as they lie on the fine grid. */
  private report(frame: Field, { plane, cells }: TargetGrid, members: Float32Array): void {
    const { onFrame } = this.run;
    if (onFrame === undefined || !this.rain) return;
    const { span } = this.input;
    const scale = precipitationFactor(frame.units, rateUnits, span ?? 3600);
    const values = Float32Array.from(cells(frame), (v) => v * scale);
    const time = frame.coordinates.filter(({ dims }) => dims.length === 0);
    const coordinates = [...plane.coordinates.filter(({ dims }) => dims.length > 0), ...time];
    const coarse = plane.with({ values, units: rateUnits, coordinates });
    const rates = members.map((v) => v * scale);
    onFrame({ coarse, truth: undefined, members: memberField(plane, rates) });
  }

  /** Distributions of daily sums say nothing of hourly ones. */
  private checkSpans(): readonly string[] {
    const { o, run, input } = this;
    if (o.method !== "qm" && o.method !== "qdm") return [];
    const others = (["fine", "coarse"] as const).map(
      (name) =>
        [name, coarseSource(name, o[name]!, o[name]!.units, { rain: this.rain, like: this.stations }).span] as const,
    );
    const found = others.flatMap(([name, span]) => {
      if (span === undefined || input.span === undefined || isCadence(Float64Array.of(span, input.span))) return [];
      return [`values over ${input.span} s, those of \`${name}\` are over ${span} s`];
    });
    const where = input.field.source ?? `variable ${input.field.name}`;
    return passGuards(where, complaintsOf("interval", found), run, "take data of one interval");
  }

  private async targetFor(first: Field): Promise<TargetGrid & { readonly valid?: Uint8Array }> {
    const { factor, grid, method } = this.o;
    if (factor !== undefined) return dividedGrid(first, factor);
    if (isColumn(first)) return sameGrid(first);
    const { target, field } = await templateOf(grid ?? this.fine!);
    // Maps of pixels know of gaps themselves.
    const valid = field && method !== "qm" && method !== "qdm" ? await neverThere(field) : undefined;
    return { ...givenGrid(first, target), ...(valid && { valid }) };
  }

  private async drawing(first: Field, target: TargetGrid & { readonly valid?: Uint8Array }): Promise<Draw> {
    const { o, run, input } = this;
    const { seed = 0 } = run;
    const { valid } = target;
    const masked = (values: Float32Array): Float32Array =>
      valid ? values.map((v, i) => (valid[i % valid.length] ? v : Number.NaN)) : values;
    if (o.method === "bilinear") {
      const dry = o.wetThreshold ?? Number.NEGATIVE_INFINITY;
      return (frame) => masked(Float32Array.from(target.smooth(frame).values, (v) => (v < dry ? 0 : v)));
    }
    if (o.method === "rainfarm") {
      const slope = o.slope ?? (await slopeOf(this.fine ?? input.field));
      if (o.slope === undefined) {
        this.fitted = `slope ${slope.toFixed(3)} fitted to ${this.fine ? "`fine`" : "the input"}`;
        run.onNotice?.(`noise of power |k|^-n, ${this.fitted}`);
      }
      const farm = rainfarm(first, target, { slope, seed, wetThreshold: o.wetThreshold });
      return (frame, place, some) => masked(farm.draw(frame, frameNumber(input.field, place), some));
    }
    return this.mapping(target);
  }

  private async mapping(target: TargetGrid): Promise<Draw> {
    const { o, run, input } = this;
    const fine = this.fine!;
    const kind = changeKindOf(this.rain);
    const { whole: _, units: __, ...reading } = run;
    const coarse = coarseSource("coarse", o.coarse!, fine.units, {
      ...reading,
      ...{ missing: "propagate", rain: this.rain, like: this.stations },
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
      },
    );
    if (maps.unknown > 0)
      run.onNotice?.(`${maps.unknown} pixels of \`fine\` stay missing: too few values, or beyond the coarse grid`);
    return (frame, where) => maps.apply(target.smooth(frame).values, where[0] ?? 0);
  }

  /** True where precipitation is made: of `fine`, else of the input. Interpolation makes the same of all quantities. */
  private isRain(input: Field | LazyField): boolean {
    const { fine, o, run } = this;
    const [role, field] = fine ? ["fine", fine] : ["input", asMaps("input", input, run.units, this.stations)];
    if (o.method === "bilinear" && o.rain === undefined) return rainFinding(field).is === "rain";
    const rain = isRain(`downscale: ${role} (${field.source}, variable ${field.name})`, field, o.rain);
    if (rain || o.method !== "rainfarm") return rain;
    const text = `downscale: rainfarm makes precipitation, which ${role} is not: ${rainFinding(field).why}`;
    throw new OptionsError(`${text}; take another method, or say \`rain: true\``, "rain", "rainfarm");
  }

  /** All of the result but its values. */
  private template(first: Field, plane: Field): Field {
    const { input, fine } = this;
    const [y, x] = plane.dims as [string, string];
    const { field } = input;
    const leading = field.dims.slice(0, -2);
    const own = (dims: readonly string[]) => dims.every((dim) => leading.includes(dim));
    const like = fine ?? first;
    const grid = (this.stations ?? plane).coordinates.filter((c) => c.dims.includes(y) || c.dims.includes(x));
    const taken = new Set([...grid.map(({ name }) => name), memberDim]);
    return new Field({
      name: like.name,
      dims: [...leading, memberDim, y, x],
      shape: [...field.shape.slice(0, -2), 0, ...plane.shape],
      values: new Float32Array(0),
      units: fine ? fine.units : first.units,
      coordinates: [
        ...field.coordinates.filter((c) => own(c.dims) && !taken.has(c.name)),
        memberCoordinate(0),
        ...grid,
      ],
      attributes: withoutRange(like.attributes),
      gridMapping: plane.gridMapping,
    });
  }
}

/** Distributions are those of a pixel's values along time. @throws ShapeError for fields of more dimensions */
function checkSeries(name: string, field: LazyField): void {
  const { dims } = field;
  if (dims.length === 2 || (dims.length === 3 && dims[0] === field.dimOf("time"))) return;
  const where = `downscale: ${name} (${field.source})`;
  throw new ShapeError(where, "dimensions time, y, x", dims.join(", "), "select one of the others with `isel`");
}
