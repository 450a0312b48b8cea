import * as electron from 'electron';
import { createLogger, stderrSink } from '../../core/logger.ts';
import { resolvePaths } from '../../core/paths.ts';
import { createUtilityCarrier } from '../../jobs/carriers/utility-carrier.ts';
import type { Compose } from '../app.ts';
import type { ElectronApi } from './electron-api.ts';
import { runElectronShell } from './shell.ts';

// The compiler checks here that the small interface the tests stand in for is a true part of Electron.
const api: ElectronApi = electron;

/** Starts the desktop shell with the real Electron. */
export async function launch(compose: Compose): Promise<void> {
  const paths = resolvePaths();
  const logger = createLogger(stderrSink);
  const carrier = createUtilityCarrier(paths.computeEntry, (entry) =>
    electron.utilityProcess.fork(entry, [], { serviceName: 'Gyrus compute' }),
  );
  await runElectronShell(api, {
    argv: process.argv,
    folder: process.cwd(),
    paths,
    logger,
    compose: () => compose({ shell: 'electron', paths, logger, carrier }),
  });
}
