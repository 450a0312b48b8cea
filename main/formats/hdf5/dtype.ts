import type { Metadata } from 'h5wasm/node';

/** Type classes of the HDF5 library (H5T_class_t). */
const types = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  compound: 6,
  reference: 7,
  enumeration: 8,
  vlen: 9,
  array: 10,
};

/** Filters by their registered number, in h5py's words; other filters have none. */
const filterNames: Readonly<Record<number, string>> = { 1: 'gzip', 4: 'szip', 32000: 'lzf' };

/** Names of filters by their registered number, of those that are met in files of the field. */
const givenNames: Readonly<Record<number, string>> = {
  305: 'LZO',
  307: 'bzip2',
  32000: 'LZF',
  32001: 'Blosc',
  32004: 'LZ4',
  32008: 'bitshuffle',
  32013: 'ZFP',
  32015: 'Zstandard',
  32017: 'SZ',
  32026: 'Blosc2',
};

/** The name of a filter; of one that is rarely met, its registered number. */
export function filterName(id: number): string {
  return givenNames[id] ?? String(id);
}

/** Element type in NumPy's words, as h5py names it. */
export function dtypeName(metadata: Metadata): string {
  switch (metadata.type) {
    case types.enumeration:
      return isTruth(metadata) ? 'bool' : plainName(metadata);
    case types.integer:
    case types.float:
    case types.bitfield:
      return plainName(metadata);
    case types.string:
      return metadata.vlen ? 'object' : `|S${metadata.size}`;
    case types.reference:
    case types.vlen:
      return 'object';
    case types.array:
      return metadata.array_type ? `(${member(metadata.array_type)})` : 'object';
    case types.compound: {
      const members = metadata.compound_type?.members ?? [];
      return complexName(members) ?? compoundName(metadata);
    }
    default:
      return 'void';
  }
}

/** h5py keeps complex numbers as pairs of floats named r and i. */
function complexName(members: readonly (Metadata & { readonly name: string })[]): string | null {
  const [real, imaginary] = members;
  if (members.length !== 2 || real.name !== 'r' || imaginary.name !== 'i') return null;
  if (real.type !== types.float || imaginary.type !== types.float || real.size !== imaginary.size)
    return null;
  return real.littleEndian ? `complex${real.size * 16}` : `>c${real.size * 2}`;
}

/** The filter that compresses the values, in h5py's words. */
export function compressionOf(filters: readonly number[]): string | null {
  return filters.map((id) => filterNames[id]).find((name) => name !== undefined) ?? null;
}

function isTruth({ enum_type: values }: Metadata): boolean {
  return values !== undefined && Object.keys(values.members).sort().join() === 'FALSE,TRUE';
}

function plainName({ type, size, signed, littleEndian }: Metadata): string {
  const isFloat = type === types.float;
  if (littleEndian || size === 1) return `${isFloat ? 'float' : signed ? 'int' : 'uint'}${size * 8}`;
  return `>${isFloat ? 'f' : signed ? 'i' : 'u'}${size}`;
}

type Member = NonNullable<Metadata['compound_type']>['members'][number];

/** A compound type as NumPy prints it: its members in a row, or where they leave gaps, their places too. */
function compoundName({ compound_type: compound, size }: Metadata): string {
  const members = compound?.members ?? [];
  let end = 0;
  const packed = members.every(({ offset, size: bytes }) => {
    const follows = offset === end;
    end = offset + bytes;
    return follows;
  });
  const of = (one: Member): string => member(one.array_type ?? one);
  if (packed && end === size) return `[${members.map((one) => `('${one.name}', ${of(one)})`).join(', ')}]`;
  const names = members.map(({ name }) => `'${name}'`);
  const formats = members.map((one) => (one.array_type === undefined ? of(one) : `(${of(one)})`));
  const offsets = members.map(({ offset }) => offset);
  return `{'names': [${names.join(', ')}], 'formats': [${formats.join(', ')}], 'offsets': [${offsets.join(', ')}], 'itemsize': ${size}}`;
}

/** A member of a compound or array type, as NumPy prints it inside one. */
function member(metadata: Metadata): string {
  const { shape } = metadata;
  const name = memberType(metadata);
  if (shape === null || shape.length === 0) return name;
  return `${name}, (${shape.length === 1 ? `${shape[0]},` : shape.join(', ')})`;
}

function memberType(metadata: Metadata): string {
  const { type, size, signed, littleEndian, vlen } = metadata;
  if (type === types.compound) return compoundName(metadata);
  if (type === types.vlen || type === types.reference || (type === types.string && vlen)) return "'O'";
  if (type === types.enumeration && isTruth(metadata)) return "'?'";
  const letter = type === types.string ? 'S' : type === types.float ? 'f' : signed ? 'i' : 'u';
  const order = type === types.string || size === 1 ? '' : littleEndian ? '<' : '>';
  return `'${order}${letter}${size}'`;
}
