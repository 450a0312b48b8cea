import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorAt } from '../../../../renderer/viewers/colour/color-map.ts';
import { defaultDisplay } from '../../../../renderer/viewers/colour/range.ts';
import { flatten, transform } from '../../../../renderer/viewers/maths/affine.ts';
import { buildVoxelLookup } from '../../../../renderer/viewers/sampling/voxel-lookup.ts';
import {
  layoutSlices,
  mmToPanel,
  panelToMm,
  sideLetters,
} from '../../../../renderer/viewers/slices/slice-layout.ts';
import {
  mapValue,
  paintAnatomy,
  paintMap,
  prepareAnatomy,
  trilinear,
} from '../../../../renderer/viewers/slices/slice-pixels.ts';
import type { MapDisplay } from '../../../../renderer/viewers/types.ts';

const tilt = 0.4;
const oblique = [
  [2 * Math.cos(tilt), -2 * Math.sin(tilt), 0, -8],
  [2 * Math.sin(tilt), 2 * Math.cos(tilt), 0, -12],
  [0, 0, 2, -9],
  [0, 0, 0, 1],
];
const shape = [12, 11, 10] as const;

describe('layout of slices', () => {
  it('keeps panels inside and of one scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 2000 }),
        fc.integer({ min: 200, max: 1200 }),
        (width, height) => {
          const { panels, mmPerPixel } = layoutSlices(width, height, [180, 220, 190]);
          for (const panel of panels) {
            expect(panel.x).toBeGreaterThanOrEqual(-1e-9);
            expect(panel.x + panel.width).toBeLessThanOrEqual(width + 1e-6);
            expect(panel.y).toBeGreaterThanOrEqual(-1e-9);
            expect(panel.y + panel.height).toBeLessThanOrEqual(height + 1e-6);
          }
          expect(panels[1].width * mmPerPixel).toBeCloseTo(180, 8);
          expect(panels[0].width * mmPerPixel).toBeCloseTo(220, 8);
        },
      ),
    );
  });

  it('goes from pixels to mm and back in both conventions', () => {
    const layout = layoutSlices(900, 400, [180, 220, 190]);
    for (const convention of ['neurological', 'radiological'] as const) {
      const view = { centre: [3, -10, 7] as const, zoom: 2.5, convention };
      for (const panel of layout.panels) {
        const mm = panelToMm(panel, layout, view, [11, -22, 33], 40, 60);
        const back = mmToPanel(panel, layout, view, mm);
        expect(back.x).toBeCloseTo(40, 8);
        expect(back.y).toBeCloseTo(60, 8);
      }
    }
  });

  it('puts left on the left in the neurological convention only', () => {
    const layout = layoutSlices(900, 400, [180, 220, 190]);
    const axial = layout.panels[2];
    const leftEdge = (convention: 'neurological' | 'radiological') =>
      panelToMm(axial, layout, { centre: [0, 0, 0], zoom: 1, convention }, [0, 0, 0], 0, 0)[0];
    expect(leftEdge('neurological')).toBeCloseTo(-90, 8);
    expect(leftEdge('radiological')).toBeCloseTo(90, 8);
    expect(sideLetters('axial', 'neurological')).toEqual(['L', 'R']);
    expect(sideLetters('coronal', 'radiological')).toEqual(['R', 'L']);
    expect(sideLetters('sagittal', 'radiological')).toEqual(['P', 'A']);
  });
});

describe('resampling', () => {
  const values = Float32Array.from({ length: 12 * 11 * 10 }, (_, cell) => {
    const [x, y, z] = transform(
      flatten(oblique),
      cell % 12,
      Math.floor(cell / 12) % 11,
      Math.floor(cell / 132),
    );
    return 10 + x + 2 * y - z;
  });

  it('is exact for a linear image, also at the far faces', () => {
    const inside = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
    fc.assert(
      fc.property(inside(11), inside(10), inside(9), (i, j, k) => {
        const [x, y, z] = transform(flatten(oblique), i, j, k);
        expect(trilinear(values, shape, i, j, k)).toBeCloseTo(10 + x + 2 * y - z, 3);
      }),
    );
    expect(trilinear(values, shape, -0.6, 0, 0)).toBeNaN();
    expect(trilinear(Float32Array.of(5), [1, 1, 1], 0.2, 0, -0.3)).toBe(5);
  });

  it('paints an oblique image in RAS: grey follows mm, not voxels', () => {
    const grid = {
      width: 5,
      height: 4,
      origin: [-4, 2, 1] as const,
      right: [1, 0, 0] as const,
      down: [0, -1, 0] as const,
    };
    const pixels = new Uint8ClampedArray(5 * 4 * 4);
    paintAnatomy(
      pixels,
      grid,
      prepareAnatomy({ shape, affine: oblique, values, window: [0, 255], spaceName: 'test' }),
    );
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 5; x++)
        expect(pixels[(y * 5 + x) * 4]).toBe(Math.round(10 + (-4 + x) + 2 * (2 - y) - 1));
    }
    expect(pixels[3]).toBe(255);
  });

  it('lays the map over by threshold, opacity and colour', () => {
    const volume = {
      shape: [2, 1, 1] as const,
      affine: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ],
      voxelIndex: Uint32Array.of(0, 1),
      spaceName: 'test',
    };
    const lookup = buildVoxelLookup(volume);
    const display: MapDisplay = {
      ...defaultDisplay([], true),
      range: [-1, 1],
      sampling: 'nearest',
      opacity: 0.5,
      below: 'hide',
      threshold: { kind: 'p', positive: 0.05, negative: 0.05 },
    };
    const grid = {
      width: 2,
      height: 1,
      origin: [0, 0, 0] as const,
      right: [1, 0, 0] as const,
      down: [0, 1, 0] as const,
    };
    const pixels = new Uint8ClampedArray(8).fill(100);
    paintMap(pixels, grid, {
      lookup,
      values: Float32Array.of(0.8, 0.8),
      significance: Float32Array.of(0.01, 0.2),
      display,
    });
    expect(Array.from(pixels)).toEqual([...colorAt('RdBu_r', 0.9), 128, 0, 0, 0, 0]);
  });

  it('ends the drawn mask half a voxel out', () => {
    const volume = {
      shape: [4, 3, 3] as const,
      affine: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ],
      voxelIndex: Uint32Array.of(17),
      spaceName: 'test',
    };
    const lookup = buildVoxelLookup(volume);
    expect(mapValue(lookup, Float32Array.of(3), 'trilinear', 1.4, 1, 1)).toBe(3);
    expect(mapValue(lookup, Float32Array.of(3), 'trilinear', 1.6, 1, 1)).toBeNaN();
  });
});
