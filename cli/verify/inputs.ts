/** Inputs of `monge verify`: the files' variables, on one grid where that is asked for. */
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, lazyField, namedFields, type OpenedFields, selectTimes } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { gridOf, regridLazy } from "../../io/regrid/index.ts";
import { asColumn, atStations, readStations, type Stations, stationDim } from "../../io/stations/index.ts";
import { checkNamed, openField } from "../shell/open-field.ts";
import { statedRain } from "../shell/read-options.ts";
import { openSeries } from "../shell/station-series.ts";
import type { VerifyCommandOptions } from "./command.ts";

const methods = ["bilinear", "qm", "qdm", "rainfarm"] as const;
type Method = (typeof methods)[number];

export const isMethod = (text: string | undefined): text is Method => methods.some((method) => method === text);

/** True where several variables are named. */
export const namesSeveral = (text: string): boolean => namedFields(text).names.length > 1;

/** Fields that are compared; files stay open until `close`. */
export interface Inputs {
  readonly forecast: LazyField;
  readonly truth: LazyField;
  readonly against: Field | LazyField | undefined;
  readonly regions: Field | undefined;
  /** The truth, where it is measured at stations. */
  readonly stations: Stations | undefined;
  /** All that are read. */
  readonly files: readonly string[];
  /** @throws FormatError where a file changed while it was read */
  checkUnchanged(): void;
  /** Notices about the inputs. */
  notices(): readonly string[];
  close(): void;
}

/** Every text of the command line that names a file, with what it is called there. */
export function namedInputs(
  forecast: string,
  truth: string | undefined,
  o: VerifyCommandOptions,
): readonly (readonly [role: string, text: string])[] {
  const list = [
    ["FORECAST", forecast],
    ["TRUTH", truth],
    ["--against", isMethod(o.against) ? undefined : o.against],
    ["--coarse", o.coarse],
    ["--fine", o.fine],
    ["--regions", o.regions],
    ["--stations", o.stations],
  ] as const;
  return list.flatMap(([role, text]) => (text === undefined ? [] : [[role, text] as const]));
}

/** @throws OptionsError, FormatError, and what regridding refuses */
export async function openInputs(
  forecast: string,
  truth: string | undefined,
  o: VerifyCommandOptions,
): Promise<Inputs> {
  checkRoles(o, truth);
  const opened: OpenedFields[] = [];
  const said: string[] = [];
  const inputs = {
    notices: () => [...opened.flatMap((one) => one.notices()), ...said],
    checkUnchanged: () => {
      for (const one of opened) one.checkUnchanged();
    },
    close: () => {
      for (const one of opened) one.close();
    },
  };
  try {
    const fields = new Map<string, LazyField>();
    const files: string[] = [];
    for (const [role, text] of namedInputs(forecast, truth, o)) {
      if (role === "--stations") continue;
      const series = o.stations === undefined ? undefined : await openSeries(text);
      if (series) {
        files.push(series[0]!.source!);
        fields.set(role, series[0]!);
        continue;
      }
      const found = await openField(role, text, o);
      opened.push(found);
      fields.set(role, found.field);
    }
    files.push(...opened.flatMap((one) => one.files));
    const own = fields.get("FORECAST")!;
    if (o.change) {
      const driving = (await regridder(own, o))(fields.get("TRUTH")!);
      const none = { against: undefined, regions: undefined, stations: undefined };
      return { ...inputs, ...none, files, forecast: own, truth: driving };
    }
    if (o.stations !== undefined) checkNamed("--stations", o.stations);
    const stations = o.stations === undefined ? undefined : await readStations(o.stations);
    const whole = stations ? lazyField(stations.field) : fields.get("TRUTH")!;
    const observed = o.time ? selectTimes(whole, o.time) : whole;
    const onGrid = stations ? sampler(stations, o, (line) => said.push(line)) : await regridder(observed, o);
    const other = isMethod(o.against) ? await made(o.against, observed, fields, o, stations) : fields.get("--against");
    return {
      ...inputs,
      forecast: onGrid(own),
      truth: observed,
      against: other && ("parts" in other && !isMethod(o.against) ? onGrid(other) : other),
      regions: await fields.get("--regions")?.load(),
      stations,
      files: [...files, ...(stations ? [stations.field.source!] : [])],
    };
  } catch (error) {
    inputs.close();
    throw error;
  }
}

