/** The command in one piece, by the bundler that tsx brings: it starts in a third of the time that its sources take. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../harness.ts";
import { cli } from "./run.ts";

/**
 * Node's arguments before those of the command. `MONGE_CLI` names a built one instead; without either the sources run.
 *
 * @param folder - receives the pieces; it must lie below the packages that they import
 */
export function bundled(folder: string): readonly string[] {
  const [bundler, built] = [join(cli, "../../node_modules/.bin/esbuild"), process.env["MONGE_CLI"]];
  if (built !== undefined) return [built];
  if (!existsSync(bundler)) return ["--import", "tsx", cli];
  const how = [
    "--bundle",
    "--splitting",
    "--platform=node",
    "--format=esm",
    "--packages=external",
    "--log-level=error",
  ];
  const { status, stderr } = spawnSync(bundler, [cli, ...how, `--outdir=${folder}`], { encoding: "utf8" });
  assert.is(status, 0, stderr);
  return [join(folder, "main.js")];
}
