/**
 * Damaged GeoTIFFs of every codec: does reading end, in memory that is bounded, with numbers or a typed error? Run with
 *
 *   node --import tsx --conditions=source bench/attack/zstd-tiff.ts [--seed 1] [--mutants 3000]
 *
 * It takes `gdal_translate`. The table has a row for each kind of file; the command ends with 1 where a read failed without a typed
 * error, took longer than 10 s or more than 900 MB, or ended its process. TIFF has no checksums: numbers of a damaged block that
 * its codec accepts cannot be told from others and are counted as read.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bad, type Case, fuzz } from "../../test/io/formats/fuzz/fuzz.ts";

const SOURCE = fileURLToPath(
  new URL("../../test/data/corpus/tiff/rasterio_float_raster_with_nodata.tif", import.meta.url),
);
const tiles = ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"];
/** Creation options by name. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  zstd: ["COMPRESS=ZSTD"],
  "zstd-tiles": ["COMPRESS=ZSTD", ...tiles],
  "zstd-predictor": ["COMPRESS=ZSTD", "PREDICTOR=3"],
  "zstd-strips": ["COMPRESS=ZSTD", "BLOCKYSIZE=7", "ZSTD_LEVEL=19"],
  lerc: ["COMPRESS=LERC"],
  "lerc-zstd": ["COMPRESS=LERC_ZSTD", ...tiles],
  "lerc-deflate": ["COMPRESS=LERC_DEFLATE"],
  deflate: ["COMPRESS=DEFLATE", "PREDICTOR=2"],
  lzw: ["COMPRESS=LZW", ...tiles],
  packbits: ["COMPRESS=PACKBITS"],
};

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, mutants: { type: "string", default: "3000" } },
});
const [seed, mutants] = [Number(values.seed), Number(values.mutants)];
const folder = mkdtempSync(join(tmpdir(), "monge-attack-"));
try {
  const seeds = join(folder, "seeds");
  mkdirSync(seeds);
  for (const [name, options] of Object.entries(KINDS)) {
    const creation = options.flatMap((option) => ["-co", option]);
    const type = name === "deflate" ? ["-ot", "Int16"] : [];
    execFileSync("gdal_translate", ["-q", "-outsize", "60", "60", ...type, ...creation, SOURCE, join(seeds, name)]);
  }
  const from = seed * 1_000_000;
  const cases = await fuzz({ from, to: from + mutants, seconds: 10, megabytes: 900, seeds });
  const outcomes = ["read", "partly", "none", "refused", "untyped", "hang", "memory", "crash"] as const;
  const count = (own: readonly Case[], outcome: string) => own.filter((one) => one.outcome === outcome).length;
  console.table(
    Object.fromEntries(
      [...Object.keys(KINDS), "all"].map((name) => {
        const own = cases.filter((one) => name === "all" || one.seed === name);
        const counts = outcomes.map((outcome) => [outcome, count(own, outcome)]);
        return [
          name,
          {
            mutants: own.length,
            ...Object.fromEntries(counts),
            "longest (ms)": Math.max(...own.map(({ ms }) => ms)),
            "most memory (MB)": Math.max(...own.map(({ memory }) => memory)),
          },
        ];
      }),
    ),
  );
  const found = cases.filter(bad);
  for (const { number, seed: of, what, outcome, message } of found.slice(0, 20)) {
    console.log(`${outcome}: ${of} ${number}, ${what}: ${message?.slice(0, 300)}`);
  }
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
