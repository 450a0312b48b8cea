/** One report of how far work has come. `total` is absent while it is not known. Units are plain words ("volumes"). */
export interface ProgressReport {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: string;
  /** Numbers of the moment that are worth watching: loss, learning rate. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Passed down as an argument to everything that may take over a second; never a global. */
export type ReportProgress = (report: ProgressReport) => void;

/** For callers that do not care. */
export const ignoreProgress: ReportProgress = () => {};
