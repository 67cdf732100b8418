/** A page starts no programs. */
export const spawnSync = () => ({ status: 1, stdout: "" });
