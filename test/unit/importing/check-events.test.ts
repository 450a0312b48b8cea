import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { meegPlanSchema } from '../../../main/contract/meeg-import.ts';
import { checkEvents } from '../../../main/importing/meeg/check-events.ts';
import { edfBytes } from '../formats/meeg/edf-writer.ts';
import { temporaryFolder } from './fixtures.ts';

test('events are counted by name, and thresholds say which channel drops how many epochs', async () => {
  const path = join(temporaryFolder(), 'a.edf');
  // A trigger of 7 every second; in the third second Fz jumps by 200 of its stored units.
  const status = {
    label: 'Status',
    samples: 100,
    physical: [0, 1000] as const,
    digital: [0, 1000] as const,
    record: () => Array.from({ length: 100 }, (_, at) => (at >= 50 && at < 55 ? 7 : 0)),
  };
  const quiet = (index: number) => Array.from({ length: 100 }, (_, at) => (index === 2 && at > 52 ? 200 : 0));
  writeFileSync(path, edfBytes([{ label: 'Fz', samples: 100, record: quiet }, status], 6));
  const plan = (reject: Record<string, number>, triggerMask: number | null) =>
    meegPlanSchema.parse({
      name: 'x',
      runs: [{ path, subject: '01', task: 'x' }],
      triggerMask,
      epochs: { tmin: -0.1, tmax: 0.3, reject },
    });
  expect(await checkEvents(plan({}, null), path)).toEqual({
    events: [{ name: '7', channel: 'Status', count: 6 }],
    epochs: { total: 6, examined: 6, kept: 6, dropped: 0, outside: 0, noisiest: [] },
  });
  const strict = await checkEvents(plan({ eeg: 1e-9 }, 3), path);
  expect(strict.events).toEqual([{ name: '3', channel: 'Status', count: 6 }]);
  expect(strict.epochs).toMatchObject({ kept: 5, dropped: 1, noisiest: [{ name: 'Fz', count: 1 }] });
});
