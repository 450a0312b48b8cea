import type { AnatomicalVolume, Cursor, MapDisplay, StatLayer, VolumeGrid } from '../types.ts';

/** neurological: left is left; radiological: left is right. */
export type SliceConvention = 'neurological' | 'radiological';

export interface SlicesViewerProps {
  /** Drawn grey underneath; the map alone is drawn where there is none. */
  readonly anatomy: AnatomicalVolume | null;
  readonly volume: VolumeGrid;
  readonly layer: StatLayer;
  readonly display: MapDisplay;
  readonly quantity: string;
  readonly unit: string;
  readonly cursor: Cursor | null;
  readonly onCursorChange: (cursor: Cursor) => void;
  readonly convention: SliceConvention;
  readonly onConventionChange: (convention: SliceConvention) => void;
  readonly caption?: string | undefined;
}
