import { existsSync } from 'node:fs';
import { composeServices } from '../compose.ts';
import { dicomConvertedSchema } from '../contract/dicom.ts';
import { UserError } from '../core/errors.ts';
import { findDicomSeries } from '../importing/dicom/find-series.ts';
import type { CommandDeps } from './command.ts';
import { runJob } from './run-job.ts';

/**
 * Images of the DICOM series under the paths, converted in the compute process; the paths themselves where there are no
 * series.
 * @param wanted numbers of series ("4,6"); may be left out where there is one
 * @throws UserError `dicom.choose-series` naming them, and as the job `convert.dicom`
 */
export async function imagesOfDicom(
  deps: CommandDeps,
  projectPath: string,
  paths: readonly string[],
  wanted: string | undefined,
): Promise<readonly string[]> {
  const found = await findDicomSeries(paths);
  if (found.length === 0) return paths;
  const numbers = wanted?.split(',').map(Number);
  const chosen =
    numbers === undefined ? found : found.filter(({ number }) => numbers.includes(number ?? Number.NaN));
  if (chosen.length === 0 || (numbers === undefined && found.length > 1)) {
    const list = found
      .map(({ number, description, frames }) => `${number}: ${description}, ${frames} frames`)
      .join('; ');
    throw new UserError(
      'dicom.choose-series',
      `There are several DICOM series here (${list}): choose with --series.`,
      { found: list },
    );
  }
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(projectPath, existsSync(projectPath) ? 'open' : 'create');
  try {
    const plan = { paths, series: chosen.map(({ uid }) => uid) };
    const { images, failed } = dicomConvertedSchema.parse(await runJob(session, 'convert.dicom', plan, deps));
    for (const { error } of failed) deps.err(`left out: ${error.message}\n`);
    return images;
  } finally {
    await session.close();
  }
}
