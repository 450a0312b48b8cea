/** What the chart figures take; every array of one figure has the same length unless said otherwise. */

export interface TimeCourseProps {
  readonly title: string;
  /** Seconds between samples (TR). */
  readonly samplingInterval: number;
  readonly measured: Float32Array;
  /** null while it is being fetched or where there is none. */
  readonly predicted: Float32Array | null;
  /** Samples at which a new run begins: vertical marks, for the course does not go on there. */
  readonly runStarts?: readonly { readonly sample: number; readonly label: string }[] | undefined;
  /** "z", "%", ...: unit of both courses. */
  readonly unit: string;
  readonly caption?: string | undefined;
}

export interface ProfileSeries {
  readonly name: string;
  /** One value per layer. */
  readonly mean: readonly number[];
  /** Ends of the interval per layer, where there is one. */
  readonly low?: readonly number[] | undefined;
  readonly high?: readonly number[] | undefined;
}

/** A score that does not depend on the layer: a control model or the noise ceiling. */
export interface ProfileLine {
  readonly name: string;
  readonly value: number;
  readonly kind: 'control' | 'ceiling';
}

export interface LayerProfileProps {
  readonly title: string;
  readonly layers: readonly string[];
  readonly series: readonly ProfileSeries[];
  readonly lines: readonly ProfileLine[];
  readonly quantity: string;
  readonly unit: string;
  /** What the intervals are: "95 % bootstrap over runs", ... */
  readonly intervalName: string;
  readonly selectedLayer?: number | undefined;
  readonly onSelectLayer?: ((index: number) => void) | undefined;
  readonly caption?: string | undefined;
}

/** A count per bin; bin b spans edges[b] to edges[b + 1]. The same shape as the contract's Histogram. */
export interface HistogramBins {
  readonly edges: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

export interface ScoreHistogramProps {
  readonly title: string;
  readonly observed: HistogramBins;
  /** Scores under the null, in bins of its own; scaled to the observed sample so that areas are equal. */
  readonly null: HistogramBins | null;
  /** Vertical line: the value above which scores are significant. */
  readonly threshold?: number | undefined;
  readonly quantity: string;
  readonly unit: string;
  readonly caption?: string | undefined;
}

export interface HeatTableProps {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** row × column, row-major; NaN cells stay empty. */
  readonly values: Float32Array;
  readonly quantity: string;
  readonly unit: string;
  /** Symmetric about zero (default) or from the smallest to the largest. */
  readonly symmetric?: boolean | undefined;
  readonly caption?: string | undefined;
  /** Cell that is outlined. */
  readonly selected?: HeatCell | undefined;
  readonly onSelectCell?: ((cell: HeatCell) => void) | undefined;
}

/** Place of a cell, both from 0. */
export interface HeatCell {
  readonly row: number;
  readonly column: number;
}

export interface ItemScatterProps {
  readonly title: string;
  /** One name, x and y per item. */
  readonly labels: readonly string[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xName: string;
  readonly yName: string;
  readonly r: number;
  readonly caption?: string | undefined;
}

export interface SensorMapProps {
  readonly title: string;
  /** Flat positions within the unit circle, nose up. */
  readonly sensors: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** One value per sensor; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly quantity: string;
  /** Value at the red end of the colours; blue is its negative. */
  readonly limit: number;
  readonly caption?: string | undefined;
}

export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The value as it is written beside its dot. */
  readonly text: string;
  /** The method that is judged, not what it is held against. */
  readonly own: boolean;
}

export interface IntervalChartProps {
  readonly title: string;
  readonly rows: readonly IntervalRow[];
  readonly quantity: string;
  readonly unit: string;
  readonly caption?: string | undefined;
}
