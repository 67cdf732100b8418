/** The arrays between fields and the network: images on the fine grid, channels last. */

/** What the network is given for one time. */
export interface PairInput {
  readonly height: number;
  readonly width: number;
  /** Standardised channels, [height, width, channels] in the order of the model; gaps are 0. */
  readonly condition: Float32Array;
  /** In transformed units of each target, [height, width, outputs]. */
  readonly background: Float32Array;
  /** Pixels that are to have values, [height, width]: 0 for those that are left missing. @defaultValue all */
  readonly valid?: Uint8Array;
}

/** Images to train on or to judge by. */
export interface PairArchive {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly channels: number;
  readonly outputs: number;
  /** Standardised channels, [count, height, width, channels]; gaps are 0. */
  readonly condition: Float32Array;
  /** Standardised residual of each target, (t(v) − background)/deviation, [count, height, width, outputs]; 0 where missing. */
  readonly clean: Float32Array;
  /** 1 where the target has a value, else 0, [count, height, width, outputs]. */
  readonly valid: Uint8Array;
}
