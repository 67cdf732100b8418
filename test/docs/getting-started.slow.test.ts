/** The pages docs/tutorials/getting-started.md and docs/how-to/python.md do what they say, block by block. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readField } from "../../io/index.ts";
import { assert, test } from "../harness.ts";
import { type Tried, tryPage } from "./page.ts";

const small = "--steps 8 --hours 10 --held-out 4 --members 3 --channels 8 --batch 4 --evaluations 2 --threads 1";
const quick = {
  demo: small.split(" "),
  verify: ["--draws", "100"],
  solve: ["--processor-seconds", "1", "--seconds", "200"],
};
const replace = { "processorSeconds: 2": "processorSeconds: 1" };
let first: Tried;
test.after(() => first?.clear());

test("who follows the first page has a map, a judged page and a solved equation", async () => {
  first = await tryPage("tutorials/getting-started.md", { quick, replace });
  for (const file of ["demo/map.png", "demo/downscaled.nc", "scores.html", "peak.png", "figures", "runs"])
    assert.ok(first.has(file), file);
  assert.match(first.printed[0]!, /threads|cores/i);
  assert.match(first.printed[3]!, /crps/i);
  assert.match(first.printed.at(-1)!, /^\w+ .*0\.07\d/m);
  const page = readFileSync(new URL("../../docs/tutorials/getting-started.md", import.meta.url), "utf8");
  const run = [...page.matchAll(/`(?:node|npx tsx) ([\w.]+)`/g)].map(([, file]) => file!);
  assert.ok(
    run.length > 0 && run.every((file) => first.has(file)),
    `the page runs ${run}, which its reader has not saved`,
  );
});

test("the page for Python says how many numbers a model has, and its solution is the same in the file and in any runtime", async () => {
  const python = spawnSync("python3", ["-c", "import numpy, netCDF4, xarray"]).status === 0;
  if (!python) console.log("SKIP python3 with numpy, netCDF4 and xarray is not installed");
  const { printed } = await tryPage("how-to/python.md", { quick, python, folder: first.folder });
  const session = await InferenceSession.create(readFileSync(join(first.folder, "sine.onnx")));
  const field = await readField(join(first.folder, "sine.nc"));
  const [rows, columns] = field.shape as [number, number];
  const at = { x: columns >> 1, y: rows >> 1 };
  const points = new Float64Array(2048 * 2);
  points.set([Number(field.coordinate("x")!.values[at.x]), Number(field.coordinate("y")!.values[at.y])]);
  const [value] = Object.values(
    await session.run({ [session.inputNames[0]!]: new Tensor("float64", points, [2048, 2]) }),
  );
  assert.equal(value!.dims, [2048, 1]);
  const there = Number(field.values[at.y * columns + at.x]);
  assert.ok(there > 0.5 && Math.abs(Number(value!.data[0]) - there) < 1e-6, `${value!.data[0]}, ${there} in the file`);
  if (!python) return;
  const [fields, , model] = printed as [string, string, string];
  assert.match(fields, /'realization': 3.*mm/, fields);
  assert.ok(Number(fields.trim().split("\n").at(-1)) > 0, fields);
  const [settings, counts] = model.trim().split("\n") as [string, string];
  assert.match(settings, /'/);
  assert.ok(Number(counts.split(" ")[1]) > 10_000, counts);
});

test.run();
