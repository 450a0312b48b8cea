import { basename } from 'node:path';
import type { MulcogModel } from '../../contract/mulcog.ts';
import { UserError } from '../../core/errors.ts';
import type { FeatureSpaces } from '../../stimuli/feature-spaces.ts';

/** The prefix of models that are read from a folder, and of checkpoints of the project's training runs. */
export const FOLDER_PREFIX = 'folder:';
export const CHECKPOINT_PREFIX = 'checkpoint:';

interface Family {
  readonly id: string;
  readonly name: string;
  readonly kind: MulcogModel['kind'];
  /** Feature space by language; absent for embeddings that are made from the sets' own texts. */
  readonly spaces?: Readonly<Record<string, string>>;
  /** Says how, for embeddings that are made from the sets' own texts: words that stand alone have none. */
  readonly fromTexts?: string;
}

/** Models that have the same name in both languages, so that languages can be compared row by row. */
const FAMILIES: readonly Family[] = [
  {
    id: 'encoder',
    name: 'Universal Sentence Encoder lite',
    kind: 'contextual',
    spaces: { en: 'use-lite', zh: 'use-lite-gloss' },
  },
  { id: 'vectors', name: 'Word vectors', kind: 'static', spaces: { en: 'glove', zh: 'gloss-vectors' } },
  {
    id: 'co-occurrence',
    name: 'Co-occurrence counts',
    kind: 'count',
    fromTexts: "counted from the sets' own texts",
  },
  {
    id: 'untrained',
    name: 'Untrained encoder',
    kind: 'control',
    spaces: { en: 'use-lite-untrained', zh: 'use-lite-gloss-untrained' },
  },
  {
    id: 'form',
    name: 'Length and frequency',
    kind: 'control',
    spaces: { en: 'length-frequency', zh: 'length-frequency-zh' },
  },
  {
    id: 'place',
    name: 'Position, sentence length and word rate',
    kind: 'control',
    fromTexts: 'places and times of the words in their texts',
  },
];

/** Controls that no study leaves out. */
export const CONTROL_FAMILIES = ['untrained', 'form', 'place'] as const;

/** Families that a study may be asked for by name. */
export const BUNDLED_FAMILIES: readonly Family[] = FAMILIES.filter(({ kind }) => kind !== 'control');

/** The family of an id. @throws UserError `mulcog.unknown-model` */
export function familyOf(id: string): Family {
  if (id.startsWith(FOLDER_PREFIX))
    return { id, name: basename(id.slice(FOLDER_PREFIX.length)), kind: 'contextual' };
  if (id.startsWith(CHECKPOINT_PREFIX)) return { id, name: 'Checkpoint', kind: 'contextual' };
  const family = FAMILIES.find((one) => one.id === id);
  if (family !== undefined) return family;
  const known = BUNDLED_FAMILIES.map((one) => one.id);
  throw new UserError(
    'mulcog.unknown-model',
    `There is no model ${id}; choose among ${known.join(', ')}, folder:<path> for a model folder, or checkpoint:<id> for one of this project's checkpoints.`,
    { id, known: known.join(', ') },
  );
}

/** The feature space of a family for a language. @throws UserError `mulcog.no-tokens` where it has none */
export function spaceOf(
  spaces: FeatureSpaces,
  family: Family,
  language: string,
): ReturnType<FeatureSpaces['get']> {
  const id = family.spaces?.[language];
  if (id !== undefined) return spaces.get(id);
  throw new UserError(
    'mulcog.no-tokens',
    `${family.name} has no tokens for texts in "${language}"; leave these sets or this model out.`,
    { model: family.name, language },
  );
}
