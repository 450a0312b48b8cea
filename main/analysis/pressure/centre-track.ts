import type { FrameMeasures, PressureGrid } from './measures.ts';

/** Row and column in cells, or null where the centre is undefined. */
export type Place = [number, number] | null;

/** Share of the heaviest load seen under which the centre of pressure is undefined: noise has a centre too. */
export const LEAST_LOAD = 0.05;

/** The centre of pressure over the last frames. */
export interface CentreTrack {
  see(measures: FrameMeasures): void;
  /** Oldest first. */
  places(): Place[];
}

/**
 * Row and column in cells, counted from cell centres, of a centre in the grid's lengths. To a hundredth of a cell: it is
 * drawn with every frame, and longer numbers would take as long to send as the frame.
 */
export function centreCell(grid: PressureGrid, x: number, y: number): Place {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  const rounded = (cells: number) => Math.round(100 * (cells - 0.5)) / 100;
  return [rounded(y / (grid.cellHeight ?? 1)), rounded(x / (grid.cellWidth ?? 1))];
}

/** @param length frames that are kept */
export function createCentreTrack(grid: PressureGrid, length: number): CentreTrack {
  const kept: { place: Place; load: number }[] = [];
  let heaviest = 0;
  return {
    see({ centreX, centreY, sum }) {
      heaviest = Math.max(heaviest, sum);
      kept.push({ place: centreCell(grid, centreX, centreY), load: sum });
      if (kept.length > length) kept.shift();
    },
    places: () => kept.map(({ place, load }) => (load < LEAST_LOAD * heaviest ? null : place)),
  };
}
