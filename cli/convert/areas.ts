/** `monge convert --areas`: series of areas, and their yearly indices, as CSV and NetCDF. */
import { extname } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Field, instantsOf, isoOf, timeAxis, timeUnitsOf } from "../../io/field/index.ts";
import { writeNetcdf } from "../../io/formats/index.ts";
import { type Cell, csvText } from "../../report/csv.ts";
import type { AreaSet } from "../../verification/series/index.ts";
import { startProgress } from "../shell/progress.ts";
import { say } from "../shell/terminal.ts";
import type { ConvertOptions } from "./command.ts";

/** @throws OptionsError where an option goes without `--areas`, or OUTPUT is neither a table nor NetCDF */
export function checkAreas({ areas, indices, base, output }: ConvertOptions): void {
  const ending = extname(output).toLowerCase();
  if (areas === undefined) {
    if (indices) throw new OptionsError("--indices are of --areas; give a GeoJSON file or a length", "indices", true);
    if (ending === ".csv")
      throw new OptionsError("a table is of --areas; give a GeoJSON file or a length", "output", output);
  } else if (ending !== ".csv" && ending !== ".nc") {
    throw new OptionsError(
      `--output is ${output}; with --areas expected a name that ends in .csv or .nc`,
      "output",
      output,
    );
  }
  if (base !== undefined && !indices) throw new OptionsError("--base is for --indices; leave it out", "base", base);
}

/** @param inUnits - brings the series to the units that are asked for */
export async function writeAreas(
  part: LazyField,
  o: ConvertOptions & { readonly areas: string },
  inUnits: (series: Field) => Field,
  provenance: { readonly history: string },
): Promise<string> {
  const maps = part.mapsLast();
  const { areaSeries, yearlyIndices } = await import("../../verification/index.ts");
  const { areasOf } = await import("../shell/areas.ts");
  const set = await areasOf(o.areas, maps);
  const bar = startProgress(
    "averaging",
    maps.shape.slice(0, -2).reduce((a, b) => a * b, 1),
    { unit: "maps" },
  );
  const series = inUnits(await areaSeries(maps, set, bar.update).finally(() => bar.stop()));
  part.parts.store.check?.();
  tellEmpty(set);
  const interval = typeof o.interval === "number" && { interval: o.interval };
  const fields = o.indices ? yearlyIndices(series, { ...interval, ...(o.base && { base: o.base }) }) : [series];
  const overwrite = o.overwrite ?? false;
  if (extname(o.output).toLowerCase() === ".csv") {
    const { header, rows } = sheetOf(fields, set, o.indices ?? false);
    await writeAtomically(o.output, csvText(header, rows), { overwrite });
  } else {
    const [first, ...also] = fields as [Field, ...Field[]];
    const write = (path: string) => writeNetcdf(path, first, { ...provenance, also });
    await writeAtomically(o.output, write, { overwrite });
  }
  const sizes = fields[0]!.dims.map((dim, k) => `${dim} ${fields[0]!.shape[k]}`).join(", ");
  return `${o.indices ? `${fields.length} indices` : series.name} of ${set.names.length} areas: ${sizes}`;
}

function tellEmpty({ labels, names }: AreaSet): void {
  const held = new Set(labels);
  const empty = names.filter((_, k) => !held.has(k));
  if (empty.length === 0) return;
  say(
    `${empty.length} of ${names.length} areas hold the centre of no cell and have no values: ${empty.slice(0, 5).join(", ")}${empty.length > 5 ? ", …" : ""}`,
  );
}

/** A row for each area, member and time; indices are columns. */
function sheetOf(fields: readonly Field[], { names }: AreaSet, yearly: boolean) {
  const [first] = fields as [Field];
  const [time, member] = [first.dimOf("time"), first.dimOf("realization")];
  const order = ["area", ...(member === undefined ? [] : [member]), ...(time === undefined ? [] : [time])];
  const rest = first.dims.find((dim) => !order.includes(dim));
  if (rest !== undefined)
    throw new OptionsError(`--output: a table has no column for ${rest}; write .nc`, "output", rest);
  const values = fields.map((field) => field.transpose(order).values);
  const sizes = order.map((dim) => first.size(dim));
  const axis = timeAxis(first);
  const dates = axis && Array.from(instantsOf(axis), (instant) => isoOf(instant, timeUnitsOf(axis)));
  const labels = [
    names,
    ...(member === undefined ? [] : [Array.from(first.coordinate(member)?.values ?? Array(first.size(member)).keys())]),
    ...(dates === undefined ? [] : [yearly ? dates.map((date) => date.replace(/-01-01T.*$/, "")) : dates]),
  ];
  const rows = Array.from(values[0]!, (_, i): Cell[] => {
    let left = i;
    const at = sizes.map((_, k) => {
      const step = sizes.slice(k + 1).reduce((a, b) => a * b, 1);
      const position = Math.floor(left / step);
      left -= position * step;
      return labels[k]![position]!;
    });
    return [...at, ...values.map((own) => own[i]!)];
  });
  const named = fields.map(({ name, units }) => (units === undefined ? name : `${name} [${units}]`));
  const keys = [
    "area",
    ...(member === undefined ? [] : ["member"]),
    ...(dates === undefined ? [] : [yearly ? "year" : "time"]),
  ];
  return { header: [...keys, ...named], rows };
}
