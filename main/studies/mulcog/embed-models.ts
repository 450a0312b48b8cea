import type { ItemText } from '../../contract/item-sets.ts';
import type { MulcogModel, MulcogParams } from '../../contract/mulcog.ts';
import type { Project } from '../../data/project.ts';
import { coOccurrence } from './co-occurrence.ts';
import type { MulcogDeps } from './deps.ts';
import { type EmbedOptions, embedTexts, type TextEmbeddings } from './embed-texts.ts';
import { CHECKPOINT_PREFIX, CONTROL_FAMILIES, FOLDER_PREFIX, familyOf, spaceOf } from './model-families.ts';
import { placeControl } from './place-control.ts';

/** All models of a study, controls last. */
export function modelIds({ models }: Pick<MulcogParams, 'models'>): string[] {
  return [...new Set([...models, ...CONTROL_FAMILIES])];
}

/**
 * Embeddings of texts by one model.
 * @param corpus texts of the same language that count models count
 * @throws UserError `mulcog.unknown-model`, `mulcog.no-tokens`, and what the model throws
 */
export async function embedModel(
  deps: MulcogDeps,
  project: Project,
  id: string,
  language: string,
  texts: readonly ItemText[],
  corpus: readonly ItemText[],
  options: EmbedOptions,
): Promise<TextEmbeddings> {
  if (id.startsWith(FOLDER_PREFIX)) return deps.embedFolder(id.slice(FOLDER_PREFIX.length), texts, options);
  if (id.startsWith(CHECKPOINT_PREFIX))
    return deps.embedCheckpoint(project, id.slice(CHECKPOINT_PREFIX.length), texts, options);
  const family = familyOf(id);
  if (id === 'place') return placeControl(texts);
  if (family.kind === 'count') return coOccurrence(texts, corpus);
  return embedTexts(spaceOf(deps.spaces, family, language), texts, options);
}

/** A model as results name it. @param layers names of its layers, the same in every language */
export function describeModel(
  deps: MulcogDeps,
  project: Project,
  id: string,
  languages: readonly string[],
  layers: readonly string[],
): MulcogModel {
  const family = familyOf(id);
  const name = id.startsWith(CHECKPOINT_PREFIX)
    ? checkpointName(project, id.slice(CHECKPOINT_PREFIX.length))
    : family.name;
  const sourceOf = (language: string): string => {
    if (id.startsWith(FOLDER_PREFIX)) return id.slice(FOLDER_PREFIX.length);
    if (id.startsWith(CHECKPOINT_PREFIX)) return `${name} (${id})`;
    return family.fromTexts ?? spaceOf(deps.spaces, family, language).info.source;
  };
  return {
    id,
    name,
    kind: family.kind,
    layers: [...layers],
    sources: Object.fromEntries(languages.map((language) => [language, sourceOf(language)])),
  };
}

function checkpointName(project: Project, id: string): string {
  const { runId, step } = project.checkpoints.get(id);
  return `${project.training.get(runId).name}, step ${step}`;
}
