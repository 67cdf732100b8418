/** HDF5 in WebAssembly, which h5wasm holds as a string of 4 MB: packed by gzip it is read in a tenth of the time. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Modules of h5wasm that hold the binary. */
export const hdf5Modules = /h5wasm\/dist\/\w+\/hdf5_util\.js$/;

/** Begins a module of Node, or of a browser, with a function that unpacks text to bytes, or to a promise of them. */
const unpackers = {
  node: `import { gunzipSync as unpackHdf5 } from "node:zlib";
const unpacked = (text) => unpackHdf5(Buffer.from(text, "base64"));`,
  browser: `const unpacked = async (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};`,
};

/** Loads such a module with its binary packed: no file has to be found beside it, wherever it is bundled. */
export const packedHdf5 =
  (form: keyof typeof unpackers) =>
  ({ path }: { readonly path: string }): { contents: string } => {
    const code = readFileSync(path, "utf8");
    const start = "return binaryDecode(";
    const [from, to] = [code.indexOf(start), code.indexOf("')}", code.indexOf(start)) + 1];
    const literal = code.slice(from + start.length, to);
    const decode = /function binaryDecode\(bin\)\{.*?return o\}/.exec(code);
    if (from < 0 || to < 0 || decode === null) throw new Error(`${path} does not hold its WebAssembly as a string`);
    const bytes = new Function(`${decode[0]}; return binaryDecode(${literal})`)() as Uint8Array<ArrayBuffer>;
    if (!WebAssembly.validate(bytes)) throw new Error(`the WebAssembly of ${path} could not be found in it`);
    const text = gzipSync(bytes, { level: 9 }).toString("base64");
    return { contents: `${unpackers[form]}\n${code.slice(0, from)}return unpacked("${text}")${code.slice(to + 1)}` };
  };
