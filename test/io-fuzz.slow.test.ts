/**
 * 20 000 damaged files of every format. What opens is compared with netCDF-C and GDAL. Prints the table of outcomes:
 * `node --import tsx --conditions=source test/io-fuzz.slow.test.ts`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bad, type Case, fuzz } from "./io-fuzz.ts";
import { compareMutants } from "./io-fuzz-compare.ts";
import { hasPython, skip } from "./io-oracle.ts";

const COUNT = 20_000;
const PART = 4000;
const SECONDS = 30;

const show = ({ number, seed, what, message }: Case) => `${number} ${seed} ${what} ${message ?? ""}`.slice(0, 400);

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
      for (const { case: one, verdict, why } of compareMutants(cases, kept)) {
        comparisons.push([one.family, verdict]);
        // Not errors of the header: szip has no checksum, and GDAL takes any number near a nodata of -3.4e38 for it.
        if (verdict === "differ") console.log(`differs: ${show(one)}: ${why}`);
        if (verdict === "differ" && !/szip|float_raster_with|xarray_example_1|RGBA/.test(one.seed))
          failures.push(`differs: ${show(one)}: ${why}`);
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
