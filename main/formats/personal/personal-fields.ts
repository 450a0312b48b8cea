import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PersonalField } from '../../contract/personal.ts';
import { UserError } from '../../core/errors.ts';
import { words } from '../dicom/charsets.ts';
import { parseDicom } from '../dicom/elements.ts';
import { openEegFields } from '../eeglab/fields.ts';
import { findBlocks, findTag, openFif, readNumber, readText } from '../fif/tree.ts';
import { readNiftiHeader } from '../nifti/open.ts';
import { type FileKind, sniffFile } from '../sniff.ts';
import { blocksOf, readHead, readWhole, streamBytes } from '../source.ts';
import { decodeText } from '../text/decode-text.ts';

/** Bytes of a text file in which its header stands. */
const TEXT_HEAD = 16_384;
/** Characters of a value that are kept; more is prose. */
const LONGEST = 200;

/** Lines of vendors' headers that name people, places or times. Comments run on to the next line. */
const LINES =
  /^(?:\*\*|##)?\s*"?((?:converted from|date|time|recorded by|filename|file name|file|calibration_info|comments?|patient[\w ]*|subject[\w ]*|participant[\w ]*|recording (?:name|date)|operator[\w ]*|examiner|physician|hospital|institution|first ?name|last ?name|name|birth[\w ]*|sex|gender|description|weight|project name))"?\s*[:=\t, ]\s*(.*)$/i;
/** Where the values begin, and no header is left. */
const VALUES =
  /^(ASCII_DATA|Frame[ ,]|START\s+\d|MSG\s+\d|\[Channel Infos\]|Table Header|Time\tType|time\[secs\])/i;

const dicomTags: Readonly<Record<string, string>> = {
  '00100010': 'PatientName',
  '00100020': 'PatientID',
  '00100030': 'PatientBirthDate',
  '00100040': 'PatientSex',
  '00101010': 'PatientAge',
  '00101030': 'PatientWeight',
  '00104000': 'PatientComments',
  '00080080': 'InstitutionName',
  '00080081': 'InstitutionAddress',
  '00080090': 'ReferringPhysicianName',
  '00081070': 'OperatorsName',
  '00081050': 'PerformingPhysicianName',
  '00080020': 'StudyDate',
  '00080050': 'AccessionNumber',
  '00081010': 'StationName',
};

/** Block of the person in a FIF file, and its tags (fiff-file standard, FIFF_SUBJ_*). */
const FIF_SUBJECT = 106;
const fifTexts: Readonly<Record<number, string>> = {
  401: 'first_name',
  402: 'middle_name',
  403: 'last_name',
  409: 'comment',
  410: 'his_id',
};
const fifNumbers: Readonly<Record<number, string>> = {
  400: 'id',
  404: 'birthday (Julian day)',
  405: 'sex',
  406: 'hand',
  407: 'weight',
  408: 'height',
};
const FIF_EXPERIMENTER = 212;

/** Fields of a sidecar that dcm2niix or people write. */
const SIDECAR =
  /^(Patient\w*|Subject\w*|Institution\w*|ReferringPhysician\w*|Operator\w*|StationName|AcquisitionDate(Time)?|StudyDate|AccessionNumber)$/;

/**
 * What a recording's header says of persons, places and times, in the format's own words; empty where it says nothing
 * or says that it was made anonymous. No import stores any of it unless asked to.
 * @throws UserError `file.*` and as the header's reader
 */
export async function personalFields(path: string): Promise<PersonalField[]> {
  const kind = await kindOf(path);
  const found = await readers[kind]?.(path);
  const tidy = (found ?? []).map(({ field, value }) => ({
    field,
    value: value.replace(/\s+/g, ' ').trim().slice(0, LONGEST),
  }));
  return tidy.filter(
    ({ field, value }, at) =>
      value !== '' &&
      tidy.findIndex((one) => one.field === field && one.value === value) === at &&
      !/^(X\s*)+$|^(n\/a|unknown|anonymous|anon)$/i.test(value),
  );
}

async function kindOf(path: string): Promise<FileKind> {
  return sniffFile(path).catch((thrown: unknown) => {
    if (thrown instanceof UserError) return 'unknown' as const;
    throw thrown;
  });
}

const readers: Partial<Record<FileKind, (path: string) => Promise<PersonalField[]>>> = {
  nifti: ofNifti,
  dicom: ofDicom,
  edf: ofEdf,
  fif: ofFif,
  ctf: ofCtf,
  mat: ofEeglab,
  hdf5: ofEeglab,
  brainvision: ofText,
  eyetracking: ofText,
  pressure: ofText,
};

async function ofText(path: string): Promise<PersonalField[]> {
  const head: Uint8Array[] = [];
  for await (const block of blocksOf(streamBytes(path, { most: TEXT_HEAD }), TEXT_HEAD)) {
    head.push(block);
    break;
  }
  const lines = decodeText(Buffer.concat(head)).text.split(/\r\n|\n|\r/);
  const found: PersonalField[] = [];
  for (const [at, line] of lines.entries()) {
    if (VALUES.test(line)) break;
    const [, field = '', rest = ''] = LINES.exec(line) ?? [];
    if (field === '') continue;
    const value = rest.replace(/^[:\s]+/, '').trim();
    found.push({ field: field.trim(), value: value === '' ? (lines[at + 1] ?? '').trim() : value });
  }
  return found;
}

async function ofNifti(path: string): Promise<PersonalField[]> {
  const { description, format } = await readNiftiHeader(path);
  const found = [{ field: 'descrip', value: description.trim() }];
  if (format !== 'nifti2') {
    const head: Uint8Array[] = [];
    for await (const block of blocksOf(streamBytes(path, { most: 348 }), 348)) {
      head.push(block);
      break;
    }
    const bytes = Buffer.concat(head);
    const word = (at: number, length: number): string =>
      bytes
        .subarray(at, at + length)
        .toString('latin1')
        .split('\0')[0]
        .trim();
    found.push({ field: 'db_name', value: word(14, 18) }, { field: 'aux_file', value: word(228, 24) });
  }
  return [...found, ...(await ofSidecar(path))];
}

async function ofSidecar(image: string): Promise<PersonalField[]> {
  const path = join(dirname(image), `${basename(image).replace(/\.(nii|hdr|img)(\.gz)?$/i, '')}.json`);
  const content = await readFile(path, 'utf8').catch(() => null);
  if (content === null) return [];
  try {
    const parsed: unknown = JSON.parse(content);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).flatMap(([field, value]) =>
      SIDECAR.test(field) ? [{ field, value: String(value) }] : [],
    );
  } catch {
    // A sidecar that is no JSON is named by the import itself.
    return [];
  }
}

