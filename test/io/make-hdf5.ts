// Inside: HDF5 itself, whose typings the package leaves out.
/** HDF5 files of any contents, made by HDF5 itself. */
import { type Hdf5File, hdf5Library } from "../../io/formats/netcdf/hdf5/library.ts";

export type { Group, Hdf5File } from "../../io/formats/netcdf/hdf5/library.ts";

/** Creates a file whose links and attributes keep their order. */
export async function createHdf5(path: string): Promise<Hdf5File> {
  const library = await hdf5Library(false);
  return library.open(path, (File) => new File(path, "w", { track_order: true, libver: ["earliest", "latest"] }))!;
}
