/** Mutants that open, against netCDF-C and GDAL: the same values, or both refuse. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Digest } from "../../oracle.ts";
import { sameDigest } from "../../reference.ts";
import type { Case } from "./fuzz.ts";

/** agree: every variable read here has the reference's digest. here: the reference refuses the file. */
export type Comparison = "agree" | "both refuse" | "here" | "differ";

type Variables = Readonly<Record<string, Digest & { readonly error?: string }>>;
interface Reference {
  readonly variables?: Variables;
  readonly error?: string;
}

/** A mutant with what the reference says of it. */
export interface Compared {
  readonly case: Case;
  readonly verdict: Comparison;
  readonly why: string;
  /** Of the first variable that differs, as read here. */
  readonly got?: Digest;
}

const isData = (one: Case, name: string) => one.family !== "tiff" || name === "band_data";

function judge(one: Case, reference: Reference): Omit<Compared, "case"> {
  const own = Object.entries(one.variables as Variables).filter(([name]) => isData(one, name));
  const read = own.filter(([, digest]) => digest.error === undefined && digest.samples.length > 0);
  if (!reference.variables) {
    return { verdict: read.length === 0 ? "both refuse" : "here", why: reference.error ?? "" };
  }
  for (const [name, got] of read) {
    const want = reference.variables[name];
    // What netCDF4-python cannot put into an array says nothing.
    if (want === undefined || want.error !== undefined) continue;
    if (!sameDigest(got, want))
      return { verdict: "differ", why: `${name}: ${JSON.stringify(got)} ${JSON.stringify(want)}`, got };
  }
  return { verdict: "agree", why: "" };
}

/** Compares the mutants that were kept in a folder. Zarr is left out: it has no reference that reads so little alike. */
export function compareMutants(cases: readonly Case[], kept: string): Compared[] {
  const opened = cases.filter((one) => one.variables && one.family !== "zarr");
  const script = fileURLToPath(new URL("../../../oracles/io_fuzz.py", import.meta.url));
  const input = opened.map((one) => join(kept, String(one.number))).join("\n");
  const done = spawnSync("/usr/bin/python3", [script], { input, encoding: "utf8", maxBuffer: 2 ** 29 });
  const lines = done.stdout.split("\n").filter(Boolean);
  if (lines.length !== opened.length) throw new Error(`the reference ended early: ${done.stderr}`);
  return opened.map((one, i) => ({ case: one, ...judge(one, JSON.parse(lines[i]!)) }));
}
