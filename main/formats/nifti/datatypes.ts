import { UserError } from '../../core/errors.ts';

export type NiftiNumberKind =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** How one voxel lies in the file: `components` numbers of `number` kind. */
export interface NiftiDatatype {
  /** The header's `datatype` code. */
  readonly code: number;
  /** "int16", "float32", "complex64", "rgb24", ... */
  readonly name: string;
  readonly number: NiftiNumberKind;
  readonly components: number;
  /** What the components mean. Real values are plain; complex are (re, im); rgb(a) are colour channels. */
  readonly meaning: 'real' | 'complex' | 'rgb' | 'rgba';
  readonly bytes: number;
}

const real = (code: number, number: NiftiNumberKind, bytes: number): NiftiDatatype => ({
  code,
  name: number,
  number,
  components: 1,
  meaning: 'real',
  bytes,
});

/** NIfTI-1/2 datatype codes (nifti1.h, DT_*). 128-bit floats are known but refused. */
const datatypes: ReadonlyMap<number, NiftiDatatype> = new Map(
  [
    real(2, 'uint8', 1),
    real(4, 'int16', 2),
    real(8, 'int32', 4),
    real(16, 'float32', 4),
    {
      code: 32,
      name: 'complex64',
      number: 'float32' as const,
      components: 2,
      meaning: 'complex' as const,
      bytes: 8,
    },
    real(64, 'float64', 8),
    { code: 128, name: 'rgb24', number: 'uint8' as const, components: 3, meaning: 'rgb' as const, bytes: 3 },
    real(256, 'int8', 1),
    real(512, 'uint16', 2),
    real(768, 'uint32', 4),
    real(1024, 'int64', 8),
    real(1280, 'uint64', 8),
    {
      code: 1792,
      name: 'complex128',
      number: 'float64' as const,
      components: 2,
      meaning: 'complex' as const,
      bytes: 16,
    },
    {
      code: 2304,
      name: 'rgba32',
      number: 'uint8' as const,
      components: 4,
      meaning: 'rgba' as const,
      bytes: 4,
    },
  ].map((datatype) => [datatype.code, datatype]),
);

/**
 * The datatype of a header's code.
 * @throws UserError `nifti.float128` for 128-bit floats, `nifti.unknown-datatype` for codes that nifti1.h lacks
 */
export function datatypeOf(code: number, file: string): NiftiDatatype {
  const datatype = datatypes.get(code);
  if (datatype) return datatype;
  if (code === 1536 || code === 2048) {
    throw new UserError(
      'nifti.float128',
      `${file} stores 128-bit floating-point voxels, which this machine cannot represent: convert it to float64 first.`,
      { file },
    );
  }
  throw new UserError(
    'nifti.unknown-datatype',
    `${file} has voxel datatype code ${code}, which NIfTI does not define: the header is damaged or not NIfTI.`,
    { file, code },
  );
}
