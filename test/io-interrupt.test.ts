/** Writes that meet a full disk or the end of their process: a file appears whole or not at all. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { skip } from "./io-oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "monge-interrupt-"));
test.after(() => rmSync(folder, { recursive: true }));

/** A child program that writes 40 MB of incompressible rain to the file named last. */
const CHILD = `
import { Field, writeGeotiff, writeNetcdf } from ${JSON.stringify(fileURLToPath(new URL("../io/index.ts", import.meta.url)))};
const n = 10 * 1000 * 1000;
const values = new Float32Array(n);
for (let i = 0; i < n; i++) values[i] = Math.sin(i * 12.9898) * 43758.5453;
const line = (k, f, s) => Float64Array.from({ length: k }, (_, i) => f + s * i);
const coordinates = [
  { name: "time", dims: ["time"], values: line(10, 0, 1), attributes: { units: "days since 2000-01-01" } },
  { name: "lat", dims: ["lat"], values: line(1000, 0, 0.01), attributes: { units: "degrees_north" } },
  { name: "lon", dims: ["lon"], values: line(1000, 0, 0.01), attributes: { units: "degrees_east" } }];
const field = new Field({ name: "pr", dims: ["time", "lat", "lon"], shape: [10, 1000, 1000], values, coordinates });
const [kind, path] = process.argv.slice(-2);
console.log("writing");
try { await (kind === "nc" ? writeNetcdf(path, field) : writeGeotiff(path, field)); console.log("done"); }
catch (error) { console.log("ERROR " + error.name + " " + error.message); }
`;

function childArguments(kind: string, path: string): string[] {
  const program = join(folder, "child.mts");
  if (!existsSync(program)) writeFileSync(program, CHILD);
  return ["--import", import.meta.resolve("tsx"), program, kind, path];
}

for (const kind of ["nc", "tif"]) {
  test(`a .${kind} write that meets the limit of the disk raises an error and leaves neither a file nor a partial one`, () => {
    const path = join(folder, `limit.${kind}`);
    const command = `ulimit -f 4000; exec "$0" "$@"`;
    const done = spawnSync("bash", ["-c", command, process.execPath, ...childArguments(kind, path)], {
      encoding: "utf8",
    });
    if (done.error) return skip("no bash to set a limit with");
    assert.match(done.stdout, /ERROR/, done.stdout + done.stderr);
    assert.equal(
      readdirSync(folder).filter((name) => name.includes(`limit.${kind}`)),
      [],
    );
  });

  test(`a process killed while it writes a .${kind} leaves nothing under the final name`, async () => {
    const path = join(folder, `killed.${kind}`);
    const child = spawn(process.execPath, childArguments(kind, path), { stdio: ["ignore", "pipe", "inherit"] });
    const partial = () => readdirSync(folder).find((name) => name.startsWith(`.killed.${kind}.`));
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
    while (partial() === undefined && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    assert.is(await ended, "SIGKILL");
    assert.not(existsSync(path));
    const left = partial();
    if (left !== undefined) rmSync(join(folder, left));
  });
}

test.run();
