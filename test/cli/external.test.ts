/** Files that lead to other files: refused by every command that reads, and followed where the user says so. */
import { readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { FormatError } from "../../engine/index.ts";
import { train } from "../../generative/index.ts";
import { Field, readField, writeZarr } from "../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";
import { writeUntrainedModel } from "./model.ts";
import { mongeDone, mongeRefused, words } from "./run.ts";

const { folder, at } = temporaryFolder(test);

/** Rain of 3 x 32 x 32 cells in a file without a suffix that tells, and a NetCDF-4 file that leads to it. */
const MAKE = `
import sys, h5py, numpy as np
d = sys.argv[1]
rain = np.random.default_rng(3).gamma(0.5, 2, (3, 32, 32)).astype("<f4")
open(d + "/elsewhere.bin", "wb").write(rain.tobytes())
with h5py.File(d + "/leads.nc", "w") as f:
    for name, n, units in (("time", 3, b"hours since 2020-01-01"), ("y", 32, b"m"), ("x", 32, b"m")):
        f[name] = np.arange(n, dtype="f8") * (1 if name == "time" else 1000.0)
        f[name].attrs["units"] = units
        f[name].make_scale(name)
    pr = f.create_dataset("pr", shape=rain.shape, dtype="<f4", external=[(d + "/elsewhere.bin", 0, rain.nbytes)])
    pr.attrs["units"] = b"mm h-1"
    for i, name in enumerate(("time", "y", "x")): pr.dims[i].attach_scale(f[name])
print(float(rain.sum()))
`;

test("rain that HDF5 stores in another file is downscaled and trained on when allowed, and refused with the flag else", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  const sum = python(MAKE, folder) as number;
  const [input, model] = [at("leads.nc"), at("model.safetensors")];
  await writeUntrainedModel(model, 2);
  const draw = ["downscale", model, input, "--members", "1", "--evaluations", "2", "--threads", "1", "--force", "-o"];
  await mongeRefused(/elsewhere\.bin, which is not followed; .*--allow-external/, ...draw, at("refused.nc"));
  await mongeDone(...draw, at("fine.nc"), "--allow-external");
  // Members conserve the rain: a fine cell is a quarter of a coarse one.
  const fine = Float64Array.from((await readField(at("fine.nc"))).values).reduce((a, v) => a + v, 0);
  assert.ok(Math.abs(fine / 4 / sum - 1) < 1e-3, `${fine / 4} ${sum}`);

  const small = { tile: 32, steps: 2, batch: 2, network: { baseChannels: 8 }, threads: 1, seed: 1 };
  await refuses(train(input, small), /elsewhere\.bin, which is not followed; .*`allowExternal: true`/, FormatError);
  const given = words("--set tile=32 --steps 2 --batch 2 --channels 8 --threads 1 --seed 1");
  const command = ["train", "--data", input, ...given, "--out", at("runs")];
  await mongeRefused(/elsewhere\.bin, which is not followed; .*--allow-external/, ...command);
  const trained = await mongeDone(...command, "--allow-external");
  const { options } = JSON.parse(readFileSync(join(trained.stdout.trim(), "options.json"), "utf8"));
  assert.is(options.choices.allowExternal, true);
  const own = await train(input, { ...small, allowExternal: true });
  await own.downscaler?.dispose();
  assert.is(own.status, "finished");
});

test("a Zarr store with a chunk that is a link out of it is downscaled when allowed", async () => {
  const [store, model] = [at("store.zarr"), at("zarr-model.safetensors")];
  await writeUntrainedModel(model, 2);
  const axis = (name: string, units: string, n: number) => ({
    ...{ name, dims: [name], attributes: { units, standard_name: `projection_${name}_coordinate` } },
    values: Float64Array.from({ length: n }, (_, i) => 1000 * i),
  });
  const rain = new Field({
    ...{ name: "pr", dims: ["y", "x"], shape: [8, 8], units: "mm h-1" },
    values: Float32Array.from({ length: 64 }, (_, i) => (i % 5) / 2),
    coordinates: [axis("y", "m", 8), axis("x", "m", 8)],
  });
  await writeZarr(store, rain);
  const chunk = readdirSync(join(store, "pr"), { recursive: true, withFileTypes: true }).find(
    (e) => e.isFile() && !/json|^\.z/.test(e.name),
  )!;
  const path = join(chunk.parentPath, chunk.name);
  renameSync(path, at("chunk"));
  symlinkSync(at("chunk"), path);
  const draw = ["downscale", model, store, "--members", "1", "--evaluations", "2", "--threads", "1", "--force", "-o"];
  await mongeRefused(
    new RegExp(`link out of the store, to .*${basename(at("chunk"))}.*--allow-external`),
    ...draw,
    at("none.nc"),
  );
  await mongeDone(...draw, at("zarr-fine.nc"), "--allow-external");
});

test.run();
