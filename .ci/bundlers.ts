/**
 * The built package in other people's bundlers: `npm run bundlers` prints what pages load, packed by gzip, and holds it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { globSync } from "tinyglobby";
import { tabsOf } from "../test/browser.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Names that a page imports, and the most kilobytes that it loads before they run. */
const pages = {
  wasserstein: ["emd, gridTransport, sinkhorn, slicedWasserstein", 40],
  solvers: ["pde, solve", 350],
  io: ["holdFile, readField", 300],
} as const;

/** Most kilobytes of everything, with the model and the runtime of networks. */
const mostOfAll = 16_000;
const withModel = ["models/pretrained.safetensors", "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"];
const floors = ["wasserstein", "solvers", "io", "verification", "report", "generative"];

/** Printed by the module that is bundled. */
type Answers = Readonly<Record<"middle" | "cells" | "sum" | "distance", number>>;

const kinds: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

const quiet = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--silent"];

const packed = (bytes: Uint8Array | string): number => gzipSync(bytes).length / 1000;

/** Kilobytes that a page with this code loads first, and with all that it may load later, built by esbuild. */
async function bytesOf(contents: string, resolveDir: string): Promise<{ first: number; all: number }> {
  const { outputFiles, metafile } = await build({
    ...{ stdin: { contents, resolveDir }, bundle: true, splitting: true, format: "esm", minify: true },
    ...{ outdir: "/", write: false, metafile: true, external: ["onnxruntime-web/wasm"] },
  });
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const first = new Set([...outputs.keys()].filter((name) => outputs.get(name)!.entryPoint === "<stdin>"));
  for (const name of first)
    for (const { path, kind } of outputs.get(name)!.imports) if (kind === "import-statement") first.add(basename(path));
  const sum = (files: typeof outputFiles) => files.reduce((total, file) => total + packed(file.contents), 0);
  return { first: sum(outputFiles.filter(({ path }) => first.has(basename(path)))), all: sum(outputFiles) };
}

/** Prints sizes of pages that use the package of a folder. */
export async function checkSizes(folder: string): Promise<void> {
  const hold = (words: string, kilobytes: number, most: number) => {
    const line = `${words}: ${kilobytes.toFixed(0)} kB packed, at most ${most}`;
    if (!(kilobytes > 1 && kilobytes <= most)) throw new Error(line);
    console.log(line);
  };
  for (const [floor, [names, most]] of Object.entries(pages)) {
    const { first } = await bytesOf(`export { ${names} } from "monge/${floor}";`, folder);
    hold(`{ ${names} } of monge/${floor}`, first, most);
  }
  const { all } = await bytesOf(floors.map((floor) => `export * as ${floor} from "monge/${floor}";`).join(""), folder);
  const beside = withModel.reduce((sum, path) => sum + packed(readFileSync(join(root, path))), 0);
  hold("everything, with the model", all + beside, mostOfAll);
}

