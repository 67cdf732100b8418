/** Common parts of the formats: sources of variables, boxes of chunks, decoding of packed values. */
export { attributeTypes } from "./attributes.ts";
export { type Attributes, type AttributeValue, type GridSource, sizeOf, textOf, type VariableInfo } from "./source.ts";
export { LeadsOut, writeWithin } from "./within.ts";
