/** Real files that nobody here wrote: each opens with the values that netCDF-C and GDAL give, or is refused by name. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, none, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";
import { judge, type Reference, references, sameDigest } from "../reference.ts";

/** Files that are refused, each with its reason. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // R's own format, packed by xz, which R unpacks itself.
  "coarse/valparaiso_gauges_daily.RData": /it is RData of R, packed by xz; expected .*ncdf4/,
  "coarse/valparaiso_gauges_xy.RData": /it is RData of R, packed by xz; expected .*ncdf4/,
  // Its second variable begins in the middle of the first; made to be refused, and netCDF-C does.
  "corpus/netcdf/netcdfc_bad_cdf5_begin.nc": /variable var_small begins at 4294967515, before 8589934810/,
  // Pictures of colours, not numbers of rain.
  "corpus/other/mch_AQC151351545F_00005.801.gif": /it is GIF/,
  "corpus/other/fmi_201609281445.pgm.gz": /inside it, .*: it is a PGM or PPM picture/,
  "corpus/other/fmi_201609281445_cut.pgm.gz": /inside it, .*: it is a PGM or PPM picture/,
  // Raw rasters, which `examples/raw-raster.ts` reads.
  "corpus/other/PRISM_ppt_30yr_normal_4kmD1_0301_bil.zip":
    /inside it, .*: it is raw numbers, described by PRISM_\w+\.hdr; .*gdal_translate/,
  "corpus/other/PRISM_ppt_stable_4kmD2_20110101_bil.zip":
    /inside it, .*: it is raw numbers, described by PRISM_\w+\.hdr; .*gdal_translate/,
  "corpus/other/chirps_19830214_cut_bil.zip":
    /inside it, .*: it is raw numbers, described by chirps_\w+\.hdr; .*gdal_translate/,
  // JPEG changes the numbers; the third is damaged besides, and GDAL refuses it.
  "corpus/tiff/rasterio_alpha.tif": /compressed as JPEG; expected lossless numbers/,
  "corpus/tiff/rasterio_cogeo.tif": /compressed as JPEG; expected lossless numbers/,
  "corpus/tiff/rasterio_corrupt.tif": /compressed as JPEG; expected lossless numbers/,
  "corpus/tiff/riocogeo_image_geos.tif": /compressed as JPEG; expected lossless numbers/,
};

/** Variables that are refused in files that are read, each with its reason. */
const REFUSED_VARIABLES: Readonly<Record<string, RegExp>> = {
  // Codes, not numbers; netCDF4-python gives the codes.
  "corpus/netcdf/netcdfc_ref_tst_irish_rover.nc":
    /^variable in_the_hold_of_the_Irish_Rover is of type enum of u?int\d+ \(.*\); expected numbers/,
};

/**
 * Files that netCDF-C and GDAL see otherwise than their formula says, or not at all; each is compared with an independent
 * program by the test that is named.
 */
const ELSEWHERE: readonly (readonly [file: RegExp, test: string, reason: string])[] = [
  [/\.grib2?$/, "grib.test.ts", "netCDF-C has no GRIB; cdo and GDAL give the values"],
  [
    /knmi_RAD.*\.h5$|opera_.*\.hdf$/,
    "hdf5-radar.test.ts",
    "netCDF-C gives the codes, not the rain; numpy decodes them",
  ],
  [/raa01-.*bin\.gz$/, "radolan.test.ts", "netCDF-C has no RADOLAN; numpy decodes it"],
  [/^hdf5-filters\//, "hdf5-filters.test.ts", "netCDF-C lacks the filters; the values follow a formula"],
];
const elsewhere = (file: string) => ELSEWHERE.find(([pattern]) => pattern.test(file));

const { known, absent } = references();
const files = known.filter(({ file }) => elsewhere(file) === undefined);

test("every real file of the repository has a committed reference", () => {
  const root = fileURLToPath(new URL("../../data/", import.meta.url));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.includes("/") && statSync(join(root, name)).isFile());
  assert.ok(names.length > 50, String(names.length));
  const named = new Set(files.map(({ file }) => file));
  none(
    names,
    (name) => !named.has(name) && elsewhere(name) === undefined,
    "add a row to test/data/README.md, and the line that test/oracles/io_corpus.py prints to io-corpus.json",
  );
});

test("every file of hdf5-filters is named in the test that compares it", () => {
  const text = readFileSync(new URL("hdf5-filters.test.ts", import.meta.url), "utf8");
  const names = readdirSync(new URL("../../data/hdf5-filters/", import.meta.url));
  assert.ok(names.length > 10);
  none(names, (name) => !text.includes(`"${name.replace(/\.h5$/, "")}"`));
});

test("every numeric variable of every real file has the reference's values, or the file is refused for its known reason", async () => {
  if (absent > 0) skip(`${absent} real files of larger corpora: they are not in MONGE_DATA`);
  const problems: string[] = [];
  let agree = 0;
  for (const one of files) {
    const { file } = one;
    const verdict = await judge(one);
    agree += verdict.agree;
    const known = REFUSED_VARIABLES[file];
    if (known && !verdict.declined.some((message) => known.test(message))) problems.push(`${file}: not ${known}`);
    const others = verdict.declined.filter((message) => !known?.test(message));
    problems.push(...[...verdict.problems, ...others].map((problem) => `${file}: ${problem}`));
    const reason = REFUSED[file];
    if (verdict.refused === undefined && reason) problems.push(`${file}: read, where it should be refused`);
    if (verdict.refused !== undefined && !reason?.test(verdict.refused))
      problems.push(`${file}: refused: ${verdict.refused}`);
  }
  console.log(`${agree} variables of ${files.length} files agree`);
  assert.equal(problems, []);
});

test("the reference sums are what netCDF-C and GDAL give today", () => {
  if (!hasPython("netCDF4", "rasterio")) return skip("no netCDF4 and rasterio for /usr/bin/python3");
  const script = fileURLToPath(new URL("../../oracles/io_corpus.py", import.meta.url));
  const code = `import sys; sys.argv = sys.argv[0:1] + sys.argv[2:]; exec(open(${JSON.stringify(script)}).read())`;
  const today = python(code, "-", "/", ...files.map(({ path }) => path)) as Record<string, Reference>;
  const off = files.flatMap(({ file, path, reference: then }) => {
    const now = today[path]!;
    assert.is(now.sha256, then.sha256, file);
    if (!then.variables || !now.variables) return then.variables === now.variables ? [] : [file];
    return Object.entries(then.variables).flatMap(([name, want]) => {
      const got = now.variables![name];
      if (want.error !== undefined) return got?.error === undefined ? [`${file} ${name}`] : [];
      return got && sameDigest(got, want) ? [] : [`${file} ${name}`];
    });
  });
  assert.equal(off, []);
});

test.run();
