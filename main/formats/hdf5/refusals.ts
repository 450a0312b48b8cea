import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { filterName } from './dtype.ts';

/** The refusal of every file once the HDF5 library stopped. */
export function stoppedHdf5(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'hdf5.stopped',
    `${file} is not read: the HDF5 library stopped over a damaged file before it; close Gyrus, open it again, and leave out that file.`,
    { file },
  );
}

/** The refusal of a file that the HDF5 library cannot read. */
export function damagedHdf5(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'hdf5.damaged',
    `${file} cannot be read by the HDF5 library: it is damaged or cut off, get it again.`,
    { file },
  );
}

/** The refusal of a file whose list of objects breaks off after `count` of them. */
export function damagedList(path: string, count: number): UserError {
  const file = basename(path);
  return new UserError(
    'hdf5.damaged-list',
    `${file} is damaged where it lists its groups and datasets (the list breaks off after ${count} of them): get the file again.`,
    { file, count },
  );
}

/** The refusal of an object that is listed but cannot be opened. */
export function damagedObject(path: string, object: string): UserError {
  const file = basename(path);
  return new UserError(
    'hdf5.damaged-object',
    `${file} is damaged at ${object}, which is listed but cannot be opened: get the file again.`,
    { file, object },
  );
}

/** The refusal of values that are packed with a filter, by its registered number, that is not undone. */
export function unknownFilter(path: string, dataset: string, id: number): UserError {
  const [file, filter] = [basename(path), filterName(id)];
  return new UserError(
    'hdf5.filter',
    `${file} is not read: its dataset ${dataset} is packed with the HDF5 filter ${filter}, which Gyrus does not unpack; save it again with gzip, for example with h5repack -f GZIP=4 old.h5 new.h5.`,
    { file, dataset, filter },
  );
}

/** The refusal of a dataset of more values than can be read at once, or ever. */
export function tooLarge(path: string, dataset: string, values: number): UserError {
  const file = basename(path);
  return new UserError(
    'hdf5.too-large',
    `${file} is not read: its dataset ${dataset} is said to hold ${values} values, more than can be read; save the part of it that you need to a file of its own.`,
    { file, dataset, values },
  );
}
