/** A store in tasks as CF NetCDF files: one, or one for each year or month. */

import { checkOptions, flag, type OptionChecks } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { checkOutputs } from "../../engine/files/output-check.ts";
import { basename, dirname, join } from "../../engine/platform/paths.ts";
import { type LazyField, openDataset, type WriteFieldOptions, writeField } from "../../io/dataset/index.ts";
import { type Provenance, provenanceChecks } from "../../io/field/index.ts";
import { formatToWrite, type OutputFormat } from "../../io/formats/index.ts";
import { type AuditOptions, auditChecks, auditUnits } from "./audit.ts";
import { inputsOfStore } from "./inputs.ts";

/** Options of {@link mergeUnits}. */
export interface MergeOptions
  extends Pick<Provenance, "history" | "now">,
    Pick<AuditOptions, "checksums" | "onProgress">,
    Pick<WriteFieldOptions, "overwrite"> {
  /** True if units that are missing may stay missing in the files. @defaultValue false */
  readonly incomplete?: boolean;
}

const { requeue: _, ...audited } = auditChecks;
const { attributes: __, ...provenance } = provenanceChecks;
const mergeChecks: OptionChecks<MergeOptions> = { ...audited, ...provenance, overwrite: flag, incomplete: flag };

export interface MergedFile {
  /** As the pattern makes it. */
  readonly path: string;
  /** Of its variable, [times, members, height, width]. */
  readonly shape: readonly number[];
}

/** Placeholders of a date in a name, and the length of the date that each stands for. */
const places = { "{year}": 4, "{month}": 7, "{day}": 10 } as const;

/**
 * Writes what a store holds into other files.
 *
 * @param store - folder of a store that `downscaleUnits` wrote
 * @param pattern - a name such as `fine.nc`, or one with `{year}`, `{month}` (2018-06) or `{day}` for a file each
 * @throws DomainError where units are missing, damaged or foreign, unless `incomplete` is set; OptionsError where a file is there
 *   already, or is one that the store was drawn from; FormatError where one cannot be written
 */
export async function mergeUnits(
  store: string,
  pattern: string,
  options: MergeOptions = {},
): Promise<readonly MergedFile[]> {
  checkOptions("mergeUnits", options, mergeChecks);
  return mergeParts(store, pattern, options);
}

/** Placement of files by {@link mergeParts}. */
export interface Placing {
  /** True if a file is there as it would be written. */
  stands(path: string): Promise<boolean>;
  /** Puts a file into its place. @param write - writes it at another path */
  write(path: string, write: (temporary: string) => Promise<void>): Promise<void>;
}

/** {@link mergeUnits}, or with `placing` but for files that need not be written. */
export async function mergeParts(
  store: string,
  pattern: string,
  options: MergeOptions,
  placing?: Placing,
): Promise<readonly MergedFile[]> {
  const { overwrite = false, incomplete = false, onProgress, history, now } = options;
  const format = formatToWrite(pattern);
  const audit = await auditUnits(store, { checksums: options.checksums ?? true });
  const wrong = audit.damaged.length + audit.foreign.length;
  const layout = audit.damaged.find(({ unit }) => unit === undefined);
  if (layout !== undefined) {
    const way = "take another copy of the store, or draw it anew (`overwrite: true`)";
    throw new DomainError(`${store}: ${layout.what}; ${way}`);
  }
  if (wrong > 0 || (audit.missing.length > 0 && !incomplete)) {
    const counts = `${audit.missing.length} of ${audit.total} tasks are missing, ${audit.damaged.length} damaged, ${audit.foreign.length} foreign`;
    const way =
      wrong > 0
        ? "requeue them (`auditUnits(store, { requeue: true })`) and draw them again"
        : "draw them (`resume: true`), or leave them missing (`incomplete: true`)";
    throw new DomainError(`${store}: ${counts}; ${way}`);
  }
  const data = await openDataset(store);
  try {
    const whole = await data.variable();
    const parts: Part[] = [];
    for (const part of partsOf(whole, pattern)) if (!(await placing?.stands(part.path))) parts.push(part);
    const { kind = "file", refuse } = format;
    const replaced = overwrite || placing !== undefined;
    checkOutputs(
      parts.map(({ path }) => ({ path, kind, ...defined({ refuse }), overwrite: replaced, option: "output" })),
      [store, ...(await inputsOfStore(store))],
    );
    const { monge_units: _, ...attributes } = data.attributes;
    const how = { format: format.name as OutputFormat, attributes, ...defined({ history, now }) };
    const total = whole.shape[0]!;
    const out: MergedFile[] = [];
    let done = total - parts.reduce((sum, { field }) => sum + field.shape[0]!, 0);
    for (const { path, field } of parts) {
      if (placing) await placing.write(path, (temporary) => writeField(temporary, field, how));
      else await writeField(path, field, { ...how, overwrite });
      done += field.shape[0]!;
      onProgress?.({ done, total });
      out.push({ path, shape: field.shape });
    }
    return out;
  } finally {
    data.close();
  }
}

/** A file, and what goes into it. */
export interface Part {
  readonly path: string;
  readonly field: LazyField;
}

/** The field for each file. @throws OptionsError for a place in the name that means nothing, or times without dates */
export function partsOf(field: LazyField, pattern: string): readonly Part[] {
  const found = basename(pattern).match(/\{[^{}]*\}/g) ?? [];
  if (found.length === 0) return [{ path: pattern, field }];
  const [place] = found as [string];
  const digits = Object.hasOwn(places, place) ? places[place as keyof typeof places] : undefined;
  if (found.length > 1 || digits === undefined) {
    const text = `${pattern}: expected one of ${Object.keys(places).join(", ")} in the name, once`;
    throw new OptionsError(text, "output", pattern);
  }
  const keys = field.times().map(({ iso }) => iso && keyOf(iso, digits));
  const dim = field.dims[0]!;
  if (keys.length !== field.size(dim) || keys.includes(undefined)) {
    throw new OptionsError(`${pattern}: the store's times have no dates; name one file`, "output", pattern);
  }
  const starts = keys.flatMap((key, i) => (i > 0 && key === keys[i - 1] ? [] : [i]));
  if (new Set(starts.map((at) => keys[at])).size !== starts.length) {
    throw new OptionsError(
      `${pattern}: the store's times are not in the order of their dates; name one file`,
      "output",
      pattern,
    );
  }
  return starts.map((from, i) => ({
    path: join(dirname(pattern), basename(pattern).replace(place, keys[from]!)),
    field: field.isel({ [dim]: [from, starts[i + 1] ?? keys.length] }),
  }));
}

/** The beginning of a date; years may have more than four digits. */
function keyOf(iso: string, digits: number): string {
  const [day] = iso.split("T") as [string];
  return day.slice(0, day.length - 10 + digits);
}
