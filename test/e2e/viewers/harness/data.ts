import type { StatLayer, VolumeGrid } from '../../../../renderer/viewers/types.ts';

/** Layers of the simulated map. */
export const layerCount = 13;

/**
 * A 3 mm grid over the brain with an oblique affine, masked to an ellipsoid: simulated, of known form. Layer n has its
 * positive peak moving from front to back on the left, a negative one on the right; p falls with |value|.
 */
export function simulatedMap(): { volume: VolumeGrid; layers: StatLayer[] } {
  const shape = [56, 68, 56] as const;
  const tilt = 0.08;
  const affine = [
    [3, 0, 0, -82],
    [0, 3 * Math.cos(tilt), -3 * Math.sin(tilt), -106],
    [0, 3 * Math.sin(tilt), 3 * Math.cos(tilt), -84],
    [0, 0, 0, 1],
  ];
  const kept: number[] = [];
  const places: number[][] = [];
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++) {
        const mm = [0, 1, 2].map(
          (row) => affine[row][0] * i + affine[row][1] * j + affine[row][2] * k + affine[row][3],
        );
        if ((mm[0] / 74) ** 2 + ((mm[1] + 16) / 94) ** 2 + ((mm[2] - 10) / 72) ** 2 > 1) continue;
        kept.push(i + shape[0] * (j + shape[1] * k));
        places.push(mm);
      }
    }
  }
  const bump = (mm: number[], x: number, y: number, z: number, width: number) =>
    Math.exp(-((mm[0] - x) ** 2 + (mm[1] - y) ** 2 + (mm[2] - z) ** 2) / (2 * width ** 2));
  let seed = 7;
  const noise = () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return seed / 4294967296 - 0.5;
  };
  const layers = Array.from({ length: layerCount }, (_, layer) => {
    const y = 30 - layer * 6;
    const values = Float32Array.from(
      places,
      (mm) =>
        0.45 * bump(mm, -58, y, 4, 16) -
        0.3 * bump(mm, 50, -60 + layer * 4, 20, 14) +
        0.3 * bump(mm, 56, y, 0, 12) +
        0.04 * noise(),
    );
    const p = values.map((value) => Math.exp(-Math.abs(value) * 90));
    return { id: `layer-${layer}`, label: `layer ${layer}`, values, p };
  });
  return {
    volume: { shape, affine, voxelIndex: Uint32Array.from(kept), spaceName: 'Talairach (Colin27)' },
    layers,
  };
}
