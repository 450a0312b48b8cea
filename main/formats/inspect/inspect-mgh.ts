import { mghRepetitionTime, openMgh } from '../freesurfer/mgh.ts';
import { axisCodes } from '../nifti/orientation.ts';
import { describeStatistics, numpyName } from './inspect-nifti.ts';

/** Values whose upper 16 bits agree share a page of this many bytes, a bit for each of the lower ones. */
const PAGE_BYTES = 1 << 13;
/** Pages in memory at most: 256 MB. */
const MOST_PAGES = 1 << 15;

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

/**
 * Different values, all NaN as one and −0 as 0, as numpy.unique has them: a bit is set for each. Null where the values
 * are so scattered that the bits would take too much memory.
 */
async function countDistinct(image: Awaited<ReturnType<typeof openMgh>>): Promise<number | null> {
  const { bytes: width, number } = image.header.datatype;
  const pages: (Uint8Array | undefined)[] = new Array(1 << 16).fill(undefined);
  const isFloat = number === 'float32';
  let [used, count] = [0, 0];
  for await (const bytes of image.rawBlocks()) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + width <= bytes.length; at += width) {
      let bits = width === 4 ? view.getUint32(at) : width === 2 ? view.getUint16(at) : bytes[at];
      if (isFloat) {
        if (bits === 0x80000000) bits = 0;
        else if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
      }
      const high = bits >>> 16;
      let page = pages[high];
      if (page === undefined) {
        if (++used > MOST_PAGES) return null;
        page = new Uint8Array(PAGE_BYTES);
        pages[high] = page;
      }
      const place = (bits & 0xffff) >>> 3;
      const bit = 1 << (bits & 7);
      if ((page[place] & bit) === 0) {
        page[place] |= bit;
        count += 1;
      }
    }
  }
  return count;
}