/** Takes forecasts at the places of stations. */
function sampler({ field, ids }: Stations, { regrid = "nearest" }: VerifyCommandOptions, say: (line: string) => void) {
  if (regrid === "conservative") {
    const way = "choose nearest, the cell that holds each, or bilinear";
    throw new OptionsError(`--regrid conservative needs cells, and stations are points; ${way}`, "regrid", regrid);
  }
  return (forecast: LazyField): LazyField => {
    if (stationDim(forecast) !== undefined) {
      say(`${ids.length} stations, the forecast of those with these names`);
      return asColumn(forecast, asColumn(lazyField(field))).isel({ place: 0 });
    }
    const { field: found, outside } = atStations(forecast, field, regrid);
    const how = regrid === "nearest" ? "in the cell that holds each" : "bilinear between the four centres around each";
    const beyond = outside.slice(0, 5).map((k) => ids[k]);
    const more = outside.length > 5 ? ", …" : "";
    const left =
      outside.length === 0
        ? ""
        : `; ${outside.length} lie outside of the forecast's cells: ${beyond.join(", ")}${more}`;
    say(`${ids.length} stations, the forecast ${how}${left}`);
    return found;
  };
}

function checkRoles(
  { against, coarse, fine, stations, stationScores }: VerifyCommandOptions,
  truth: string | undefined,
): void {
  if ((truth === undefined) === (stations === undefined)) {
    const what = truth === undefined ? "there is no truth" : "TRUTH and --stations are both a truth";
    throw new OptionsError(`${what}; give one: TRUTH, or --stations FILE`, "stations", stations);
  }
  if (stationScores !== undefined && stations === undefined) {
    throw new OptionsError("--station-scores goes with --stations; leave it out", "stationScores", stationScores);
  }
  if (!isMethod(against)) {
    const extra = coarse === undefined ? (fine === undefined ? undefined : "fine") : "coarse";
    if (extra === undefined) return;
    throw new OptionsError(`--${extra} goes with --against ${methods.join(", ")}; leave it out`, extra);
  }
  if (coarse === undefined) {
    throw new OptionsError(
      `--against ${against} is made of the coarse field that was refined; give --coarse FILE`,
      "coarse",
    );
  }
  const maps = against === "qm" || against === "qdm";
  if (maps && fine === undefined) {
    throw new OptionsError(
      `--against ${against} maps to the distribution of observations of other times; give --fine FILE`,
      "fine",
    );
  }
  if (!maps && fine !== undefined) throw new OptionsError(`--fine goes with --against qm or qdm; leave it out`, "fine");
}

/** A baseline of the coarse field on the truth's grid. */
async function made(
  method: Method,
  truth: LazyField,
  fields: ReadonlyMap<string, LazyField>,
  o: VerifyCommandOptions,
  stations: Stations | undefined,
): Promise<Field | LazyField> {
  const [coarse, fine] = [fields.get("--coarse")!, fields.get("--fine")];
  if (stations) {
    if (method === "bilinear" && stationDim(coarse) === undefined)
      return atStations(coarse, stations.field, "bilinear").field;
    const way = `write it with monge downscale --method ${method} --stations, and give the file`;
    throw new OptionsError(`--against ${method} is made on a grid, and stations are points; ${way}`, "against", method);
  }
  const { baselineDownscaler } = await import("../../generative/baselines/index.ts");
  const { downscale } = await import("../../generative/sampling/index.ts");
  const baseline = baselineDownscaler({ method, grid: truth, ...(fine && { fine, coarse }), ...statedRain(o) });
  const members = method === "rainfarm" ? { members: 8 } : {};
  // Cells without a baseline are counted with the gaps, and are not scored.
  const gaps = { missing: "propagate" } as const;
  return downscale(baseline, o.time ? selectTimes(coarse, o.time) : coarse, { seed: o.seed, ...gaps, ...members });
}

/** Brings a forecast to the truth's grid, by the rule that is asked for. */
export async function regridder(
  truth: LazyField,
  { regrid }: Pick<VerifyCommandOptions, "regrid">,
): Promise<(field: LazyField) => LazyField> {
  if (regrid === undefined) return (field) => field;
  const dim = truth.dimOf("time");
  const map = await (dim === undefined ? truth : truth.isel({ [dim]: [0, 1] })).load();
  const grid = gridOf(map);
  return (field) => regridLazy(field, grid, { method: regrid });
}
