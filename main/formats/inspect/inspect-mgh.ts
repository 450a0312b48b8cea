import { mghRepetitionTime, openMgh } from '../freesurfer/mgh.ts';
import { decodeVoxels } from '../nifti/decode.ts';
import { axisCodes } from '../nifti/orientation.ts';
import { TOTALS_CHUNK } from '../value-totals.ts';
import { describeStatistics, numpyName } from './inspect-nifti.ts';

/** So many different values are counted as they come; from there on all values are kept and sorted. */
const MOST_DISTINCT = 100_000;
/** Values that are sorted at most. */
const MOST_SORTED = 1 << 26;

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

/** Different values; null where there are too many values to sort. */
async function countDistinct(image: Awaited<ReturnType<typeof openMgh>>): Promise<number | null> {
  const { datatype, shape } = image.header;
  const total = shape.reduce((product, size) => product * size, 1);
  if (datatype.bytes === 4 && total > MOST_SORTED) return null;
  const seen = new Set<number>();
  // Values of one or two bytes are few; others are sorted once they turn out to be many.
  let sorted: Float32Array | Int32Array | null = null;
  const data = new Float64Array(TOTALS_CHUNK);
  let at = 0;
  for await (const bytes of image.rawBlocks()) {
    for (let from = 0; from < bytes.length; from += TOTALS_CHUNK * datatype.bytes) {
      const part = bytes.subarray(from, from + TOTALS_CHUNK * datatype.bytes);
      decodeVoxels(part, image.header, data);
      const values = data.subarray(0, part.length / datatype.bytes);
      if (sorted === null) for (const value of values) seen.add(value);
      else {
        sorted.set(values, at);
        at += values.length;
      }
    }
    if (sorted !== null || seen.size <= MOST_DISTINCT) continue;
    sorted = datatype.number === 'int32' ? new Int32Array(total) : new Float32Array(total);
    sorted.set([...seen]);
    at = seen.size;
    seen.clear();
  }
  return sorted === null ? seen.size : steps(sorted.subarray(0, at).sort());
}

/** Different values of sorted ones, which have what is no number at their end. */
function steps(sorted: Float32Array | Int32Array): number {
  let count = sorted.length > 0 ? 1 : 0;
  for (let n = 1; n < sorted.length; n++) {
    if (sorted[n] !== sorted[n - 1] && !Number.isNaN(sorted[n - 1])) count += 1;
  }
  return count;
}
