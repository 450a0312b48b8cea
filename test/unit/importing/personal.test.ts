import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importPlanSchema } from '../../../main/contract/importing.ts';
import { meegPlanSchema } from '../../../main/contract/meeg-import.ts';
import { eyetrackingPlanSchema, pressurePlanSchema } from '../../../main/contract/modality-import.ts';
import type { Project } from '../../../main/data/project.ts';
import { personalFields } from '../../../main/formats/personal/personal-fields.ts';
import { eyetrackingImportJob } from '../../../main/importing/eyetracking/ingest.ts';
import { fmriImportJob } from '../../../main/importing/fmri/ingest.ts';
import { meegImportJob } from '../../../main/importing/meeg/ingest.ts';
import { pressureImportJob } from '../../../main/importing/pressure/ingest.ts';
import { edfBytes } from '../formats/meeg/edf-writer.ts';
import { jobContext, temporaryFolder, temporaryProject, writeSeries } from './fixtures.ts';

/** A name that stands in every header, and must stand nowhere else. */
const NAME = 'Quillfeather';
const named = { subject: '01', task: 'x' };

interface Case {
  readonly modality: string;
  /** Writes the recording and says what its personal field is called. */
  readonly write: (
    folder: string,
  ) => Promise<{ path: string; field: string }> | { path: string; field: string };
  readonly run: (project: Project, path: string, keepPersonal: boolean) => Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    modality: 'fMRI, in the header and the sidecar',
    write: async (folder) => {
      const path = join(folder, 'run.nii');
      await writeSeries(path);
      const bytes = readFileSync(path);
      bytes.write(`scan of ${NAME}`, 148, 'latin1');
      writeFileSync(path, bytes);
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ PatientName: NAME, RepetitionTime: 2 }));
      return { path, field: 'PatientName' };
    },
    run: (project, image, keepPersonal) =>
      fmriImportJob('test').run(
        jobContext(project),
        importPlanSchema.parse({
          name: 'x',
          runs: [{ ...named, image, keepPersonal }],
          mask: { kind: 'all' },
        }),
      ),
  },
  {
    modality: 'EEG',
    write: (folder) => {
      const path = join(folder, 'a.edf');
      const record = () => Array.from({ length: 100 }, (_, at) => at);
      const bytes = edfBytes([{ label: 'Fz', samples: 100, record }], 3);
      bytes.write(`M01 F 01-JAN-1980 ${NAME}`.padEnd(80), 8, 'latin1');
      writeFileSync(path, bytes);
      return { path, field: 'patient' };
    },
    run: (project, path, keepPersonal) =>
      meegImportJob('test').run(
        jobContext(project),
        meegPlanSchema.parse({ name: 'x', runs: [{ ...named, path, keepPersonal }] }),
      ),
  },
  {
    modality: 'gaze',
    write: (folder) => {
      const path = join(folder, 'a.asc');
      const rows = Array.from({ length: 50 }, (_, at) => `${at}\t 300.0\t 500.0\t 900.0\t...`);
      writeFileSync(
        path,
        [
          `** CONVERTED FROM D:\\${NAME}.edf`,
          `** RECORDED BY ${NAME}`,
          'START\t0\tLEFT\tSAMPLES\tEVENTS',
          'SAMPLES\tGAZE\tLEFT\tRATE\t1000.00',
          ...rows,
          'END\t50\tSAMPLES',
        ].join('\n'),
      );
      return { path, field: 'RECORDED BY' };
    },
    run: (project, path, keepPersonal) =>
      eyetrackingImportJob('test').run(
        jobContext(project),
        eyetrackingPlanSchema.parse({ files: [{ ...named, path, keepPersonal }] }),
      ),
  },
  {
    modality: 'pressure',
    write: (folder) => {
      const path = join(folder, 'a.asf');
      const frame = Array.from({ length: 4 }, () => '1,2,3').join('\n');
      writeFileSync(
        path,
        `DATA_TYPE MOVIE\nVERSION Tekscan\nFILENAME C:\\${NAME}\\a.fsx\nPATIENT_NAME ${NAME}\nROWS 4\nCOLS 3\nROW_SPACING 5.08 mm\nCOL_SPACING 5.08 mm\nSECONDS_PER_FRAME 0.02\nUNITS KPa\nCOMMENTS:\nwalk of ${NAME}\nASCII_DATA @@\n\nFrame 1\n${frame}\n\nFrame 2\n${frame}\n@@\n`,
      );
      return { path, field: 'PATIENT_NAME' };
    },
    run: (project, path, keepPersonal) =>
      pressureImportJob('test').run(
        jobContext(project),
        pressurePlanSchema.parse({ files: [{ ...named, path, keepPersonal }] }),
      ),
  },
];

/** Everything that the project has on disk, its journal included. */
function onDisk(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.startsWith('study.gyrus'))
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('');
}

describe.each(cases)('personal data of $modality', ({ write, run }) => {
  test('is found in the header, and not in the project', async () => {
    const folder = temporaryFolder();
    const { path, field } = await write(folder);
    const found = await personalFields(path);
    expect(found.find((one) => one.field === field)?.value).toContain(NAME);
    const project = temporaryProject(folder);
    await run(project, path, false);
    expect(project.recordings.list()).toHaveLength(1);
    expect(onDisk(folder)).not.toContain(NAME);
  });

  test('is kept where it was asked for', async () => {
    const folder = temporaryFolder();
    const { path } = await write(folder);
    const project = temporaryProject(folder);
    await run(project, path, true);
    const [{ dataArrayId }] = project.recordings.list();
    expect(JSON.stringify(project.arrays.info(dataArrayId).attributes.personal)).toContain(NAME);
  });
});
