import { describe, expect, it } from 'vitest';
import { float32Text, toCsv } from '../../../../renderer/viewers/figure/csv.ts';
import { fileStem } from '../../../../renderer/viewers/figure/export.ts';
import { voxelCsv } from '../../../../renderer/viewers/figure/voxel-table.ts';

describe('tables of figures', () => {
  it('quotes what must be quoted and names missing values', () => {
    expect(toCsv(['a', 'b'], [['x, "y"', Number.NaN]])).toBe('a,b\r\n"x, ""y""",n/a\r\n');
  });

  it('writes the shortest decimal of a float32', () => {
    for (const value of [0.1, 1 / 3, 123456.7, -1e-7]) {
      expect(Math.fround(float32Text(Math.fround(value)))).toBe(Math.fround(value));
    }
    expect(float32Text(Math.fround(0.1))).toBe(0.1);
  });

  it('lists voxels with subscripts and mm', () => {
    const affine = [
      [-3, 0, 0, 9],
      [0, 3, 0, -6],
      [0, 0, 4, 1],
      [0, 0, 0, 1],
    ];
    const volume = {
      shape: [4, 3, 2] as const,
      affine,
      voxelIndex: Uint32Array.of(1, 17),
      spaceName: 'test',
    };
    const layer = { id: 'a', label: 'a', values: Float32Array.of(0.25, -1), p: Float32Array.of(0.01, 0.5) };
    expect(voxelCsv(volume, layer, 'r')).toBe(
      'i,j,k,x_mm,y_mm,z_mm,r,p\r\n1,0,0,6,-6,1,0.25,0.01\r\n1,1,1,6,-3,5,-1,0.5\r\n',
    );
  });

  it('names files by their title in any script', () => {
    expect(fileStem('r, layer 3 (sub-01)')).toBe('r-layer-3-sub-01');
    expect(fileStem('切片,第 3 层')).toBe('切片-第-3-层');
    expect(fileStem('///')).toBe('figure');
  });
});
