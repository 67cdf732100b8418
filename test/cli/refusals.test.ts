/** Refusals that name the value and the way out, where the system or a library would speak in its own words. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { beginEntry } from "../../engine/files/cache.ts";
import { FormatError } from "../../engine/index.ts";
import { coarsen, writeNetcdf } from "../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { line, mongeDone, mongeHere, mongeRefused, oneLine } from "./run.ts";

const { at } = temporaryFolder(test);

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm", size: 16 });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 2));
});

test("--wet-threshold none scores values as they are", async () => {
  const line = ["verify", at("fine.nc"), at("fine.nc"), "--draws", "0"];
  const { stdout } = await mongeDone(...line, "--wet-threshold", "none");
  assert.not.match(stdout, /counts as 0/);
  assert.match((await mongeDone(...line)).stdout, /counts as 0/);
});

test("a factor that makes too large a map is refused with the largest one", async () => {
  const line = ["downscale", "--method", "bilinear", at("coarse.nc"), "-o", at("g.nc")];
  await mongeRefused(/--factor is 1000000000; expected at most 2896 on 8 x 8 cells/, ...line, "--factor", "1000000000");
  assert.is(existsSync(at("g.nc")), false);
});

test("an ensemble that fits no disk is refused before it is drawn, and a large one says its size", async () => {
  const line = ["downscale", "--method", "rainfarm", "--factor", "256", at("coarse.nc"), "--members"];
  for (const output of ["huge.nc", "huge.zarr"]) {
    const { status, stderr } = await mongeHere(...line, "10000000", "-o", at(output));
    assert.is(status, 2, stderr);
    assert.match(
      oneLine(stderr),
      /TB before compression; the package.s model takes about [\d.]+ hours of a core for as many values/,
    );
    assert.match(oneLine(stderr), /it takes at least .* [TGM]B, and the disk of .* has .* left/);
    assert.is(existsSync(at(output)), false);
  }
});

test("a file is no store, a name with a slash at its end is no file, and a removed folder is no working directory", async () => {
  const audited = await mongeHere("audit", at("fine.nc"));
  assert.match(oneLine(audited.stderr), /fine\.nc: (?!.*ENOTDIR).*/);
  const before = readFileSync(at("fine.nc"));
  await mongeRefused(
    /it names a folder; name a file/,
    ...line`convert ${at("coarse.nc")} -o ${at("fine.nc")}/ --overwrite`,
  );
  assert.equal(readFileSync(at("fine.nc")), before);
  const home = process.cwd();
  mkdirSync(at("gone"));
  process.chdir(at("gone"));
  rmdirSync(at("gone"));
  try {
    await mongeRefused(/the working directory is gone; change to a folder/, "info", at("fine.nc"));
  } finally {
    process.chdir(home);
  }
});

test("a cache that is a file is refused by its name", async () => {
  writeFileSync(at("cache"), "");
  await refuses(
    beginEntry({ folder: at("cache"), asked: true }, "a"),
    /it is a file, not a folder.*MONGE_CACHE=off/,
    FormatError,
  );
  assert.is(await beginEntry({ folder: at("cache"), asked: false }, "a"), undefined);
});

test.run();
