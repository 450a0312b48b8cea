import { basename } from 'node:path';
import type { MulcogModelChoice } from '../../contract/mulcog.ts';
import type { Project } from '../../data/project.ts';
import { listModels } from '../models/project-models.ts';
import { BUNDLED_FAMILIES, CHECKPOINT_PREFIX, FOLDER_PREFIX } from './model-families.ts';

/**
 * Every model that a study of this project can take: the bundled ones, the project's folders and GGUF files, and the
 * checkpoints of runs that keep a tokenizer.
 */
export function availableModels(project: Project): MulcogModelChoice[] {
  const bundled = BUNDLED_FAMILIES.map(({ id, name }): MulcogModelChoice => ({ id, name, group: 'bundled' }));
  const added = listModels(project)
    .filter(({ format }) => format !== 'onnx')
    .map(
      ({ path, name }): MulcogModelChoice => ({
        id: `${FOLDER_PREFIX}${path}`,
        name: name || basename(path),
        group: 'project',
      }),
    );
  const checkpoints = project.training
    .list()
    .filter(({ id }) => project.training.file(id, 'tokenizer.json') !== null)
    .flatMap(({ id, name }) =>
      project.checkpoints.list(id).map(
        (checkpoint): MulcogModelChoice => ({
          id: `${CHECKPOINT_PREFIX}${checkpoint.id}`,
          name: `${name}, step ${checkpoint.step}`,
          group: 'checkpoints',
        }),
      ),
    );
  return [...bundled, ...added, ...checkpoints];
}
