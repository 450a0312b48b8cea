import { type DicomDataset, type DicomElement, text } from './elements.ts';

/** Names of TextDecoder by the ends of DICOM's terms (PS3.3, C.12.1.1.2). */
const decoders: Readonly<Record<string, string>> = {
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '166': 'windows-874',
  '13': 'shift_jis',
  '87': 'iso-2022-jp',
  '159': 'iso-2022-jp',
  '149': 'euc-kr',
  '58': 'gb18030',
  '192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gb18030',
};

/**
 * An element's words (names, descriptions) by the character set that the file names; without one as Latin-1. Where it
 * names several, to be switched between by escapes, the last is that of the letters beyond ASCII.
 */
export function words(dataset: DicomDataset, element: DicomElement): string {
  const plain = text(dataset.bytes, element);
  const named = dataset.elements.get('00080005');
  const term = named === undefined ? '' : (text(dataset.bytes, named).split('\\').at(-1) ?? '');
  const decoder = decoders[/(GB18030|GBK|\d+)$/.exec(term.trim())?.[1] ?? ''];
  if (decoder === undefined || decoder === 'latin1') return plain;
  // Only the Japanese decoder knows escapes; Korean and Chinese ones tell apart what the codes tell apart already.
  const codes = decoder === 'iso-2022-jp' ? plain : plain.replaceAll('\x1b$)C', '').replaceAll('\x1b$)A', '');
  return new TextDecoder(decoder).decode(Buffer.from(codes, 'latin1'));
}
