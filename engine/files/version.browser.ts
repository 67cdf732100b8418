/** Version of the package, which the build writes into its code. */
declare const MONGE_VERSION: string;

export const version = (): string => MONGE_VERSION;
