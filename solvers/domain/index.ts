/** Domains: boxes, balls, polygons and their combinations. */
export { domainOf } from "./domain.ts";
