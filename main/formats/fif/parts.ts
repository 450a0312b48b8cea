import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { block, tag } from './constants.ts';
import { type FifFile, findBlocks, findTag, readNumber, readText } from './tree.ts';

const NEXT_FILE = 2;

/**
 * The file that a split recording goes on in, or null. The reference names it; acquisition writes only a number, and
 * renaming leaves the old name behind, so the name is then derived from this one ("x_raw.fif" → "x_raw-1.fif",
 * "_split-01_" → "_split-02_").
 */
export async function nextPart(file: FifFile): Promise<{ path: string; exists: boolean } | null> {
  for (const node of findBlocks(file.root, block.reference)) {
    if ((await readNumber(file, findTag(node, tag.referenceRole))) !== NEXT_FILE) continue;
    const named = await readText(file, findTag(node, tag.referenceName));
    const number = await readNumber(file, findTag(node, tag.referenceNumber));
    const here = basename(file.path);
    const names = [
      ...(named === null ? [] : [basename(named)]),
      ...(number === null ? [] : [numbered(here, number)]),
      ...nextSplit(here),
    ];
    if (names.length === 0) continue;
    const paths = names.map((name) => join(dirname(file.path), name));
    const found = paths.find((path) => path !== file.path && existsSync(path));
    return { path: found ?? paths[0], exists: found !== undefined };
  }
  return null;
}

function numbered(name: string, number: number): string {
  const dot = name.indexOf('.');
  const stem = dot < 0 ? name : name.slice(0, dot);
  const unnumbered = stem.replace(/-\d+$/, '');
  return `${unnumbered}-${number}${dot < 0 ? '' : name.slice(dot)}`;
}

function nextSplit(name: string): string[] {
  const match = /_split-(\d+)(?=[_.])/.exec(name);
  if (match === null) return [];
  const next = String(Number(match[1]) + 1).padStart(match[1].length, '0');
  return [name.replace(match[0], `_split-${next}`)];
}
