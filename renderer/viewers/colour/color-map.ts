import type { ColorMapName } from '../types.ts';
import { colorMapTables } from './tables.ts';

const decoded = new Map<ColorMapName, Uint8Array<ArrayBuffer>>();

/** The 256 × 3 RGB bytes of a colour map. */
export function colorTable(name: ColorMapName): Uint8Array<ArrayBuffer> {
  let table = decoded.get(name);
  if (!table) {
    table = Uint8Array.from(atob(colorMapTables[name]), (character) => character.charCodeAt(0));
    decoded.set(name, table);
  }
  return table;
}

/** Table row of a position 0 to 1 along the map: floor(256·x), clipped, as matplotlib's Colormap.__call__. */
export function tableRow(position: number): number {
  return Math.max(0, Math.min(255, Math.floor(position * 256)));
}

/** Colour of a position 0 to 1 as three bytes. */
export function colorAt(name: ColorMapName, position: number): [number, number, number] {
  const table = colorTable(name);
  const row = tableRow(position) * 3;
  return [table[row], table[row + 1], table[row + 2]];
}

export const divergingColorMaps: readonly ColorMapName[] = ['RdBu_r', 'coolwarm', 'cold_hot'];
export const sequentialColorMaps: readonly ColorMapName[] = [
  'viridis',
  'magma',
  'inferno',
  'cividis',
  'YlOrRd',
  'hot',
  'gray',
];

/** Whether a colour map has a neutral middle. */
export function isDiverging(name: ColorMapName): boolean {
  return divergingColorMaps.includes(name);
}
