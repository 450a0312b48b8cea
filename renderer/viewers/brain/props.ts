import type {
  AnatomicalVolume,
  Cursor,
  MapDisplay,
  StatLayer,
  SurfaceGeometry,
  VolumeGrid,
} from '../types.ts';

export type NamedView =
  | 'left-lateral'
  | 'right-lateral'
  | 'left-medial'
  | 'right-medial'
  | 'dorsal'
  | 'ventral'
  | 'anterior'
  | 'posterior';

export interface BrainViewerProps {
  readonly surface: SurfaceGeometry;
  /** Anatomy in the same space as the surface; caps the brain where a hemisphere is hidden. */
  readonly anatomy?: AnatomicalVolume | null | undefined;
  readonly volume: VolumeGrid;
  /** All layers of the slider, so that their values can wait on the GPU before they are asked for. */
  readonly layers: readonly StatLayer[];
  /** Which of `layers` is drawn. */
  readonly layerIndex: number;
  readonly display: MapDisplay;
  /** Name and unit of the value, as in "r" or "R²"; stands at the colour bar. */
  readonly quantity: string;
  readonly unit: string;
  readonly cursor: Cursor | null;
  readonly onCursorChange: (cursor: Cursor) => void;
  /** "Simulated data" or such; drawn into the picture and its exports where given. */
  readonly caption?: string | undefined;
}

/** Numbers the viewer measures about itself; on `window.gyrusViewer` too for the bench. */
export interface BrainTimings {
  /** Main-thread milliseconds of the last layer or display change, drawing calls included. */
  readonly lastUpdateMs: number;
  readonly lastPickMs: number;
  readonly vertexCount: number;
  readonly triangleCount: number;
}

declare global {
  interface Window {
    /** Latest timings of the brain viewer, for `gyrus bench viewer` and curious readers. */
    gyrusViewer?: BrainTimings;
  }
}
