/** Where WebAssembly gets no memory, what needs it is refused in words, and no file is blamed, or written in part. */
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { readField, writeField } from "../../io/index.ts";
import { testData } from "../data.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { skip, tool } from "../io/oracle.ts";
import { writeSyntheticRain } from "./data.ts";
import { commandLine, type Said } from "./run.ts";

const { folder, at } = temporaryFolder(test);

/** The loader of TypeScript needs WebAssembly itself. */
const isBundled = process.env["MONGE_CLI"] !== undefined;

/** Runs Node with 3 GB of addresses: enough for Node, of which WebAssembly wants 10. */
function cramped(...args: readonly string[]): Said {
  return spawnSync("bash", ["-c", 'ulimit -v 3000000; exec "$0" "$@"', process.execPath, ...args], {
    encoding: "utf8",
  });
}

test("without memory for WebAssembly each command that needs it says so in three lines, and leaves nothing behind", async () => {
  if (!isBundled) return skip("the command is not bundled; `npm test` bundles it");
  const probe = cramped("-e", "try { new WebAssembly.Memory({ initial: 1 }) } catch { console.log('none') }");
  if (probe.stdout !== "none\n") return skip("a limit of addresses (`ulimit -v`) leaves WebAssembly its memory here");
  await writeSyntheticRain(at("rain.nc"), { days: 2, units: "mm" });
  const rain = await readField(at("rain.nc"));
  await writeField(at("rain.zarr"), rain);
  const tiff = testData("coarse/valparaiso_CHIRPS5km_daily_cut.tif");
  const cases = [
    // Links to other files are left to HDF5 itself.
    ["HDF5", "info", at("rain.nc"), "--allow-external"],
    ["the codec zstd", "info", at("rain.zarr"), "--variable", "pr"],
    ["the codec zstd", "convert", tiff, "-o", at("out.zarr")],
  ];
  for (const packing of ["ZSTD", "LERC"]) {
    const path = at(`${packing}.tif`);
    const own = packing === "LERC" ? "LERC" : "Zstandard of this Node";
    const isNative = packing === "ZSTD" && process.versions.node.split(".").map(Number)[0]! > 22;
    const isMade = tool("gdal_translate", "-q", "-co", `COMPRESS=${packing}`, tiff, path) !== undefined;
    if (isMade && !isNative) cases.push([own, "info", path]);
    else console.log(`  ${packing} is left out: ${isMade ? "Node unpacks it itself" : "no gdal_translate"}`);
  }
  const before = readdirSync(folder).sort();
  for (const [library, ...args] of cases) {
    const { status, stderr } = cramped(...commandLine, ...args);
    assert.is(status, 1, `${args.join(" ")}\n${stderr}`);
    const [what, where, way, ...more] = stderr.trimEnd().split("\n");
    assert.match(what!, `monge: ${library} runs in WebAssembly, which gets no memory`);
    assert.match(where!, `monge ${args[0]}`);
    assert.match(way!, /ulimit -v/);
    assert.equal(more, []);
    assert.equal(readdirSync(folder).sort(), before, args.join(" "));
  }
});

test("a problem is solved without WebAssembly where it gets no memory, to the same answer", () => {
  if (!isBundled) return skip("the command is not bundled; `npm test` bundles it");
  const path = at("problem.json");
  const text = { name: "bar", equations: "u_xx = exp(x)", domain: { x: [0, 1] }, conditions: ["u = exp(x)"] };
  writeFileSync(path, JSON.stringify({ ...text, exact: "exp(x)" }));
  const { status, stdout, stderr } = cramped(...commandLine, "solve", path, "--processor-seconds", "2", "--json");
  assert.is(status, 0, stderr);
  assert.ok((JSON.parse(stdout) as { relativeL2: number }).relativeL2 < 1e-10);
});

test.run();
