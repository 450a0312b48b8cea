/** A channel as the viewers see it. */
export interface ViewedChannel {
  readonly name: string;
  readonly type: string;
  readonly position: readonly [number, number, number] | null;
  readonly bad: boolean;
}

/** A stretch of a recording: one row of values per channel. */
export interface ViewedStretch {
  readonly start: number;
  readonly seconds: number;
  readonly rows: readonly (readonly number[])[];
  readonly events: readonly { readonly time: number; readonly duration: number; readonly name: string }[];
  readonly gaps: readonly { readonly start: number; readonly seconds: number }[];
}
