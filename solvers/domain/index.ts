/** Domains: boxes, balls, polygons and their combinations. */
export { type Domain, domainOf } from "./domain.ts";
export type {
  BallSpec,
  BoxSpec,
  DifferenceSpec,
  DomainSpec,
  IntersectionSpec,
  Interval,
  PolygonSpec,
  UnionSpec,
} from "./spec.ts";
