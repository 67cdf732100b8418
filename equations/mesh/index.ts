/** Meshes of files as domains: Gmsh and STL; and solutions on meshes for ParaView. */
export { boundaryOf } from "./mesh.ts";
export { readMesh } from "./read-mesh.ts";
export { gridMesh, vtuText } from "./vtu.ts";
