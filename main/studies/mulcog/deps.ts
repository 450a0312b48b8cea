import type { ItemText } from '../../contract/item-sets.ts';
import type { ResourceStore } from '../../core/resource-store.ts';
import type { Project } from '../../data/project.ts';
import type { FeatureSpaces } from '../../stimuli/feature-spaces.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { EmbedOptions, TextEmbeddings } from './embed-texts.ts';

/** What the study needs of other rooms, given by compose.ts; tests give their own. */
export interface MulcogDeps {
  readonly resources: ResourceStore;
  readonly spaces: FeatureSpaces;
  engine(): Promise<MatrixEngine>;
  /** Embeddings of every word by a model folder, every layer, words being means of their sub-tokens. */
  embedFolder(folder: string, texts: readonly ItemText[], options: EmbedOptions): Promise<TextEmbeddings>;
  /** The same by a checkpoint of the project. */
  embedCheckpoint(
    project: Project,
    checkpointId: string,
    texts: readonly ItemText[],
    options: EmbedOptions,
  ): Promise<TextEmbeddings>;
  readonly codeVersion: string;
  readonly versions: Readonly<Record<string, string>>;
}
