import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { Answer } from '../../components/states.tsx';

/** Every feature space of this build, and whether it is already computed on the chosen stimulus. */
export function FeatureSpaces({ stimulusId }: { stimulusId: string }) {
  const { t, i18n } = useTranslation();
  const spaces = useQuery(trpc.stimuli.spaces.queryOptions());
  const cached = useQuery(trpc.stimuli.cached.queryOptions({ stimulusId })).data ?? [];
  return (
    <Answer query={spaces}>
      {(rows) =>
        rows.map((space) => (
          <Section key={space.id} title={t(`stimuli:spaces.${space.id}`, { defaultValue: space.name })}>
            <FactList
              facts={[
                { label: t('stimuli:kind'), value: t(`stimuli:kinds.${space.kind}`) },
                { label: t('stimuli:layers'), value: formatNumber(space.layers.length, i18n.language) },
                {
                  label: t('stimuli:dimensions'),
                  value: [...new Set(space.dimensions)]
                    .map((size) => formatNumber(size, i18n.language))
                    .join(', '),
                },
                { label: t('stimuli:source'), value: space.source },
                {
                  label: t('stimuli:cache'),
                  value: t(
                    cached.some((set) => set.space.id === space.id) ? 'stimuli:cached' : 'stimuli:notCached',
                  ),
                },
              ]}
            />
          </Section>
        ))
      }
    </Answer>
  );
}
