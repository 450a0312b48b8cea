import { aligned, type Element, type Elements, mi } from './elements.ts';
import { damagedMat } from './errors.ts';

/**
 * The rows of a character array, from characters stored column by column. Zero characters at the end of a row are
 * padding. An array with no characters has no rows.
 * @throws UserError `mat.damaged`
 */
export function textRows(element: Element, shape: readonly number[], elements: Elements): string[] {
  const count = shape.reduce((total, size) => total * size, 1);
  if (count === 0) return [];
  // Octave writes blanks as nothing at all.
  if (element.bytes.length === 0) return [' '.repeat(count)];
  const characters = charactersOf(element, elements);
  // Texts of one row need no rearranging, whatever the encoding made of their length.
  const rows = count / shape[shape.length - 1];
  if (rows === 1) return [trimmed(characters.join(''))];
  if (characters.length < count) throw damagedMat(elements.file, 'a text is shorter than its size');
  return rowsOf(characters, shape);
}

/** Column-major characters to rows along the last axis, earlier axes in row-major order. */
function rowsOf(characters: readonly string[], shape: readonly number[]): string[] {
  const leading = shape.slice(0, -1);
  const step = leading.reduce((total, size) => total * size, 1);
  const out: string[] = [];
  for (let row = 0; row < step; row++) {
    let offset = 0;
    let rest = row;
    for (let axis = leading.length - 1; axis >= 0; axis--) {
      const index = rest % leading[axis];
      rest = Math.floor(rest / leading[axis]);
      offset += index * leading.slice(0, axis).reduce((total, size) => total * size, 1);
    }
    let text = '';
    for (let column = 0; column < shape[shape.length - 1]; column++) {
      text += characters[offset + column * step];
    }
    out.push(trimmed(text));
  }
  return out;
}

function charactersOf({ type, bytes }: Element, elements: Elements): string[] {
  switch (type) {
    case mi.utf8:
      return [...Buffer.from(bytes).toString('utf8')];
    case mi.uint16:
    case mi.int16:
    case mi.utf16:
      if (bytes.length % 2 !== 0) break;
      return Array.from(new Uint16Array(aligned(bytes, 2, !elements.littleEndian)), (code) =>
        String.fromCharCode(code),
      );
    case mi.utf32:
    case mi.uint32:
    case mi.int32:
      if (bytes.length % 4 !== 0) break;
      return Array.from(new Uint32Array(aligned(bytes, 4, !elements.littleEndian)), (code) =>
        String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd),
      );
    case mi.int8:
    case mi.uint8:
      return [...Buffer.from(bytes).toString('latin1')];
  }
  throw damagedMat(elements.file, `a text is stored as type ${type}`);
}

function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}
