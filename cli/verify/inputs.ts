/** Inputs of `monge verify`: the files' variables, on one grid where that is asked for. */
import { OptionsError } from "../../engine/errors.ts";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { downscale } from "../../generative/sampling/index.ts";
import { type LazyField, type OpenedFields, selectTimes } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { gridOf, regridLazy } from "../../io/regrid/index.ts";
import { openField } from "../shell/open-field.ts";
import { statedRain } from "../shell/read-options.ts";
import type { VerifyCommandOptions } from "./command.ts";

const methods = ["bilinear", "qm", "qdm", "rainfarm"] as const;
type Method = (typeof methods)[number];

export const isMethod = (text: string | undefined): text is Method => methods.some((method) => method === text);

/** Fields that are compared; files stay open until `close`. */
export interface Inputs {
  readonly forecast: LazyField;
  readonly truth: LazyField;
  readonly against: Field | LazyField | undefined;
  readonly regions: Field | undefined;
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
  truth: string,
  o: VerifyCommandOptions,
): readonly (readonly [role: string, text: string])[] {
  const list = [
    ["FORECAST", forecast],
    ["TRUTH", truth],
    ["--against", isMethod(o.against) ? undefined : o.against],
    ["--coarse", o.coarse],
    ["--fine", o.fine],
    ["--regions", o.regions],
  ] as const;
  return list.flatMap(([role, text]) => (text === undefined ? [] : [[role, text] as const]));
}

/** @throws OptionsError, FormatError, and what regridding refuses */
export async function openInputs(forecast: string, truth: string, o: VerifyCommandOptions): Promise<Inputs> {
  checkRoles(o);
  const opened: OpenedFields[] = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  const notices = () => opened.flatMap((one) => one.notices());
  const checkUnchanged = () => {
    for (const one of opened) one.checkUnchanged();
  };
  try {
    const fields = new Map<string, LazyField>();
    for (const [role, text] of namedInputs(forecast, truth, o)) {
      const found = await openField(role, text, o);
      opened.push(found);
      fields.set(role, found.field);
    }
    const whole = fields.get("TRUTH")!;
    const observed = o.time ? selectTimes(whole, o.time) : whole;
    if (o.change) {
      const own = fields.get("FORECAST")!;
      return {
        forecast: own,
        truth: (await regridder(own, o))(whole),
        against: undefined,
        regions: undefined,
        files: opened.flatMap(({ files }) => files),
        checkUnchanged,
        notices,
        close,
      };
    }
    const onGrid = await regridder(observed, o);
    const other = isMethod(o.against) ? await made(o.against, observed, fields, o) : fields.get("--against");
    return {
      forecast: onGrid(fields.get("FORECAST")!),
      truth: observed,
      against: other && ("parts" in other ? onGrid(other) : other),
      regions: await fields.get("--regions")?.load(),
      files: opened.flatMap(({ files }) => files),
      checkUnchanged,
      notices,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function checkRoles({ against, coarse, fine, draws }: VerifyCommandOptions): void {
  if (against !== undefined && draws === 0) {
    throw new OptionsError(
      "--against gives differences, which need intervals; let --draws be 100 or more",
      "draws",
      draws,
    );
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
): Promise<Field> {
  const [coarse, fine] = [fields.get("--coarse")!, fields.get("--fine")];
  const baseline = baselineDownscaler({ method, grid: truth, ...(fine && { fine, coarse }), ...statedRain(o) });
  const members = method === "rainfarm" ? { members: 8 } : {};
  // Cells without a baseline are counted with the gaps, and are not scored.
  const gaps = { missing: "propagate" } as const;
  return downscale(baseline, o.time ? selectTimes(coarse, o.time) : coarse, { seed: o.seed, ...gaps, ...members });
}

/** Brings a forecast to the truth's grid, by the rule that is asked for. */
async function regridder(truth: LazyField, { regrid }: VerifyCommandOptions): Promise<(field: LazyField) => LazyField> {
  if (regrid === undefined) return (field) => field;
  const dim = truth.dimOf("time");
  const map = await (dim === undefined ? truth : truth.isel({ [dim]: [0, 1] })).load();
  const grid = gridOf(map);
  return (field) => regridLazy(field, grid, { method: regrid });
}
