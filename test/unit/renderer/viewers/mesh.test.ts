import { describe, expect, it } from 'vitest';
import {
  meanCurvature,
  separateHemispheres,
  sideOfMidline,
  vertexNormals,
} from '../../../../renderer/viewers/brain/mesh.ts';

/** A sphere of radius r by latitude and longitude, wound outward. */
function sphere(radius: number, rings = 24, sectors = 48): { positions: Float32Array; indices: Uint32Array } {
  const positions: number[] = [0, 0, radius];
  for (let ring = 1; ring < rings; ring++) {
    const polar = (ring * Math.PI) / rings;
    for (let sector = 0; sector < sectors; sector++) {
      const turn = (sector * 2 * Math.PI) / sectors;
      positions.push(
        radius * Math.sin(polar) * Math.cos(turn),
        radius * Math.sin(polar) * Math.sin(turn),
        radius * Math.cos(polar),
      );
    }
  }
  positions.push(0, 0, -radius);
  const at = (ring: number, sector: number) => 1 + (ring - 1) * sectors + (sector % sectors);
  const last = positions.length / 3 - 1;
  const indices: number[] = [];
  for (let sector = 0; sector < sectors; sector++) {
    indices.push(0, at(1, sector), at(1, sector + 1), last, at(rings - 1, sector + 1), at(rings - 1, sector));
    for (let ring = 1; ring < rings - 1; ring++) {
      indices.push(at(ring, sector), at(ring + 1, sector), at(ring + 1, sector + 1));
      indices.push(at(ring, sector), at(ring + 1, sector + 1), at(ring, sector + 1));
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

describe('surface arithmetic', () => {
  const { positions, indices } = sphere(5);
  const normals = vertexNormals(positions, indices);

  it('has outward unit normals on a sphere', () => {
    for (let vertex = 0; vertex < positions.length / 3; vertex++) {
      const along = [0, 1, 2].reduce(
        (sum, axis) => sum + (normals[vertex * 3 + axis] * positions[vertex * 3 + axis]) / 5,
        0,
      );
      expect(along).toBeGreaterThan(0.995);
    }
  });

  it('has curvature −1/r on the outside of a sphere (a gyrus), +1/r turned inside out (a sulcus)', () => {
    const outside = meanCurvature(positions, normals, indices, 0);
    const inside = meanCurvature(
      positions,
      normals.map((value) => -value),
      indices,
      0,
    );
    const middle = Math.floor(outside.length / 2);
    expect(outside[middle]).toBeCloseTo(-0.2, 2);
    expect(inside[middle]).toBeCloseTo(0.2, 2);
    const smooth = meanCurvature(positions, normals, indices, 8);
    expect(smooth[middle]).toBeCloseTo(-0.2, 2);
  });

  it('tells the sides apart by label or by x', () => {
    expect(Array.from(sideOfMidline(Float32Array.of(-3, 0, 0, 4, 0, 0), undefined))).toEqual([-3, 4]);
    expect(Array.from(sideOfMidline(Float32Array.of(-3, 0, 0, 4, 0, 0), Uint8Array.of(1, 0)))).toEqual([
      100, -100,
    ]);
  });

  it('moves overlapping inflated hemispheres apart', () => {
    const moved = separateHemispheres(
      Float32Array.of(-40, 0, 0, 30, 0, 0, -35, 0, 0, 45, 0, 0),
      Uint8Array.of(0, 0, 1, 1),
      4,
    );
    expect([moved[0], moved[3], moved[6], moved[9]]).toEqual([-72, -2, 2, 82]);
  });
});
