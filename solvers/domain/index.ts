/** Domains: boxes, balls, ellipses, polygons, splines, GeoJSON, formulas, meshes, and their combinations. */
export { type Domain, domainOf } from "./domain.ts";
export type {
  BallSpec,
  BoxSpec,
  DifferenceSpec,
  DomainSpec,
  EllipseSpec,
  GeoJsonSpec,
  InsideSpec,
  IntersectionSpec,
  Interval,
  MeshBoundary,
  MeshSpec,
  PolygonSpec,
  SplineSpec,
  UnionSpec,
  Vertex,
} from "./spec.ts";
export { gridPoints } from "./unit-points.ts";
