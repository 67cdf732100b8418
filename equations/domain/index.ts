/** Domains: boxes, balls, ellipses, polygons, GeoJSON, formulas, meshes, and their combinations. */

export { type BoundaryPart, sidesOf } from "./boundary.ts";
export type { HeldPart } from "./distance-expression.ts";
export { type Domain, domainOf, inPeriod, type SamplingDomain } from "./domain.ts";
export { type Geometry, geometryOf } from "./geometry.ts";
export { type BoxFace, peakOf } from "./peak.ts";
export type { DomainSpec } from "./spec.ts";
export { type Interval, type MeshBoundary, parseDomain } from "./spec.ts";
export { gridPoints, unitSequence } from "./unit-points.ts";
