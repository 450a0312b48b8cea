import { basename } from 'node:path';
import { isCifti } from '../cifti/cifti.ts';
import { qformAffine, voxelEdges } from '../nifti/affine.ts';
import type { NiftiDatatype } from '../nifti/datatypes.ts';
import { scalingOf } from '../nifti/decode.ts';
import { intentNameOf } from '../nifti/intents.ts';
import { openNifti, readNiftiHeader } from '../nifti/open.ts';
import { axisCodes } from '../nifti/orientation.ts';
import { findPair } from '../nifti/pair.ts';
import { niftiStatistics } from '../nifti/statistics.ts';
import type { NiftiHeader, NiftiImage } from '../nifti/types.ts';
import { inspectCifti } from './inspect-cifti.ts';

/** What `gyrus inspect` says of a NIfTI or Analyze file. A lone .hdr gives its header, with a notice. */
export async function inspectNifti(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const { headerPath, imagePath } = await findPair(path);
  if (imagePath === null) {
    const header = await readNiftiHeader(headerPath);
    if (header.pair) return headerOnly(header, basename(headerPath));
  }
  const image = await openNifti(path);
  const { header } = image;
  if (isCifti(header)) return inspectCifti(path, stats);
  const { slope, intercept } = scalingOf(header);
  return {
    format: header.format,
    cls: className(header),
    endian: header.littleEndian ? '<' : '>',
    shape: header.shape,
    disk_dtype: numpyName(header.datatype, header.littleEndian),
    zooms: [...voxelEdges(header), ...header.pixdim.slice(4)].slice(0, header.shape.length),
    xyzt_units: [spaceUnitNames[header.spaceUnit], timeUnitNames[header.timeUnit]],
    qform_code: header.qformCode,
    sform_code: header.sformCode,
    scl_slope: slope,
    scl_inter: intercept,
    intent: intentNameOf(header.intentCode),
    vox_offset: header.voxOffset,
    n_extensions: header.extensions.length,
    ext_codes: header.extensions.map(({ code }) => code),
    descrip: header.description,
    qform_affine: qformAffine(header),
    affine: image.affine,
    affine_source: image.affineSource,
    axcodes: axisCodes(image.affine),
    repetition_time_s: image.repetitionTime,
    ...(stats ? await describeStatistics(image) : {}),
    notices: image.notices,
  };
}

/** Sums, first values, centre voxel and centre of mass, as printed of every volume format. */
export async function describeStatistics(image: NiftiImage): Promise<Record<string, unknown>> {
  const { header } = image;
  const { datatype } = header;
  const { slope, intercept } = scalingOf(header);
  const scaled = slope !== 1 || intercept !== 0;
  const floating = scaled || datatype.number.startsWith('float');
  const found = await niftiStatistics(image);
  return {
    data: {
      shape: header.shape,
      dtype: scaled ? 'float64' : numpyName(datatype, header.littleEndian),
      ...(floating ? { n_nonfinite: found.nonFinite } : {}),
      sum: found.sum,
      min: found.min,
      max: found.max,
      mean: found.mean,
      n_nonzero: found.nonZero,
      first: found.first,
    },
    centre_voxel: { index: image.grid.map((size) => Math.floor(size / 2)), values: found.centre },
    ...(found.centreOfMass ? { com_world_mm: found.centreOfMass } : {}),
  };
}

function headerOnly(header: NiftiHeader, file: string): Record<string, unknown> {
  const kinds = {
    nifti1: 'Nifti1Header',
    nifti2: 'Nifti2Header',
    analyze: 'AnalyzeHeader',
    mgh: 'MGHHeader',
  } as const;
  return {
    format: header.format,
    kind: kinds[header.format],
    endian: header.littleEndian ? '<' : '>',
    dim: header.dim,
    datatype: header.datatype.name,
    pixdim: header.pixdim,
    magic: header.magic === '' ? null : header.magic,
    notices: [
      {
        level: 'warning',
        code: 'nifti.missing-half',
        message: `${file} is the header half of a pair; its .img is not beside it, so there are no values.`,
        params: { file },
      },
    ],
  };
}

function className(header: NiftiHeader): string {
  // Nothing tells SPM's variants from plain Analyze; the name is that of the most general one.
  if (header.format === 'analyze') return 'Spm2AnalyzeImage';
  return `${header.format === 'nifti1' ? 'Nifti1' : 'Nifti2'}${header.pair ? 'Pair' : 'Image'}`;
}

const spaceUnitNames = { unknown: 'unknown', m: 'meter', mm: 'mm', um: 'micron' } as const;

const timeUnitNames = {
  unknown: 'unknown',
  s: 'sec',
  ms: 'msec',
  us: 'usec',
  hz: 'hz',
  ppm: 'ppm',
  rads: 'rads',
} as const;

/** The stored type in NumPy's words: plain for little-endian ("int16"), marked for big-endian (">i2"). */
export function numpyName({ name, number, meaning, bytes }: NiftiDatatype, littleEndian: boolean): string {
  if (littleEndian || bytes === 1 || meaning === 'rgb' || meaning === 'rgba') return name;
  const letter =
    meaning === 'complex' ? 'c' : number.startsWith('float') ? 'f' : number.startsWith('u') ? 'u' : 'i';
  return `>${letter}${bytes}`;
}
