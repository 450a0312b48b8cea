import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { SensorMap } from '../../../viewers/meeg/sensor-map.tsx';

const SHOWN = 5;

/** Channels, bad ones, sensors and the most frequent events of a stored MEG or EEG recording; nothing for others. */
export function MeegSummary({ id }: { id: string }) {
  const { t } = useTranslation();
  const details = useQuery(trpc.meeg.details.queryOptions({ id })).data ?? null;
  if (details === null) return null;
  const count = (names: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  };
  const types = count(details.channels.map(({ type }) => type));
  const events = count(details.events.map(({ name }) => name));
  const bads = details.channels.filter(({ bad }) => bad).map(({ name }) => name);
  return (
    <Section title={t('meeg:summary.title')}>
      <FactList
        facts={[
          {
            label: t('meeg:summary.types'),
            value: types.map(([type, n]) => `${n} ${type}`).join(', '),
            testId: 'meeg-types',
          },
          { label: t('meeg:summary.bads'), value: bads.join(', ') || '–' },
          { label: t('meeg:summary.events'), value: String(details.events.length), testId: 'meeg-events' },
          {
            label: t('meeg:summary.triggers'),
            value:
              events
                .slice(0, SHOWN)
                .map(([name, n]) => `${name} × ${n}`)
                .join(', ') || '–',
          },
        ]}
      />
      <SensorMap channels={details.channels} />
    </Section>
  );
}
