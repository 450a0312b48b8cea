import type { FeatureSpaceInfo } from '../contract/stimuli.ts';
import { UserError } from '../core/errors.ts';
import type { ResourceStore } from '../core/resource-store.ts';
import type { FeatureSpace } from './feature-space.ts';
import { chineseVectorSpace } from './spaces/chinese-vectors.ts';
import { contextualSpace } from './spaces/contextual.ts';
import { lexicalSpaces } from './spaces/lexical.ts';
import { gloveSpace } from './spaces/static-vectors.ts';
import { timingSpaces } from './spaces/timing.ts';
import { tunedFormSpace } from './spaces/tuned-form.ts';

/** The feature spaces there are, by id. Opened models stay open between calls until `release`. */
export interface FeatureSpaces {
  list(): FeatureSpaceInfo[];
  /** @throws UserError `features.unknown-space` */
  get(id: string): FeatureSpace;
  release(): Promise<void>;
}

/** All spaces over the bundled models and data. Nothing is loaded before it is used. */
export function createFeatureSpaces(resources: ResourceStore): FeatureSpaces {
  const spaces = new Map(
    [
      contextualSpace(resources, true),
      contextualSpace(resources, false),
      contextualSpace(resources, true, true),
      contextualSpace(resources, false, true),
      gloveSpace(resources),
      chineseVectorSpace(resources),
      ...lexicalSpaces(resources),
      tunedFormSpace(resources, 'en'),
      tunedFormSpace(resources, 'zh'),
      ...timingSpaces(),
    ].map((space) => [space.info.id, space]),
  );
  return {
    list: () => [...spaces.values()].map(({ info }) => info),
    get(id) {
      const space = spaces.get(id);
      if (space === undefined) {
        const known = [...spaces.keys()].join(', ');
        throw new UserError(
          'features.unknown-space',
          `There is no feature space ${id}. Choose one of: ${known}.`,
          { id, known },
        );
      }
      return space;
    },
    async release() {
      await Promise.all([...spaces.values()].map((space) => space.release()));
    },
  };
}
