import { dirname } from 'node:path';
import type { BidsProblem } from '../../contract/bids.ts';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { bidsFileName, laterName } from '../../formats/bids/entities.ts';
import { readEvents } from '../../formats/bids/events.ts';
import { readJsonObject } from '../../formats/bids/sidecar.ts';
import type { BidsFile, BidsTree } from '../../formats/bids/tree.ts';
import { columnIndex, readTsv } from '../../formats/table/tsv.ts';

/**
 * What is wrong with a BIDS dataset, as far as importing it is concerned: names that do not follow BIDS or contradict
 * their folder, sidecars and tables that cannot be read, participants that do not match. Never throws for a bad file.
 */
export async function checkDataset(tree: BidsTree): Promise<BidsProblem[]> {
  const problems: BidsProblem[] = tree.notices.map((notice) => ({ path: '', ...notice }));
  const { description } = tree;
  for (const field of ['Name', 'BIDSVersion']) {
    if (Object.keys(description).length > 0 && typeof description[field] !== 'string')
      problems.push({
        path: 'dataset_description.json',
        level: 'warning',
        code: 'bids.no-field',
        message: `dataset_description.json has no “${field}”, which BIDS requires.`,
        params: { file: 'dataset_description.json', field },
      });
  }
  for (const file of tree.files) {
    problems.push(...nameProblems(file).map((notice) => ({ path: file.relative, ...notice })));
    const notice = file.state === 'present' ? await contentProblem(file) : null;
    if (notice !== null) problems.push({ path: file.relative, ...notice });
  }
  problems.push(...(await participantProblems(tree)));
  return problems;
}

function nameProblems(file: BidsFile): Notice[] {
  const [top] = file.relative.split('/');
  if (!/^sub-/.test(top ?? '') || !file.relative.includes('/')) return [];
  // Folders that are one recording (CTF .ds, BTi) hold files with names of their own.
  if (/\.ds\/|_meg\/|\.zarr\//.test(file.relative)) return [];
  const base = file.relative.slice(file.relative.lastIndexOf('/') + 1);
  if (file.name === null) {
    return [
      {
        level: 'warning',
        code: 'bids.bad-name',
        message: `${file.relative} is not named as BIDS names files, so it is left out.`,
        params: { file: file.relative },
      },
    ];
  }
  const { entities, suffix, extension } = file.name;
  const notices: Notice[] = [];
  const folder = (key: string): string | null =>
    new RegExp(`(?:^|/)${key}-([^/]+)/`).exec(file.relative)?.[1] ?? null;
  for (const key of ['sub', 'ses']) {
    const [placed, named] = [folder(key), entities[key] ?? null];
    if (placed !== named)
      notices.push({
        level: 'warning',
        code: 'bids.wrong-folder',
        message: `${base} says ${key}-${named ?? '(none)'} and lies in ${dirname(file.relative)}: rename or move it.`,
        params: { file: base, entity: `${key}-${named ?? ''}`, folder: dirname(file.relative) },
      });
  }
  const ordered = bidsFileName(entities, suffix, extension);
  if (ordered !== laterName(base))
    notices.push({
      level: 'warning',
      code: 'bids.entity-order',
      message: `${base}: BIDS orders the parts of this name as ${ordered}.`,
      params: { file: base, expected: ordered },
    });
  return notices;
}

/** A sidecar that is no JSON object, an events table without onsets. */
async function contentProblem(file: BidsFile): Promise<Notice | null> {
  try {
    if (file.relative.endsWith('.json')) await readJsonObject(file.path);
    else if (file.name?.suffix === 'events' && file.name.extension === '.tsv') await readEvents(file.path);
    return null;
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return { ...cause.toInfo(), level: 'error' };
  }
}

async function participantProblems(tree: BidsTree): Promise<BidsProblem[]> {
  const file = tree.files.find(({ relative }) => relative === 'participants.tsv');
  if (file?.state !== 'present') return [];
  const path = file.relative;
  const table = await readTsv(file.path).catch((cause: unknown) => {
    if (cause instanceof UserError) return cause;
    throw cause;
  });
  if (table instanceof UserError) return [{ path, ...table.toInfo(), level: 'error' }];
  const column = columnIndex(table, 'participant_id');
  if (column < 0)
    return [
      {
        path,
        level: 'warning',
        code: 'bids.no-field',
        message: `participants.tsv has no “participant_id”, which BIDS requires.`,
        params: { file: 'participants.tsv', field: 'participant_id' },
      },
    ];
  const listed = new Set(table.rows.map((row) => row[column].replace(/^sub-/, '')));
  const present = new Set(tree.files.flatMap(({ relative }) => /^sub-([^/]+)\//.exec(relative)?.[1] ?? []));
  const odd = [
    ...[...listed].filter((label) => !present.has(label)),
    ...[...present].filter((label) => !listed.has(label)),
  ];
  return odd.length === 0
    ? []
    : [
        {
          path,
          level: 'warning',
          code: 'bids.participants',
          message: `participants.tsv and the folders disagree about ${odd.map((label) => `sub-${label}`).join(', ')}.`,
          params: { subjects: odd.map((label) => `sub-${label}`).join(', ') },
        },
      ];
}
