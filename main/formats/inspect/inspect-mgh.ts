import { mghRepetitionTime, openMgh } from '../freesurfer/mgh.ts';
import { decodeVoxels } from '../nifti/decode.ts';
import { axisCodes } from '../nifti/orientation.ts';
import { describeStatistics, numpyName } from './inspect-nifti.ts';

/** What `gyrus inspect` says of a FreeSurfer volume. */
export async function inspectMgh(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const image = await openMgh(path);
  const { header } = image;
  const repetitionTime = stats && header.shape.length > 3 ? await mghRepetitionTime(image) : null;
  return {
    format: 'mgh',
    cls: 'MGHImage',
    endian: '>',
    shape: header.shape,
    disk_dtype: numpyName(header.datatype, false),
    zooms: [...image.delta, ...(repetitionTime === null ? [] : [repetitionTime])],
    affine: image.affine,
    axcodes: axisCodes(image.affine),
    vox2ras_tkr: image.surfaceAffine,
    mri_type_code: image.typeCode,
    delta: image.delta,
    goodRASFlag: image.hasOrientation ? 1 : 0,
    ...(stats ? { ...(await describeStatistics(image)), n_unique: await countDistinct(image) } : {}),
    notices: image.notices,
  };
}

async function countDistinct(image: Awaited<ReturnType<typeof openMgh>>): Promise<number> {
  const seen = new Set<number>();
  const data = new Float64Array(image.grid[0] * image.grid[1] * image.grid[2]);
  for await (const { bytes } of image.rawVolumes({ reuse: true })) {
    decodeVoxels(bytes, image.header, data);
    for (let voxel = 0; voxel < data.length && seen.size <= 100_000; voxel++) seen.add(data[voxel]);
  }
  return seen.size;
}
