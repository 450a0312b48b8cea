import type { Project } from '../../data/project.ts';
import { exportFolder } from '../../models/export/export-model.ts';
import { readStoredModel } from './stored-model.ts';

/**
 * Writes a stored checkpoint as a Hugging Face folder: safetensors, config.json, and the tokenizer where the run has
 * one.
 * @returns names of the files
 * @throws UserError `checkpoint.unknown`, `export.exists`
 */
export async function exportCheckpoint(
  project: Project,
  checkpointId: string,
  folder: string,
): Promise<string[]> {
  const { runId } = project.checkpoints.get(checkpointId);
  const { config } = project.training.get(runId);
  const files = project.training.files(runId).map((name): [string, unknown] => {
    const bytes = project.training.file(runId, name) ?? new Uint8Array();
    return [name, JSON.parse(new TextDecoder().decode(bytes))];
  });
  const companions = { json: { 'config.json': config, ...Object.fromEntries(files) }, copies: [] };
  return exportFolder(folder, readStoredModel(project, checkpointId), companions);
}
