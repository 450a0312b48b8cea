import type { ItemSet } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';

/** Sets of several subjects with the same items and units: one column of the heat map. */
export interface KindInput {
  readonly id: string;
  readonly sets: readonly ItemSet[];
}

const MODALITIES = ['rating', 'eye', 'meg', 'fmri'];
const LEVELS = ['word', 'sentence', 'discourse'];

/**
 * The sets of a study by kind, languages apart, levels and modalities in a fixed order, subjects ascending. Sets of a
 * kind that differ in texts, rows or units become kinds of their own, numbered.
 * @throws UserError `items.unknown`, `mulcog.same-subject`
 */
export function kindsOf(project: Project, setIds: readonly string[]): KindInput[] {
  const groups = new Map<string, ItemSet[]>();
  for (const id of new Set(setIds)) {
    const set = project.itemSets.get(id);
    const { language, modality, level, textsHash, rows, units } = set;
    const names = units.map((unit) => unit.name);
    const key = canonicalJson({ language, modality, level, textsHash, rows, names });
    groups.set(key, [...(groups.get(key) ?? []), set]);
  }
  const order = ({ language, level, modality }: ItemSet): string =>
    `${language} ${LEVELS.indexOf(level)} ${MODALITIES.indexOf(modality)}`;
  const sorted = [...groups.values()].sort((a, b) => (order(a[0]) < order(b[0]) ? -1 : 1));
  const taken = new Map<string, number>();
  return sorted.map((sets) => {
    const { language, modality, level } = sets[0];
    const name = `${language}-${modality}-${level}`;
    const number = (taken.get(name) ?? 0) + 1;
    taken.set(name, number);
    const ordered = [...sets].sort((a, b) => (a.subject < b.subject ? -1 : 1));
    const twice = ordered.find((set, at) => at > 0 && ordered[at - 1].subject === set.subject);
    if (twice !== undefined) {
      throw new UserError('mulcog.same-subject', `Two sets are called "${twice.name}"; choose one of them.`, {
        name: twice.name,
      });
    }
    return { id: number === 1 ? name : `${name}-${number}`, sets: ordered };
  });
}
