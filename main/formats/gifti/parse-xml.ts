import { SaxesParser } from 'saxes';
import { UserError } from '../../core/errors.ts';

/** One data array as the XML has it, values still encoded. */
export interface RawDataArray {
  readonly attributes: Record<string, string>;
  readonly meta: Record<string, string>;
  readonly transforms: { from: string; to: string; matrix: string }[];
  data: string;
}

export interface RawGifti {
  readonly meta: Record<string, string>;
  readonly labels: { attributes: Record<string, string>; name: string }[];
  readonly arrays: RawDataArray[];
}

/**
 * Reads the XML of a GIFTI file without decoding values.
 * @throws UserError `gifti.not-gifti`, `gifti.damaged`
 */
export function parseGiftiXml(text: string, file: string): RawGifti {
  const found: RawGifti = { meta: {}, labels: [], arrays: [] };
  let root = '';
  let array: RawDataArray | null = null;
  let metaName = '';
  let characters: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw damaged(file, error.message);
  });
  parser.on('opentag', ({ name, attributes }) => {
    root ||= name;
    if (root !== 'GIFTI') throw notGifti(file);
    characters = [];
    if (name === 'DataArray') {
      array = { attributes, meta: {}, transforms: [], data: '' };
      found.arrays.push(array);
    } else if (name === 'Label') found.labels.push({ attributes, name: '' });
    else if (name === 'CoordinateSystemTransformMatrix')
      array?.transforms.push({ from: '', to: '', matrix: '' });
  });
  const gather = (text: string): void => {
    characters.push(text);
  };
  parser.on('text', gather);
  parser.on('cdata', gather);
  parser.on('closetag', ({ name }) => {
    const content = characters.join('');
    characters = [];
    const transform = array?.transforms.at(-1);
    const label = found.labels.at(-1);
    if (name === 'Name') metaName = content.trim();
    else if (name === 'Value') (array?.meta ?? found.meta)[metaName] = content.trim();
    else if (name === 'Label' && label) label.name = content.trim();
    else if (name === 'DataSpace' && transform) transform.from = content.trim();
    else if (name === 'TransformedSpace' && transform) transform.to = content.trim();
    else if (name === 'MatrixData' && transform) transform.matrix = content;
    else if (name === 'Data' && array) array.data = content;
    else if (name === 'DataArray') array = null;
  });
  parser.write(text.replace(/^\uFEFF/, '')).close();
  if (root === '') throw notGifti(file);
  return found;
}

function notGifti(file: string): UserError {
  return new UserError('gifti.not-gifti', `${file} is not a GIFTI file.`, { file });
}

/** The refusal of a surface file that is cut off or not what it says. */
export function damaged(file: string, reason: string): UserError {
  const detail = reason.split('\n')[0].replace(/\.+$/, '');
  return new UserError('gifti.damaged', `${file} is a damaged GIFTI file (${detail}): get it again.`, {
    file,
    reason: detail,
  });
}
