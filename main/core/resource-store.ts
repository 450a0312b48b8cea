import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, decodeBundle } from '../contract/resource-bundle.ts';
import { UserError } from './errors.ts';

/** Names of the bundled files, relative to the resources folder; resources/README.md says what is in each. */
export const RESOURCES = {
  encoder: 'encoder/use-lite.onnx',
  encoderVocabulary: 'encoder/use-lite-vocabulary.json',
  glove: 'words/glove.bundle',
  lexicon: 'words/lexicon.bundle',
  chinese: 'words/chinese.bundle',
  narratives: 'text/narratives.json',
  parallel: 'text/udhr.json',
  stateOfTheUnion: 'corpora/state-of-the-union.json.gz',
  declarations: 'corpora/udhr.json.gz',
  surface: 'brain/surface.bundle',
  anatomy: 'brain/anatomy.bundle',
} as const;

export type ResourceName = (typeof RESOURCES)[keyof typeof RESOURCES];

/** Read access to the bundled models and data. Injected, so that tests may give their own. */
export interface ResourceStore {
  /** Absolute path, for readers that open files themselves. */
  path(name: ResourceName): string;
  /** The file's bytes, as written by the resource build. @throws UserError `resources.missing` */
  read(name: ResourceName): Promise<Uint8Array>;
  /** A decoded bundle, kept in memory after the first call. @throws UserError `resources.missing` */
  bundle(name: ResourceName): Promise<Bundle>;
}

/** The store over a folder: `paths.resources` in the product. */
export function folderResources(folder: string): ResourceStore {
  const bundles = new Map<ResourceName, Promise<Bundle>>();
  const path = (name: ResourceName) => join(folder, name);
  const read = async (name: ResourceName): Promise<Uint8Array> => {
    try {
      return await readFile(path(name));
    } catch {
      throw new UserError(
        'resources.missing',
        `The bundled file ${name} is missing. Run "npm run resources", or install Gyrus again.`,
        { name },
      );
    }
  };
  return {
    path,
    read,
    bundle(name) {
      let bundle = bundles.get(name);
      if (bundle === undefined) {
        bundle = read(name).then(decodeBundle);
        bundle.catch(() => bundles.delete(name));
        bundles.set(name, bundle);
      }
      return bundle;
    },
  };
}
