import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import type { Sql } from '../sql.ts';

const rowSchema = z.object({ row: z.number() });

/** Row number of a training run. @throws UserError('training.unknown') */
export function runRow(sql: Sql, id: string): number {
  const found = sql.get('SELECT row FROM training_runs WHERE id = ?', id);
  if (found === undefined) {
    throw new UserError('training.unknown', `There is no training run ${id} in this project.`, { id });
  }
  return rowSchema.parse(found).row;
}

/** Row number of a checkpoint. @throws UserError('checkpoint.unknown') */
export function checkpointRow(sql: Sql, id: string): number {
  const found = sql.get('SELECT row FROM checkpoints WHERE id = ?', id);
  if (found === undefined) {
    throw new UserError('checkpoint.unknown', `There is no checkpoint ${id} in this project.`, { id });
  }
  return rowSchema.parse(found).row;
}
