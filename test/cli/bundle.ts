import { join } from "node:path";
import { bundle, canBundle } from "../bundler.ts";
import { cli } from "./run.ts";

/**
 * Node's arguments before those of the command. `MONGE_CLI` names a built one instead; without either the sources run.
 *
 * @param folder - receives the pieces; it must lie below the packages that they import
 */
export function bundled(folder: string): readonly string[] {
  const built = process.env["MONGE_CLI"];
  if (built !== undefined) return [built];
  if (!canBundle) return ["--import", "tsx", cli];
  bundle(folder, [cli]);
  return [join(folder, "main.js")];
}
