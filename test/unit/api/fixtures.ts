import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiContext, Workspace } from '../../../main/api/context.ts';
import { createDiagnosis } from '../../../main/api/services/diagnosis.ts';
import { createEventBus } from '../../../main/api/services/event-bus.ts';
import { createFileBrowser } from '../../../main/api/services/file-browser.ts';
import { openSettingsFile } from '../../../main/api/services/settings-file.ts';
import { importPlanSchema } from '../../../main/contract/importing.ts';
import { meegPlanSchema } from '../../../main/contract/meeg-import.ts';
import { UserError } from '../../../main/core/errors.ts';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gyrus-api-'));
}

import { createStationService } from '../../../main/api/services/station/station-service.ts';
import { replayFacts } from '../../../main/live/transports/replay.ts';
import { simulatedSupply } from '../../../main/studies/pressure-keypoints/simulated/simulated-supply.ts';

const closedWorkspace: Workspace = {
  current: () => null,
  require: () => {
    throw new UserError('project.none-open', 'No project is open: open or make one first.');
  },
  open: () => Promise.reject(new UserError('project.not-found', 'There is no such file.')),
  create: () => Promise.reject(new UserError('project.exists', 'There is such a file.')),
  close: () => Promise.resolve(),
};

/** An API context in a folder of its own, with no project open unless one is given. */
export function contextIn(folder: string, changes: Partial<ApiContext> = {}): ApiContext {
  return {
    shell: 'web',
    version: '0.0.0-test',
    workspace: closedWorkspace,
    settings: openSettingsFile(join(folder, 'settings.json')),
    files: createFileBrowser(() => [folder], folder),
    diagnosis: createDiagnosis([]),
    events: createEventBus(),
    importing: {
      probe: () => Promise.reject(new UserError('files.not-found', 'There is nothing at that path.')),
      suggest: () => ({
        ...importPlanSchema.parse({ name: 'none', runs: [{ image: '', subject: '01', task: 'a' }] }),
      }),
      preview: () => Promise.reject(new UserError('files.not-found', 'There is nothing at that path.')),
    },
    meeg: {
      probe: () => Promise.resolve([]),
      suggest: () => meegPlanSchema.parse({ name: 'none', runs: [{ path: '/', subject: '01', task: 'a' }] }),
      events: () => Promise.reject(new Error('unused')),
      places: () => Promise.reject(new Error('unused')),
      preview: () => Promise.reject(new UserError('files.not-found', 'There is nothing at that path.')),
    },
    verify: () => Promise.resolve({ ok: true, counts: {}, findings: [] }),
    featureSpaces: () => [],
    studies: [],
    station: createStationService(simulatedSupply, () => Promise.reject(new Error('no model in this test'))),
    serialPorts: () => Promise.resolve([]),
    replayFacts,
    ...changes,
  };
}
