/** Domains: boxes, balls, ellipses, polygons, GeoJSON, formulas, meshes, and their combinations. */
export { type Domain, domainOf } from "./domain.ts";
export type { DomainSpec } from "./spec.ts";
export { gridPoints } from "./unit-points.ts";
