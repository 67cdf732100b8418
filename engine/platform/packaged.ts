/** Files that come with the package, which lie on the disk. */
export const fetchPackaged = async (_path: string): Promise<string | undefined> => undefined;
