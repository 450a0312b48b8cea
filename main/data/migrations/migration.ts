/** One step of the project file's format. Never edited after release: the next change is the next file. */
export interface Migration {
  /** `user_version` after this step; steps are numbered in tens. */
  readonly version: number;
  readonly name: string;
  /** SQL of the step, run inside the transaction that holds all pending steps. */
  readonly sql: string;
}
