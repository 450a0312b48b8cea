import type { AnatomicalVolume, Cursor, StatLayer, SurfaceGeometry, VolumeGrid } from '../types.ts';

/** Voxels that belong to a map on a surface, as subcortical grayordinates do. */
export interface DeepGrid {
  readonly volume: VolumeGrid;
  /** Per voxel of `volume`, the position of its value in the map. */
  readonly kept: Int32Array;
}

/**
 * Brain, slices, layer slider and map controls with one linked cursor. The page hosts this one, gives the data, and
 * listens to the cursor to fetch the time course of the chosen voxel.
 */
export interface MapExplorerProps {
  readonly surface: SurfaceGeometry | null;
  readonly anatomy: AnatomicalVolume | null;
  readonly volume: VolumeGrid;
  /** Values of a surface that lie inside the brain, drawn as slices beside it. */
  readonly deep?: DeepGrid | undefined;
  readonly layers: readonly StatLayer[];
  /** "r", "R²", "t": what the values are. */
  readonly quantity: string;
  /** Unit behind the quantity, empty for pure numbers. */
  readonly unit: string;
  /** Signed maps start with RdBu_r about zero, unsigned ones with viridis. */
  readonly signed: boolean;
  readonly initialLayer?: number | undefined;
  /** Where the threshold by value begins, for maps without p of their own; a fifth of the colour range where absent. */
  readonly initialThreshold?: number | undefined;
  readonly caption?: string | undefined;
  readonly onCursorChange?: ((cursor: Cursor) => void) | undefined;
  readonly onLayerChange?: ((index: number) => void) | undefined;
}
