import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../main/core/logger.ts';
import { openProject } from '../../main/data/open-project.ts';
import { annotationSignal, edfBytes, type Signal } from '../unit/formats/meeg/edf-writer.ts';
import { temporaryFolder } from '../unit/importing/fixtures.ts';

const run = promisify(execFile);
const cli = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');

async function gyrus(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(process.execPath, [cli, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failure: { code: number; stdout: string; stderr: string }) => failure,
  );
}

/** A ramp of 1 µV a sample at 100 Hz, a trigger of 7 at the tenth sample of every second, and one annotation. */
function writeEdf(path: string): void {
  const ramp: Signal = {
    label: 'Cz',
    samples: 100,
    record: (index) => Array.from({ length: 100 }, (_, at) => 10 * (index * 100 + at - 150)),
  };
  const status: Signal = {
    label: 'Status',
    samples: 100,
    physical: [0, 1000],
    digital: [0, 1000],
    record: () => Array.from({ length: 100 }, (_, at) => (at >= 10 && at < 15 ? 7 : 0)),
  };
  const notes = annotationSignal(
    (record) => record,
    (record) => (record === 1 ? ['+1.25\x14word\x14'] : []),
  );
  writeFileSync(path, edfBytes([ramp, status, notes], 3, { reserved: 'EDF+C' }));
}

describe('gyrus import meeg', () => {
  test('stores samples, channels, events and epochs, to the number', async () => {
    const folder = temporaryFolder();
    const project = join(folder, 'study.gyrus');
    const file = join(folder, 'sub-07_task-listen_eeg.edf');
    writeEdf(file);
    writeFileSync(join(folder, 'broken.edf'), Buffer.from(`0       ${' '.repeat(248)}`));
    const done = await gyrus(
      'import',
      'meeg',
      project,
      folder,
      '--epochs=-0.05,0.2',
      '--events',
      '7',
      '--json',
    );
    expect(done.stderr).toContain('left out: broken.edf');
    expect(done.code).toBe(0);
    const report = JSON.parse(done.stdout);
    const [entry] = report.recordings;
    expect(entry).toMatchObject({
      subject: '07',
      task: 'listen',
      modality: 'eeg',
      samples: 300,
      sfreq: 100,
      events: 4,
    });
    expect(entry.epochs).toMatchObject({ kept: 3, dropped: 0, outside: 0 });

    const opened = openProject(project, { logger: createLogger(() => {}) });
    try {
      const recording = opened.recordings.get(entry.recordingId);
      const { data } = opened.arrays.readAs(recording.dataArrayId, 'float32');
      expect([0, 1, 299].map((sample) => Math.round(data[2 * sample] * 1e6))).toEqual([-150, -149, 149]);
      const details = opened.arrays.info(recording.dataArrayId).attributes.meeg;
      expect(details).toMatchObject({
        events: [
          { sample: 10, name: '7', channel: 'Status' },
          { sample: 110, name: '7', channel: 'Status' },
          { sample: 125, name: 'word', channel: null },
          { sample: 210, name: '7', channel: 'Status' },
        ],
      });
      const epochs = opened.arrays.readAs(entry.epochs.arrayId, 'float32');
      expect(epochs.shape).toEqual([3, 2, 26]);
      // Baseline is the mean of the six samples up to the event: the ramp is then 2.5 µV over it.
      expect(epochs.data[5] * 1e6).toBeCloseTo(2.5, 3);
    } finally {
      opened.close();
    }
    expect((await gyrus('verify', project)).code).toBe(0);
    const again = await gyrus('import', 'meeg', project, file, '--lowpass', '20');
    expect(again.stderr).toContain('has a MEG or EEG recording');
  });

  test('a filter that the rate cannot hold is refused in one sentence', async () => {
    const folder = temporaryFolder();
    writeEdf(join(folder, 'a.edf'));
    const refused = await gyrus(
      'import',
      'meeg',
      join(folder, 'p.gyrus'),
      join(folder, 'a.edf'),
      '--lowpass',
      '80',
    );
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('cannot be made at 100 Hz');
  });
});
