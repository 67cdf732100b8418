/** Real files against reference sums of netCDF-C and GDAL: what each is, whether it is read, and whether it agrees. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isMongeError } from "../../engine/index.ts";
import { inspect, openDataset } from "../../io/index.ts";
import { findData } from "../data.ts";
import { type Digest, digest } from "./oracle.ts";

/** What `oracles/io_corpus.py` says of a file; null: neither netCDF-C nor GDAL opens it. */
export interface Reference {
  readonly sha256: string;
  readonly variables: Readonly<Record<string, Digest & { readonly error?: string }>> | null;
}

/** What became of one file. */
export interface Verdict {
  readonly file: string;
  readonly format: string;
  /** Variables that were read and agree with the reference. */
  readonly agree: number;
  readonly problems: readonly string[];
  /** Variables that are refused by a typed error, with its message. */
  readonly declined: readonly string[];
  /** The message of the typed error, without the path, where the file was refused. */
  readonly refused?: string;
  /** Whether the reference opens it. */
  readonly readable: boolean;
}

const REFERENCES = new URL("../oracles/io-corpus.json", import.meta.url);

/** A real file that is here, and its committed reference. */
export interface Known {
  readonly file: string;
  readonly path: string;
  readonly reference: Reference;
}

/** The real files that are here, those of `test/data` among them, and how many more the reference knows. */
export function references(): { readonly known: readonly Known[]; readonly absent: number } {
  const all = Object.entries(JSON.parse(readFileSync(REFERENCES, "utf8")) as Record<string, Reference>);
  const known = all.flatMap(([file, reference]): Known[] => {
    const path = findData(file);
    return path === undefined ? [] : [{ file, path, reference }];
  });
  return { known, absent: all.length - known.length };
}

/** float32 results against float64 ones: half a unit in the last place of float32 is 6e-8 of the value. */
const CLOSE = 1e-6;
const near = (a: number, b: number, scale: number) =>
  a === b || Math.abs(a - b) <= CLOSE * Math.max(Math.abs(b), scale);

/** Sums with infinite terms say nothing; all others must agree to the rounding of their terms. */
const closeSum = (a: number, b: number | null, scale: number) =>
  b === null || !Number.isFinite(b) || Math.abs(a - b) <= CLOSE * Math.max(Math.abs(b), scale);

/** Whether two digests agree to the rounding of float32. */
export function sameDigest(got: Digest, want: Digest): boolean {
  const scale = Math.max(Math.abs(want.low), Math.abs(want.high)) * 1e-3;
  const count = want.shape.reduce((a, b) => a * b, 1);
  return (
    String(got.shape) === String(want.shape) &&
    got.missing === want.missing &&
    near(got.low, want.low, scale) &&
    near(got.high, want.high, scale) &&
    closeSum(got.sum, want.sum, scale * count) &&
    got.samples.every((v, i) => {
      const w = want.samples[i] ?? null;
      return (v === null) === (w === null) && near(v ?? 0, w ?? 0, scale);
    })
  );
}

/** The variables of a file that is opened once. */
async function compare(path: string, variables: NonNullable<Reference["variables"]>, names: readonly string[]) {
  let agree = 0;
  const problems: string[] = [];
  const declined: string[] = [];
  const data = await openDataset(path);
  for (const [variable, want] of Object.entries(variables)) {
    if (want.error !== undefined || want.samples.length === 0) continue;
    if (!names.includes(variable)) {
      problems.push(`${variable}: not listed`);
      continue;
    }
    try {
      const field = await (await data.variable(variable)).load();
      const got = digest(field.values, field.shape);
      if (sameDigest(got, want)) agree++;
      else problems.push(`${variable}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`);
    } catch (error) {
      if (!isMongeError(error)) throw error;
      declined.push(error.message.replaceAll(`${path}: `, ""));
    }
  }
  data.close();
  return { agree, problems, declined };
}

/** Reads every numeric variable of a file. Errors that are not typed pass through. */
export async function judge({ file, path, reference }: Known): Promise<Verdict> {
  const found = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
  if (found !== reference.sha256) throw new Error(`${file} is not the file that the reference was made of`);
  const readable = reference.variables !== null;
  try {
    const summary = await inspect(path);
    const format = summary.format;
    if (!reference.variables)
      return { file, format, agree: 0, problems: ["read although the reference does not"], declined: [], readable };
    const names = summary.variables.map((v) => v.name);
    return { file, format, readable, ...(await compare(path, reference.variables, names)) };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    const refused = error.message.replaceAll(path, "").replace(/^: /, "");
    return {
      file,
      format: "format" in error ? String(error.format) : "",
      agree: 0,
      problems: [],
      declined: [],
      refused,
      readable,
    };
  }
}