async function ofDicom(path: string): Promise<PersonalField[]> {
  const dataset = parseDicom(await readWhole(path), basename(path));
  return Object.entries(dicomTags).flatMap(([tag, field]) => {
    const element = dataset.elements.get(tag);
    return element === undefined ? [] : [{ field, value: words(dataset, element).trim() }];
  });
}

/** EDF and BDF: local patient and recording identification, 80 characters each (Kemp et al. 1992). */
async function ofEdf(path: string): Promise<PersonalField[]> {
  const head = Buffer.from(await readHead(path, 184));
  const word = (at: number, length: number): string =>
    head
      .subarray(at, at + length)
      .toString('latin1')
      .trim();
  return [
    { field: 'patient', value: word(8, 80) },
    { field: 'recording', value: word(88, 80).replace(/^Startdate( X)+$/i, '') },
    { field: 'date', value: word(168, 16) },
  ];
}

async function ofFif(path: string): Promise<PersonalField[]> {
  const file = await openFif(path);
  try {
    const found: PersonalField[] = [];
    for (const node of findBlocks(file.root, FIF_SUBJECT)) {
      for (const [tag, field] of Object.entries(fifTexts))
        found.push({
          field: `subject ${field}`,
          value: (await readText(file, findTag(node, Number(tag))))?.trim() ?? '',
        });
      for (const [tag, field] of Object.entries(fifNumbers)) {
        const value = await readNumber(file, findTag(node, Number(tag)));
        if (value !== null) found.push({ field: `subject ${field}`, value: String(value) });
      }
    }
    const experimenter = allEntries(file.root).find(({ kind }) => kind === FIF_EXPERIMENTER);
    found.push({ field: 'experimenter', value: (await readText(file, experimenter))?.trim() ?? '' });
    return found;
  } finally {
    await file.close();
  }
}

function allEntries(node: Awaited<ReturnType<typeof openFif>>['root']): typeof node.entries {
  return [...node.entries, ...node.children.flatMap(allEntries)];
}

/** CTF: the notes of the acquisition in the .res4 file, from byte 1360 on (mne/io/ctf/res4.py). */
async function ofCtf(path: string): Promise<PersonalField[]> {
  const stem = basename(path).replace(/\.ds$/i, '');
  const head = Buffer.from(await readHead(join(path, `${stem}.res4`), 1844).catch(() => new Uint8Array(0)));
  const notes: readonly [string, number][] = [
    ['run name', 32],
    ['run title', 256],
    ['instruments', 32],
    ['collection', 32],
    ['subject id', 32],
    ['operator', 32],
  ];
  let at = 1360;
  return notes.map(([field, length]) => {
    const value = head
      .subarray(at, at + length)
      .toString('latin1')
      .split('\0')[0]
      .trim();
    at += length;
    return { field, value };
  });
}

async function ofEeglab(path: string): Promise<PersonalField[]> {
  const fields = await openEegFields(path).catch((thrown: unknown) => {
    if (thrown instanceof UserError) return null;
    throw thrown;
  });
  if (fields === null) return [];
  try {
    const found: PersonalField[] = [];
    for (const field of ['subject', 'setname', 'filepath', 'comments']) {
      const value = await fields.get(field);
      if (value?.kind === 'text') found.push({ field, value: value.rows.join(' ').trim() });
    }
    return found;
  } finally {
    await fields.close();
  }
}
