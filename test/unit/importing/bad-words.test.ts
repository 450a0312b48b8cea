import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../main/contract/errors.ts';
import type { PlannedRun } from '../../../main/contract/importing.ts';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { importBeside, job, refusalOf, sentence } from './bad-runs.ts';
import {
  eventsTsv,
  jobContext,
  temporaryFolder,
  temporaryProject,
  writeSeries,
  writeText,
} from './fixtures.ts';

describe('words', () => {
  async function withEvents(
    text: string | Uint8Array,
    name = 'events.tsv',
  ): Promise<Partial<PlannedRun> & { folder: string }> {
    const folder = temporaryFolder();
    const image = join(folder, 'sub-01_task-x_bold.nii.gz');
    await writeSeries(image);
    const path = join(folder, name);
    await writeText(path, text);
    return { folder, image, words: { kind: 'events', path, column: 'word' } };
  }

  test('non-numeric onset: line and text are named', async () => {
    const { folder, ...run } = await withEvents(eventsTsv.replace('1.5', 'soon'));
    const { code, message } = await refusalOf(folder, run);
    expect(code).toBe('events.not-a-number');
    expect(message).toContain('line 3');
    expect(message).toContain('"soon"');
  });

  test('no onset column, no tabs, no such column, no words', async () => {
    const cases = [
      ['events.no-onset', eventsTsv.replace('onset', 'start')],
      ['table.no-tabs', eventsTsv.replaceAll('\t', ',')],
      ['words.no-column', eventsTsv.replace('word', 'label')],
      ['words.none', 'onset\tduration\tword\n1\t1\tn/a\n'],
    ];
    for (const [expected, text] of cases) {
      const { folder, ...run } = await withEvents(text);
      expect((await refusalOf(folder, run)).code).toBe(expected);
    }
  });

  test('some beyond the run: warned; all beyond (milliseconds): refused', async () => {
    const some = await withEvents(`${eventsTsv}61\t1\tlate\n`);
    const report = await importBeside(some.folder, [{ subject: '01', task: 'x', ...some }]);
    const notice = report.recordings[0].notices.find(({ code }) => code === 'words.beyond-run');
    expect(sentence(notice as Notice).message).toContain('1 of 5 words');
    expect(report.recordings[0].words).toBe(5);
    const all = await withEvents(eventsTsv.replace(/^(\d\.\d)/gm, (onset) => String(Number(onset) * 1000)));
    const { folder, ...run } = all;
    expect((await refusalOf(folder, run)).code).toBe('words.outside-run');
  });

  test('out of order: sorted and warned', async () => {
    const lines = eventsTsv.trimEnd().split('\n');
    const { folder, ...run } = await withEvents(
      [lines[0], lines[3], lines[1], lines[2], lines[4]].join('\n'),
    );
    const report = await importBeside(folder, [{ subject: '01', task: 'x', ...run }]);
    expect(report.recordings[0].notices.map((one) => sentence(one).code)).toContain('words.out-of-order');
  });

  test('TextGrid in UTF-16 works', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'sub-01_task-x_bold.nii.gz');
    await writeSeries(image);
    const grid16 = `\uFEFFFile type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \nxmax = 60 \ntiers? <exists> \nsize = 1 \nitem []: \n    item [1]:\n        class = "IntervalTier" \n        name = "words" \n        xmin = 0 \n        xmax = 60 \n        intervals: size = 3 \n        intervals [1]:\n            xmin = 0 \n            xmax = 1 \n            text = "" \n        intervals [2]:\n            xmin = 1 \n            xmax = 1.5 \n            text = "été" \n        intervals [3]:\n            xmin = 1.5 \n            xmax = 2 \n            text = "sp" \n`;
    await writeText(join(folder, 'sub-01_task-x.TextGrid'), Buffer.from(grid16, 'utf16le'));
    const plan = suggestPlan(await probeFmri([image, join(folder, 'sub-01_task-x.TextGrid')]));
    const project = temporaryProject(folder);
    await job.run(jobContext(project), plan);
    expect(project.stimuli.list()[0].words).toEqual([{ text: 'été', onset: 1, duration: 0.5 }]);
  });
});
