/**
 * 20 000 damaged files of every format. What opens is compared with netCDF-C and GDAL. Prints the table of outcomes:
 * `node --import tsx --conditions=source test/io/formats/fuzz/fuzz.slow.test.ts`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, test } from "../../../harness.ts";
import { type Digest, hasPython, skip } from "../../oracle.ts";
import { bad, type Case, fuzz } from "./fuzz.ts";
import { compareMutants } from "./fuzz-compare.ts";

const COUNT = 20_000;
const PART = 4000;
const SECONDS = 30;

const show = ({ number, seed, what, message }: Case) => `${number} ${seed} ${what} ${message ?? ""}`.slice(0, 400);

/** Mutants of which the reference makes something else, and why that is no fault here. */
const explained: Readonly<Record<number, string>> = {
  861: "valid_range became a double that float32 cannot hold; netCDF4-python then leaves it out",
  3490: "a value became -Infinity, which the reference's JSON cannot say",
  7576: "szip has no checksum",
  8313: "ExtraSamples is gone; libtiff makes one up and GDAL a mask of it",
  11566: "szip has no checksum",
  // The text of nodata was overwritten with what is no number; GDAL takes that for 0.
  4060: "nodata",
  17436: "nodata",
  18158: "nodata",
  18386: "nodata",
  19716: "nodata",
};

/**
 * GDAL compares with nodata n by |v - n| < 2 eps |v + n| in float32; for n = -3.4e38 the sum overflows for every v below about
 * -2.8e35, so that it takes all of those for nodata.
 */
function understood({ number, seed }: Case, got: Digest | undefined): boolean {
  if (number in explained) return true;
  const overflows = got !== undefined && !Number.isFinite(Math.fround((got.low ?? -Infinity) - 3.4e38));
  return /float_raster_with(_extra)?_nodata/.test(seed) && overflows;
}

function table(rows: readonly (readonly [family: string, column: string])[], columns: readonly string[]): string {
  const families = [...new Set(rows.map(([family]) => family))].sort();
  const count = (family: string, column: string) => rows.filter(([f, c]) => f === family && c === column).length;
  const head = `| format | ${columns.join(" | ")} |\n|${" --- |".repeat(columns.length + 1)}`;
  return [head, ...families.map((f) => `| ${f} | ${columns.map((c) => count(f, c)).join(" | ")} |`)].join("\n");
}

test("20 000 damaged files are read as netCDF-C and GDAL read them, or refused by a typed error, in bounded time and memory", async () => {
  const compares = hasPython("netCDF4", "rasterio");
  if (!compares) skip("no netCDF4 and rasterio to compare with");
  const outcomes: (readonly [string, string])[] = [];
  const comparisons: (readonly [string, string])[] = [];
  const failures: string[] = [];
  let [slowest, largest] = [0, 0];
  for (let from = 0; from < COUNT; from += PART) {
    const kept = mkdtempSync(join(tmpdir(), "monge-kept-"));
    try {
      const cases = await fuzz({ from, to: from + PART, seconds: SECONDS, megabytes: 1500, kept });
      for (const one of cases) {
        outcomes.push([one.family, one.outcome]);
        largest = Math.max(largest, one.memory);
        slowest = Math.max(slowest, one.ms);
        if (bad(one)) failures.push(`${one.outcome}: ${show(one)}`);
      }
      if (!compares) continue;
      for (const { case: one, verdict, why, got } of compareMutants(cases, kept)) {
        comparisons.push([one.family, verdict]);
        if (verdict === "differ" && !understood(one, got)) failures.push(`differs: ${show(one)}: ${why}`);
      }
    } finally {
      rmSync(kept, { recursive: true });
    }
  }
  console.log(`${outcomes.length} damaged files; slowest ${slowest} ms; at most ${largest} MB\n`);
  console.log(table(outcomes, ["read", "partly", "none", "refused", "untyped", "hang", "memory", "crash"]));
  console.log(`\n${table(comparisons, ["agree", "both refuse", "here", "differ"])}`);
  assert.is(outcomes.length, COUNT);
  assert.equal(failures, []);
});

test.run();
