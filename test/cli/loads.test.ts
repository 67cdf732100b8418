/** Packages that a command loads before its work says that it needs them: its start takes no longer than that. */
import { assert, none, test } from "../harness.ts";
import { importsOf, sourceAt } from "../structure-rules.ts";

/** Files and packages that are loaded with some files, whatever is asked. */
function loaded(...files: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [...files];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (!path.endsWith(".ts")) continue;
    for (const { target, typeOnly, late, package: name } of importsOf(sourceAt(path)))
      if (!typeOnly && !late) queue.push(name ?? target);
  }
  return seen;
}

const heavy = ["@tensorflow/tfjs", "@resvg/resvg-js", "onnxruntime-node", "h5wasm", "proj4", "koffi", "vega", "lerc"];

/** Those that a command loads for all of its work. */
const needed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["demo", "distance", "doctor", "downscale", "plan", "train"].map((name) => [name, ["@tensorflow/tfjs"]]),
  ),
  ...Object.fromEntries(
    ["audit", "convert", "info", "merge", "new", "report", "serve", "solve", "verify"].map((name) => [name, []]),
  ),
};

test("a command loads the tensor library where it computes with it, and what draws, projects and reads HDF5 when that is called for", () => {
  for (const [name, packages] of Object.entries(needed)) {
    const all = loaded("cli/program.ts", "cli/shell/named-inputs.ts", `cli/${name}/command.ts`, `cli/${name}/run.ts`);
    assert.equal(
      heavy.filter((one) => all.has(one)),
      packages,
      name,
    );
  }
});

test("methods without a network, and all that draws and writes ensembles, do without the tensor library", () => {
  for (const room of ["baselines", "sampling", "sharded"]) {
    const all = loaded(`generative/${room}/index.ts`);
    none(heavy, (one) => all.has(one), room);
  }
});

test("help of a command loads none of them, and the command that is asked for alone", () => {
  for (const name of Object.keys(needed)) {
    const all = loaded("cli/program.ts", `cli/${name}/command.ts`);
    none(heavy, (one) => all.has(one), name);
  }
  assert.not.ok([...loaded("cli/program.ts")].some((file) => file.endsWith("command.ts")));
});

test("solving a text loads nothing that reads or writes fields of data", () => {
  const all = [...loaded("cli/program.ts", "cli/solve/command.ts", "cli/solve/run.ts")];
  none(all, (file) => file.startsWith("io/"), "io");
});

test.run();
