import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyMatterGrid, loadAnatomy } from '../../../main/analysis/anatomy/bundled-brain.ts';
import {
  mniToTalairach,
  REGIONS,
  regionFinder,
  regionIndexAt,
} from '../../../main/analysis/anatomy/landmark-regions.ts';
import { type BundleValues, decodeBundle, encodeBundle } from '../../../main/contract/resource-bundle.ts';
import { resolvePaths } from '../../../main/core/paths.ts';
import { folderResources } from '../../../main/core/resource-store.ts';
import { buildResources, type ResourceManifest } from '../../../resources/build/build-resources.ts';
import { bundled } from '../../bundled.ts';

describe('resource build', () => {
  it('lists every file with its true hash, package, version and licence', async () => {
    const { resources } = resolvePaths(import.meta.dirname);
    const manifest: ResourceManifest = JSON.parse(await readFile(join(resources, 'manifest.json'), 'utf8'));
    expect(manifest.files.length).toBeGreaterThanOrEqual(7);
    for (const entry of manifest.files) {
      const bytes = await readFile(join(resources, entry.file));
      expect(createHash('sha256').update(bytes).digest('hex'), entry.file).toBe(entry.sha256);
      expect(entry.version).toMatch(/^\d+\./);
      expect(entry.licence.length).toBeGreaterThan(2);
    }
  });

  it('does nothing when all is fresh', async () => {
    const { root, resources } = resolvePaths(import.meta.dirname);
    expect(await buildResources({ root, out: resources, log: () => {} })).toBe(false);
  });

  it('says which file is missing', async () => {
    const none = folderResources(join(tmpdir(), 'no-such-folder'));
    await expect(none.read('words/glove.bundle')).rejects.toMatchObject({ code: 'resources.missing' });
  });
});

it('bundles give back what went in, aligned or not', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), fc.uint8Array(), fc.nat(7), (floats, bytes, shift) => {
      const arrays: Record<string, { shape: number[]; values: BundleValues }> = {
        b: { shape: [bytes.length], values: bytes },
        f: { shape: [floats.length], values: Float32Array.from(floats) },
      };
      const encoded = encodeBundle({ meta: { name: 'ü' }, arrays });
      const moved = new Uint8Array(encoded.length + shift);
      moved.set(encoded, shift);
      const back = decodeBundle(moved.subarray(shift));
      expect(back.meta.name).toBe('ü');
      expect([...back.arrays.f.values]).toEqual([...Float32Array.from(floats)]);
      expect([...back.arrays.b.values]).toEqual([...bytes]);
    }),
  );
});

describe('bundled brain', () => {
  it('has a closed surface with indices, curvature, inflation and regions', async () => {
    const { meta, arrays } = await bundled.bundle('brain/surface.bundle');
    expect(arrays.positions.shape).toEqual([168_390, 3]);
    expect(arrays.indices.shape).toEqual([337_014, 3]);
    const indices = arrays.indices.values;
    // In a closed, consistently wound mesh every edge is walked once in each direction.
    const there = new Float64Array(indices.length);
    const back = new Float64Array(indices.length);
    for (let at = 0; at < indices.length; at++) {
      const next = at % 3 === 2 ? at - 2 : at + 1;
      there[at] = indices[at] * 2 ** 20 + indices[next];
      back[at] = indices[next] * 2 ** 20 + indices[at];
    }
    there.sort();
    back.sort();
    expect(there.every((edge, at) => edge === back[at] && edge !== there[at + 1])).toBe(true);
    expect(arrays.inflated.values.every(Number.isFinite)).toBe(true);
    expect((meta.regions as string[]).length).toBe(REGIONS.length);
  });

  it('puts the surface on the image: its voxels have the surface value, between fluid and tissue', async () => {
    const { arrays } = await bundled.bundle('brain/surface.bundle');
    const { t1, shape, affine } = await loadAnatomy(bundled);
    const positions = arrays.positions.values;
    const values: number[] = [];
    for (let v = 0; v < positions.length; v += 3) {
      const [i, j, k] = [0, 1, 2].map((axis) => Math.round(positions[v + axis] - affine[axis][3]));
      values.push(t1[i + shape[0] * (j + shape[1] * k)]);
    }
    values.sort((a, b) => a - b);
    // The surface was made at the level 127 of this image; mirrored or shifted it would lie anywhere.
    expect(values[Math.floor(values.length / 2)]).toBeGreaterThan(117);
    expect(values[Math.floor(values.length / 2)]).toBeLessThan(137);
    expect(values[Math.floor(values.length * 0.05)]).toBeGreaterThan(80);
    expect(values[Math.floor(values.length * 0.95)]).toBeLessThan(180);
  });

  it('has grey matter on both sides and in every region, on any grid', async () => {
    const anatomy = await loadAnatomy(bundled);
    for (const step of [4, 8]) {
      const grid = greyMatterGrid(anatomy, step);
      expect(new Set(grid.region).size).toBe(REGIONS.length);
      const left =
        grid.region.filter((region) => REGIONS[region].side === 'left').length / grid.region.length;
      expect(Math.abs(left - 0.5)).toBeLessThan(0.05);
      expect(grid.voxelIndex.every((value, at) => at === 0 || value > grid.voxelIndex[at - 1])).toBe(true);
      // The grid's centre stays the image's centre within one fine voxel.
      const centre = grid.shape.map((size, axis) => grid.affine[axis][3] + ((size - 1) / 2) * step);
      anatomy.shape.forEach((size, axis) => {
        expect(Math.abs(centre[axis] - (anatomy.affine[axis][3] + (size - 1) / 2))).toBeLessThanOrEqual(1);
      });
    }
  });

  it('names landmark regions on the side the point is on, in Talairach and MNI space', () => {
    expect(REGIONS[regionIndexAt(-46, -20, 8)].name).toBe('left primary auditory');
    expect(REGIONS[regionIndexAt(48, 20, 14)].name).toBe('right inferior frontal');
    expect(regionFinder('MNI152NLin2009cAsym')?.(-8, -80, 6).name).toBe('left calcarine');
    expect(regionFinder('scanner')).toBeNull();
    // The anterior commissure is near the origin of both spaces.
    expect(Math.hypot(...mniToTalairach(0, 0, 0))).toBeLessThan(6);
  });
});
