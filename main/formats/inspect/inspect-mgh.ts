import { mghRepetitionTime, openMgh } from '../freesurfer/mgh.ts';
import { decodeVoxels } from '../nifti/decode.ts';
import { axisCodes } from '../nifti/orientation.ts';
import { TOTALS_CHUNK } from '../value-totals.ts';
import { describeStatistics, numpyName } from './inspect-nifti.ts';

/** Above so many different values, a volume is no segmentation. */
const MOST_DISTINCT = 100_000;

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

/** Different values, of which no more than MOST_DISTINCT and one are counted. */
async function countDistinct(image: Awaited<ReturnType<typeof openMgh>>): Promise<number> {
  const seen = new Set<number>();
  const data = new Float64Array(TOTALS_CHUNK);
  const { bytes: width } = image.header.datatype;
  for await (const bytes of image.rawBlocks()) {
    for (let from = 0; from < bytes.length; from += TOTALS_CHUNK * width) {
      const part = bytes.subarray(from, from + TOTALS_CHUNK * width);
      decodeVoxels(part, image.header, data);
      const count = part.length / width;
      for (let voxel = 0; voxel < count; voxel++) {
        seen.add(data[voxel]);
        if (seen.size > MOST_DISTINCT) return seen.size;
      }
    }
  }
  return seen.size;
}
