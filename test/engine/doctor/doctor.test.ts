/** The doctor finds what is there, and names what mends the rest. */
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkFolder, diagnose } from "../../../engine/doctor/index.ts";
import { mongeDone, mongeHere } from "../../cli/run.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

test("each check is told before it is made", async () => {
  const told: string[] = [];
  await diagnose(folder, (check) => told.push(check));
  const devices = ["cpu", "webgpu", "cuda", "tensorflow"].map((device) => `trying ${device}`);
  assert.equal(told, [...devices, `trying to write in ${folder}`]);
});

test("the CPU computes, versions are told, and the folder is left as it was", async () => {
  const found = await diagnose(folder, () => {});
  assert.equal(found.devices[0], { device: "cpu", works: true, advice: "" });
  for (const { works, advice } of found.devices)
    assert.is(advice === "", works, "what does not work comes with what mends it");
  const cuda = found.devices.find(({ device, works }) => device === "cuda" && !works);
  const page = readFileSync(new URL("../../../docs/how-to/gpu.md", import.meta.url), "utf8");
  if (cuda)
    assert.ok(
      page.includes(/`[^`]*`/.exec(cuda.advice)![0]),
      `docs/how-to/gpu.md gives another command than ${cuda.advice}`,
    );
  assert.is(found.versions.node, process.version);
  assert.ok(found.folder.isWritable && found.folder.freeBytes > 0);
  assert.equal(readdirSync(folder), []);
});

test("a folder that is not there, or takes no files, is told with the way out", async () => {
  const missing = await checkFolder(join(folder, "none"));
  assert.not(missing.isWritable);
  assert.match(missing.advice, /mkdir -p/);
  if (process.getuid?.() === 0) return console.log("SKIP root may write to every folder");
  chmodSync(folder, 0o500);
  const closed = await checkFolder(folder);
  chmodSync(folder, 0o700);
  assert.not(closed.isWritable);
  assert.match(closed.advice, /choose another folder/);
});

test("monge doctor prints devices, and exits with 1 where nothing can be written", async () => {
  const { stdout } = await mongeDone("doctor", "--out", folder);
  assert.match(stdout, /\ncpu {9}works\n/);
  assert.match(stdout, /\ntensorflow {2}(?:works|not here: optional: `npm install @tensorflow\/tfjs-node-gpu`)/);
  const missing = await mongeHere("doctor", "--out", join(folder, "none"), "--json");
  assert.is(missing.status, 1);
  assert.match(JSON.parse(missing.stdout).advice[0], /cannot be written: it does not exist; mkdir -p/);
});

test.run();
