/** A problem that hybrid elements cannot march on a mesh, for the reason given. */
export class NoHybrid extends Error {}
