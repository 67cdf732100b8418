/** Datasets that are looked at and selected before anything is read; archives of many files. */
export { type Cadence, cadenceOf, cadenceText } from "./cadence.ts";
export { Dataset, type DatasetOptions, openDataset, type VariableOptions } from "./dataset.ts";
export { fieldCheck, lazyField } from "./in-memory.ts";
export { keepSmall } from "./keep-small.ts";
export { LazyField, type VariableStore } from "./lazy-field.ts";
export { expandPatterns, namedFields, namedFiles } from "./named-files.ts";
export { type OpenedFields, openFields, selectTimes, type TimeRange } from "./open-fields.ts";
export { inspect, readField } from "./read.ts";
export { type PartlyWritten, type WriteFieldOptions, writeField } from "./write-field.ts";
