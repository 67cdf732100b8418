/** Files held to the rules of an archive. */
import { FormatError } from "../../engine/errors.ts";
import { basename } from "../../engine/platform/paths.ts";
import { openGrid } from "../formats/index.ts";
import { type DataType, textOf } from "../storage/source.ts";
import { type Finding, findingsOf } from "./cordex-rules.ts";

/** Most values of a coordinate that are read. */
const MOST = 2 ** 24;
/** Types without numbers, of names of stations and the like. */
const texts: ReadonlySet<DataType> = new Set(["char", "string", "other"]);

/** The rules of CORDEX-CMIP6 that a file breaks. @throws FormatError for what cannot be read */
export async function checkCordex(path: string): Promise<readonly Finding[]> {
  const source = await openGrid(path);
  try {
    const { variables, attributes, format } = source;
    const times = variables.find(({ name }) => name === "time");
    const wanted = new Set(["time", "lat", "lon", textOf(times?.attributes ?? {}, "bounds") ?? "time_bnds"]);
    const isLine = ({ name, dims }: (typeof variables)[number]) => dims.length === 1 && dims[0] === name;
    const values = new Map<string, Float64Array>();
    for (const one of variables) {
      if (texts.has(one.dtype) || (!wanted.has(one.name) && !isLine(one))) continue;
      if (one.shape.reduce((a, b) => a * b, 1) > MOST)
        throw new FormatError(path, format, `${one.name} has more than ${MOST} values`, "check smaller files");
      values.set(one.name, Float64Array.from((await source.read(one.name)) as Float64Array, Number));
    }
    return findingsOf({ name: basename(path), format, attributes, variables, values });
  } finally {
    source.close();
  }
}
