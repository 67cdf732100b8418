/**
 * What a user gets: packs the built package, looks at the list of files, installs the tarball in an empty folder after
 * `npm init -y`, runs README's quick starts as they are printed, compares README's pictures with what they wrote, imports every entry point, and compiles a strict program
 * against the typings, without `skipLibCheck`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pictureComplaints, quickStartFiles, runQuickStarts } from "../test/docs/quick-starts.ts";
import { listPacked, packComplaints } from "../test/package-rules.ts";
import { checkBundlers, checkSizes } from "./bundlers.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.keys(manifest.exports).filter((entry) => entry !== "./package.json");

const packed = listPacked(root);
const complaints = packComplaints(packed, true);
if (complaints.length > 0) throw new Error(`the package is not as it should be:\n${complaints.join("\n")}`);
const bytes = packed.reduce((sum, file) => sum + file.size, 0);
console.log(`${packed.length} files, ${(bytes / 1e6).toFixed(2)} MB unpacked`);

/** Heat in a rod. */
const heat = {
  ...{ name: "heat", domain: { x: [0, 1], t: [0, 0.1] }, equations: "u_t = u_xx" },
  conditions: ["u = 0 on x", "u = sin(pi*x) at t = 0"],
};

const folder = mkdtempSync(join(tmpdir(), "monge-package-"));
try {
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const tarball = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  run("npm", "init", "-y");
  run("npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--silent", `./${tarball}`);
  // README asks Node 20 for tsx by npx, which would fetch it.
  symlinkSync(join(root, "node_modules/tsx/dist/cli.mjs"), join(folder, "node_modules/.bin/tsx"));
  const solved = runQuickStarts(folder);
  if (!/0\.0736/.test(solved)) throw new Error(`README's membrane has another middle:\n${solved}`);
  const unwritten = quickStartFiles.filter((file) => !existsSync(join(folder, file)));
  if (unwritten.length > 0) throw new Error(`README's quick starts did not write ${unwritten.join(", ")}`);
  const other = pictureComplaints(folder);
  if (other.length > 0) throw new Error(`README shows other pictures than its commands write:\n${other.join("\n")}`);
  console.log(`README's quick starts run as printed: ${quickStartFiles.join(", ")}`);
  for (const entry of entries) {
    const specifier = manifest.name + entry.slice(1);
    const script = `const m = await import("${specifier}"); console.log(Object.keys(m).length);`;
    const names = Number(run(process.execPath, "--input-type=module", "--eval", script));
    if (!(names > 0)) throw new Error(`${specifier} exports nothing`);
    const required = `console.log(Object.keys(require("${specifier}")).length);`;
    if (Number(run(process.execPath, "--input-type=commonjs", "--eval", required)) !== names)
      throw new Error(`require("${specifier}") offers other names than import`);
    console.log(`import and require "${specifier}": ${names} names`);
  }
  const imports = entries.map((entry, i) => `import * as m${i} from "${manifest.name}${entry.slice(1)}";`);
  const chained = `import { tf } from "${manifest.name}/engine";\nexport const sum: number = tf.scalar(1).mul(2).add(1).dataSync()[0];`;
  const uses = [...imports, chained, `console.log(${entries.map((_, i) => `m${i}`)});`];
  writeFileSync(join(folder, "user.mts"), uses.join("\n"));
  for (const lib of [undefined, ["es2023"]]) {
    const types = lib === undefined ? [] : ["node"];
    const compilerOptions = { strict: true, module: "nodenext", target: "es2023", noEmit: true, types, lib };
    const typeRoots = [join(root, "node_modules/@types")];
    const config = { compilerOptions: { ...compilerOptions, typeRoots }, files: ["user.mts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
    console.log(`a strict program compiles, lib ${lib ?? "by default"}`);
  }
  const size = run("du", "-sm", "node_modules").split("\t")[0];
  const tree = run("npm", "ls", "--all", "--parseable", "--omit=dev").trim().split("\n").length - 1;
  console.log(`an install has ${tree} packages and ${size} MB`);
  if (tree > 60 || Number(size) > 400) throw new Error("an install must stay below 60 packages and 400 MB");
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const union = `@tensorflow/tfjs@${lock.packages["node_modules/@tensorflow/tfjs"].version}`;
  run("npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--silent", union);
  const own = `import * as tf from "@tensorflow/tfjs"; import { compile } from "monge/engine";
    const square = await compile((x) => [tf.grad((y) => tf.sum(tf.mul(tf.tanh(y), y)))(x)], [{ shape: [2] }], { name: "own" });
    const [[one, two]] = await square.run([Float32Array.of(0, 1)]);
    console.log(Math.abs(one) < 1e-6 && Math.abs(two - 1.181568) < 1e-5 ? "same" : one + " " + two);`;
  const answer = run(process.execPath, "--input-type=module", "--eval", own).trim();
  if (answer !== "same") throw new Error(`a function of the user's own ${union} computes otherwise: ${answer}`);
  console.log(`a function written with the user's own ${union} compiles`);
  const help = run("npx", "--no-install", manifest.name, "--help");
  if (!help.includes("Usage")) throw new Error(`npx ${manifest.name} --help does not explain itself:\n${help}`);
  console.log(`npx ${manifest.name} --help: ${help.split("\n").length} lines`);
  await checkSizes(folder);
  await checkBundlers(folder);
  // Not in a folder of that one, where its packages would be found.
  const lean = mkdtempSync(join(tmpdir(), "monge-lean-"));
  checkLeanInstall(lean, join(folder, tarball));
  rmSync(lean, { recursive: true, force: true });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Without optional packages an install is small, solves and reads, and says what networks and PNG need. */
function checkLeanInstall(lean: string, tarball: string): void {
  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(command, args, { cwd: lean, encoding: "utf8" });
  const options = ["--ignore-scripts", "--omit=optional", "--prefer-offline", "--no-audit", "--no-fund", "--silent"];
  writeFileSync(join(lean, "package.json"), "{}");
  const { status } = run("npm", "install", ...options, tarball);
  const size = Number(run("du", "-sm", "node_modules").stdout.split("\t")[0]);
  if (status !== 0 || !(size <= 65)) throw new Error(`an install without optional packages has ${size} MB, above 65`);
  const monge = (...args: readonly string[]) => run("npx", "--no-install", manifest.name, ...args);
  const rain = join(root, "models/rain.nc");
  writeFileSync(join(lean, "heat.json"), JSON.stringify(heat));
  for (const [args, wanted, words] of [
    [["solve", "heat.json", "--processor-seconds", "2", "--seed", "1", "-o", "heat.nc"], 0, /taken: the march/],
    [["convert", rain, "-o", "coarse.nc", "--coarsen", "4"], 0, /wrote coarse\.nc/],
    [["downscale", "coarse.nc", "-o", "fine.nc", "--factor", "4", "--method", "rainfarm"], 0, /wrote fine\.nc/],
    [["downscale", "coarse.nc", "-o", "fine2.nc", "--factor", "4"], 1, /npm install onnxruntime-node/],
    [["solve", "heat.json", "--processor-seconds", "2", "--seed", "1", "--figure", "heat.png"], 1, /write a \.svg/],
  ] as const) {
    const { status: ended, stdout, stderr } = monge(...args);
    if (ended !== wanted || !words.test(stdout + stderr))
      throw new Error(`without optional packages monge ${args.join(" ")} ended with ${ended}:\n${stdout}${stderr}`);
  }
  console.log(`an install without optional packages has ${size} MB, solves, refines, and says what networks need`);
}
