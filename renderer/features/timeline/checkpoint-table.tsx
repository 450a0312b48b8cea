import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Checkpoint, CheckpointAudit } from '../../../main/contract/checkpoints.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatNumber } from '../../components/format.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import classes from './timeline.module.css';

/** Rows drawn before the rest is asked for. */
const FIRST = 60;

const colours = { sound: 'var(--gy-muted)', suspect: 'var(--gy-warn)', faulty: 'var(--gy-bad)' };

export interface CheckpointTableProps {
  readonly checkpoints: readonly Checkpoint[];
  readonly audit: CheckpointAudit | null;
}

/** Checkpoints by step with the audit's verdicts; each can be pinned as A or B by keyboard too. */
export function CheckpointTable({ checkpoints, audit }: CheckpointTableProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/timeline' });
  const [all, setAll] = useState(false);
  if (checkpoints.length === 0) return <p className={classes.muted}>{t('timeline:noCheckpoints')}</p>;
  const verdicts = new Map(audit?.verdicts.map((verdict) => [verdict.checkpointId, verdict]));
  const shown = all ? checkpoints : checkpoints.slice(0, FIRST);
  const pin = (letter: 'a' | 'b', { id, step }: Checkpoint) => {
    const pinned = search[letter] === id;
    return (
      <Button
        size="compact-xs"
        variant={pinned ? 'filled' : 'default'}
        aria-pressed={pinned}
        aria-label={t('timeline:pinAs', { letter: letter.toUpperCase(), step })}
        onClick={() => {
          const { [letter]: _before, ...rest } = search;
          void navigate({ to: '/timeline', search: pinned ? rest : { ...rest, [letter]: id } });
        }}
        data-testid={`pin-${letter}-${step}`}
      >
        {letter.toUpperCase()}
      </Button>
    );
  };
  return (
    <ScrollRegion
      aria-label={t('timeline:checkpoints')}
      style={{ maxHeight: 320, overflow: 'auto' }}
      data-testid="checkpoints"
    >
      <DataTable
        label={t('timeline:checkpoints')}
        rows={shown}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'step',
            label: t('timeline:step'),
            kind: 'number',
            cell: ({ step }) => formatNumber(step, i18n.language),
          },
          {
            key: 'verdict',
            label: t('timeline:verdict'),
            kind: 'wide',
            cell: ({ id }) => {
              const found = verdicts.get(id);
              if (found === undefined) return '–';
              return (
                <span
                  style={{ color: colours[found.verdict] }}
                  title={found.faults.map(({ message }) => message).join('\n')}
                >
                  {t(`timeline:verdicts.${found.verdict}`)}
                  {found.faults.length > 0 &&
                    `: ${found.faults.map(({ fault }) => t(`timeline:faults.${fault}`)).join(', ')}`}
                </span>
              );
            },
          },
          {
            key: 'pin',
            label: t('timeline:pin'),
            cell: (checkpoint) => (
              <span style={{ display: 'flex', gap: 4 }}>
                {pin('a', checkpoint)}
                {pin('b', checkpoint)}
              </span>
            ),
          },
        ]}
      />
      {shown.length < checkpoints.length && (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>
          {t('timeline:showAll', { count: checkpoints.length })}
        </Button>
      )}
    </ScrollRegion>
  );
}
