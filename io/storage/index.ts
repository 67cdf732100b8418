/** Common parts of the formats: sources of variables, boxes of chunks, decoding of packed values. */
export { attributeType, attributeTypes, pickAttributes, typedAttributes } from "./attributes.ts";
export { unpackBits } from "./bits.ts";
export { type Range, takeBlock } from "./block.ts";
export { asWords, copyBox, readBox, stridesOf } from "./box.ts";
export { ChunkCache } from "./chunk-cache.ts";
export { type ChunkedArray, readChunks } from "./chunked.ts";
export { decoderOf } from "./decode.ts";
export { type FileSource, fileBytes, holdFile, releaseFile } from "./hold-file.ts";
export {
  type Attributes,
  type AttributeValue,
  type GridSource,
  type Slab,
  sizeOf,
  textOf,
  type VariableInfo,
} from "./source.ts";
export { LeadsOut, writeWithin } from "./within.ts";