/** Prints what the same module answers in Node, in pages and in programs that are bundled without a flag, in Bun and in Deno. */
export async function checkBundlers(folder: string): Promise<void> {
  const ran = (command: string, args: readonly string[], cwd = folder) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 300_000 });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    return { stdout, stderr };
  };
  const run = (...given: Parameters<typeof ran>): string => ran(...given).stdout;
  const rain = join(root, "models/rain.nc");
  const own = join(folder, "package.json");
  writeFileSync(own, JSON.stringify({ ...JSON.parse(readFileSync(own, "utf8")), type: "module" }));
  for (const name of ["answers.js", "networks.js", "node.js", "page.js", "worker.js", "index.html"])
    copyFileSync(join(root, "test/bundlers", name), join(folder, name));
  const wanted = JSON.parse(run(process.execPath, ["node.js", rain])) as Answers;
  const hold = (words: string, found: Answers) => {
    for (const key of Object.keys(wanted) as (keyof Answers)[])
      if (!(Math.abs(found[key] - wanted[key]) <= 1e-12 * Math.abs(wanted[key])))
        throw new Error(`${words}: ${key} is ${found[key]}, in Node ${wanted[key]}`);
    console.log(`${words}: as in Node`);
  };
  const other = mkdtempSync(join(tmpdir(), "monge-elsewhere-"));
  const hooks: (() => Promise<void>)[] = [];
  const withTab = tabsOf({ after: (hook) => hooks.push(hook) });
  const holdPage = async (words: string, site: string) => {
    const server = createServer(({ url }, answer) => {
      const path = url === "/rain.nc" ? rain : join(site, url === "/" ? "index.html" : url!);
      answer.writeHead(200, { "content-type": kinds[extname(path)] ?? "application/octet-stream" });
      answer.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await withTab(async (tab) => {
      await tab.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.until("globalThis.answers");
      hold(words, await tab.evaluate<Answers>("answers()"));
      hold(`${words}, in a worker`, await tab.evaluate<Answers>("answersOfWorker()"));
    });
    server.close();
  };
  /** Networks train in a moved program that has the runtime of networks beside it and nothing else; without it, it says what to add. */
  const holdNetworks = (esbuild: string) => {
    const trained = run(process.execPath, ["networks.js"]);
    const program = join(other, "networks.mjs");
    run(esbuild, ["networks.js", "--bundle", "--platform=node", "--format=esm", `--outfile=${program}`]);
    const { status, stderr } = spawnSync(process.execPath, [program], { cwd: other, encoding: "utf8" });
    if (status === 0 || !/npm install onnxruntime-node/.test(stderr))
      throw new Error(`without ONNX Runtime a program with networks ended with ${status}:\n${stderr}`);
    mkdirSync(join(other, "node_modules"));
    for (const name of ["onnxruntime-node", "onnxruntime-common"])
      cpSync(join(folder, "node_modules", name), join(other, "node_modules", name), { recursive: true });
    const moved = run(process.execPath, [program], other);
    if (moved !== trained) throw new Error(`networks in a program by esbuild: ${moved}, in Node ${trained}`);
    console.log("networks in a program by esbuild, with ONNX Runtime alone beside it: as in Node");
  };
  try {
    const esbuild = join(root, "node_modules/.bin/esbuild");
    const [site, program] = [join(other, "page"), join(other, "node.mjs")];
    run(esbuild, ["page.js", "worker.js", "--bundle", "--format=esm", `--outdir=${site}`]);
    copyFileSync(join(folder, "index.html"), join(site, "index.html"));
    await holdPage("a page by esbuild", site);
    run(esbuild, ["node.js", "--bundle", "--platform=node", "--format=esm", `--outfile=${program}`]);
    hold("a program by esbuild, away from its packages", JSON.parse(run(process.execPath, [program, rain], other)));
    holdNetworks(esbuild);
    const fetched = ["vite@8", "bun@1", "deno@2"];
    if (
      spawnSync("npm", ["install", "--no-save", ...quiet, ...fetched], { cwd: folder, timeout: 300_000 }).status !== 0
    ) {
      console.log(`SKIP ${fetched.join(", ")} cannot be fetched from the registry`);
      return;
    }
    // How long a build took, and how large HDF5 is, are no faults of what is built.
    const words =
      /\[PLUGIN_TIMINGS\][\s\S]*?#bundlertimings|\[plugin builtin:vite-reporter\][\s\S]*?chunkSizeWarningLimit\./g;
    const said = ran("npx", ["--no-install", "vite", "build"]).stderr.replace(words, "").trim();
    if (said !== "") throw new Error(`Vite warns of a page with a worker:\n${said}`);
    await holdPage("a page by Vite", join(folder, "dist"));
    run("npx", ["--no-install", "vite", "build", "--ssr", "node.js", "--outDir", "ssr"]);
    hold("a program by Vite", JSON.parse(run(process.execPath, ["ssr/node.js", rain])));
    // Their own commands want install scripts.
    for (const [words, files, args] of [
      ["Bun", "@oven/*/bin/bun", []],
      ["Deno", "@deno/*/deno", ["run", "-A", "--node-modules-dir=manual"]],
    ] as const) {
      const [command] = globSync(files, { cwd: join(folder, "node_modules"), absolute: true });
      if (command === undefined) console.log(`SKIP ${words} has no program for this machine`);
      else hold(words, JSON.parse(run(command, [...args, "node.js", rain])));
    }
  } finally {
    for (const hook of hooks) await hook();
    rmSync(other, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const folder = mkdtempSync(join(tmpdir(), "monge-bundlers-"));
  try {
    const pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
    const tarball = execFileSync("npm", pack, { cwd: root, encoding: "utf8" }).trim();
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    execFileSync("npm", ["install", ...quiet, `./${tarball}`], { cwd: folder, stdio: "inherit" });
    await checkSizes(folder);
    await checkBundlers(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
