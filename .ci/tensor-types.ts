/**
 * Gives the built package typings of tfjs that a strict consumer's compiler accepts. Those that tfjs ships do not compile
 * without `skipLibCheck` (its layers contradict themselves, its WebGPU types contradict TypeScript's own), so the typings of
 * its core are gathered into one file, in which what only browsers have is `unknown`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

/** Names that tfjs takes from browsers, or from packages without typings of their own. */
const foreign = [
  "GPUBuffer",
  "HTMLCanvasElement",
  "HTMLImageElement",
  "HTMLSourceElement",
  "HTMLVideoElement",
  "ImageBitmap",
  "ImageData",
  "Long",
  "MediaStreamConstraints",
  "RequestInit",
  "Response",
  "WebGLContextAttributes",
  "WebGLTexture",
];

const built = fileURLToPath(new URL("../dist/engine/", import.meta.url));
const core = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json"));
const target = join(built, "tfjs.d.ts");

const bundle = await rollup({ input: join(core, "dist/index.d.ts"), plugins: [dts({ respectExternal: true })] });
await bundle.write({ file: target, format: "es" });
await bundle.close();

const licence = "/** Typings of @tensorflow/tfjs-core, Copyright Google LLC, Apache-2.0, gathered into one file. */";
const code = readFileSync(target, "utf8")
  .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => (comment.startsWith("/**\n * @license") ? "" : comment))
  .replaceAll(/^\/\/\/ <.*$/gm, "");
const missing = foreign.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
writeFileSync(target, `${licence}\n${missing.map((name) => `type ${name} = unknown;\n`).join("")}${code}`);

const door = join(built, "tensor.d.ts");
writeFileSync(door, readFileSync(door, "utf8").replaceAll('"@tensorflow/tfjs"', '"./tfjs.js"'));
