/** Common parts of the formats: sources of variables, boxes of chunks, decoding of packed values. */
export { attributeTypes } from "./attributes.ts";
export {
  type Attributes,
  type AttributeValue,
  type DataType,
  type DimensionInfo,
  type FileFormat,
  type GridSource,
  isNumberType,
  type NumberType,
  numbersOf,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  textOf,
  type VariableInfo,
} from "./source.ts";
export { LeadsOut, writeWithin } from "./within.ts";
