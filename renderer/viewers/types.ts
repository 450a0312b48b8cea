/** Shared shapes of data that viewers take. Everything is in RAS+ millimetres: x < 0 is left. */

/** A point or direction: x right, y anterior, z superior, in mm. */
export type Vec3 = readonly [number, number, number];

/** 4×4 row-major affine from voxel indices (i j k 1) to RAS+ mm; same shape as the contract's Affine. */
export type AffineMatrix = readonly (readonly number[])[];

export interface SurfaceGeometry {
  /** vertex × 3, RAS+ mm. */
  readonly positions: Float32Array;
  /** triangle × 3 vertex numbers, counter-clockwise seen from outside. */
  readonly indices: Uint32Array;
  /** Per vertex, FreeSurfer's sign: positive in sulci. Computed from the mesh where it is absent. */
  readonly curvature?: Float32Array | undefined;
  /** vertex × 3 positions of the inflated surface, if there is one. */
  readonly inflated?: Float32Array | undefined;
  /** Per vertex, 0 left, 1 right. Where absent the sign of x tells, and the mesh is cut at x = 0. */
  readonly hemisphere?: Uint8Array | undefined;
  /** Per vertex an index into `regionNames`; read out under the pointer. */
  readonly region?: Uint8Array | Uint16Array | Int32Array | undefined;
  readonly regionNames?: readonly string[] | undefined;
  /** "MNI152NLin2009cAsym", "Talairach (Colin27)", ... shown beside coordinates. */
  readonly spaceName: string;
}

/** The grid of a masked statistical map. */
export interface VolumeGrid {
  readonly shape: readonly [number, number, number];
  readonly affine: AffineMatrix;
  /** Linear index i + ni·(j + nj·k) of every kept voxel, ascending. */
  readonly voxelIndex: Uint32Array;
  readonly spaceName: string;
  /**
   * For values that lie on a surface: per vertex the grid cell of its value, −1 for none. The grid is then a mere line,
   * and only a surface with as many vertices can show it.
   */
  readonly places?: Int32Array | undefined;
}

/** One statistical map over the kept voxels of a VolumeGrid. Several of them make the layer slider. */
export interface StatLayer {
  /** Stable key; GPU buffers are cached by it together with the identity of `values`. */
  readonly id: string;
  /** "layer 3", "word rate", ... as shown on the slider. */
  readonly label: string;
  /** One value per kept voxel; NaN where there is none. */
  readonly values: Float32Array;
  /** Uncorrected p per voxel. */
  readonly p?: Float32Array | undefined;
  /** FDR-adjusted p (Benjamini-Hochberg) per voxel; computed from `p` where absent. */
  readonly q?: Float32Array | undefined;
}

/** A dense anatomical image: values[i + ni·(j + nj·k)]. */
export interface AnatomicalVolume {
  readonly shape: readonly [number, number, number];
  readonly affine: AffineMatrix;
  readonly values: Uint8Array | Int16Array | Uint16Array | Float32Array;
  /** Values drawn black and white; robust range where absent. */
  readonly window?: readonly [number, number] | undefined;
  readonly spaceName: string;
}

export type ThresholdKind = 'value' | 'p' | 'fdr';

/**
 * Which values are above threshold, separately for positive and negative ones.
 * kind "value": v ≥ positive, or v ≤ −negative (`negative` is a magnitude).
 * kind "p" or "fdr": p (or q) ≤ positive for v ≥ 0, ≤ negative for v < 0.
 * null: nothing of that sign is shown.
 */
export interface Threshold {
  readonly kind: ThresholdKind;
  readonly positive: number | null;
  readonly negative: number | null;
}

/** What is done below threshold: nothing shown, faded with distance from the threshold, or all shown. */
export type BelowThreshold = 'hide' | 'translucent' | 'show';

export type ColorMapName =
  | 'RdBu_r'
  | 'coolwarm'
  | 'cold_hot'
  | 'viridis'
  | 'magma'
  | 'inferno'
  | 'cividis'
  | 'YlOrRd'
  | 'hot'
  | 'gray';

/** How a map is drawn; the same settings drive surface, slices, colour bar and export. */
export interface MapDisplay {
  readonly colorMap: ColorMapName;
  /** Values at the two ends of the colour map. */
  readonly range: readonly [number, number];
  readonly threshold: Threshold;
  readonly below: BelowThreshold;
  /** Opacity above threshold, 0 to 1. */
  readonly opacity: number;
  readonly sampling: 'trilinear' | 'nearest';
}

/** A place chosen by the reader: mm in the map's space, and the kept voxel there (position in voxelIndex) if any. */
export interface Cursor {
  readonly mm: Vec3;
  readonly voxel: number | null;
}
