/** Ensembles in tasks: drawn by any number of workers into one store, audited, and merged into files. */
export { type AuditOptions, auditUnits, type UnitTrouble } from "./audit.ts";
export { type DownscalingPlan, type PlanOptions, planDownscaling } from "./cost.ts";
export { downscaleUnits } from "./downscale-output.ts";
export type { DownscaleUnitsOptions } from "./downscale-units.ts";
export { unitStoreOf } from "./files-of-store.ts";
export { inputsOfStore } from "./inputs.ts";
export { type MergeOptions, mergeUnits } from "./merge.ts";
export { slurmScript } from "./schedulers.ts";
export type { Shard, UnitSize } from "./unit-plan.ts";
export { isUnitStore, notAUnitStore } from "./unit-rows.ts";
