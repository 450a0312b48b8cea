import { Tokenizer } from '@huggingface/tokenizers';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { parseModelConfig } from '../../models/folder/model-config.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { type TextTokenizer, wrapTokenizer } from '../../models/tokenizers/hugging-face.ts';

/** A stored checkpoint as a model that can be run. @throws UserError `checkpoint.unknown`, `model.unsupported` */
export function readStoredModel(project: Project, checkpointId: string): ModelFolder {
  const checkpoint = project.checkpoints.get(checkpointId);
  const run = project.training.get(checkpoint.runId);
  const tensors = project.checkpoints.tensors(checkpointId);
  return {
    name: `${run.name}, step ${checkpoint.step}`,
    config: parseModelConfig(run.config),
    parameters: new Map(tensors.map(({ name }) => [name, project.checkpoints.read(checkpointId, name)])),
  };
}

/**
 * The tokenizer that a training run keeps.
 * @throws UserError `training.no-tokenizer`, `tokenizer.other-model`
 */
export function readStoredTokenizer(project: Project, runId: string): TextTokenizer {
  const file = (name: string): object | null => {
    const bytes = project.training.file(runId, name);
    return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
  };
  const { name, config } = project.training.get(runId);
  const tokenizer = file('tokenizer.json');
  if (tokenizer === null) {
    throw new UserError(
      'training.no-tokenizer',
      `${name} has no tokenizer, so it cannot read text: import the series again with tokenizer.json beside the weights.`,
      { name },
    );
  }
  const model = new Tokenizer(tokenizer, file('tokenizer_config.json') ?? {});
  return wrapTokenizer(model, parseModelConfig(config).vocabularySize);
}
