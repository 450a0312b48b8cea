import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { formatNumber } from '../../components/format.ts';
import classes from './timeline.module.css';

export interface PinBarProps {
  readonly first: string | undefined;
  readonly second: string | undefined;
  readonly onChange: (pins: { a?: string | undefined; b?: string | undefined }) => void;
}

/** The two pinned checkpoints, and the way to their comparison. */
export function PinBar({ first, second, onChange }: PinBarProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div className={classes.pins} data-testid="pins">
      <Pin letter="A" id={first} onClear={() => onChange({ a: undefined })} />
      <Pin letter="B" id={second} onClear={() => onChange({ b: undefined })} />
      <Button
        disabled={first === undefined || second === undefined}
        onClick={() =>
          void navigate({ to: '/timeline/compare', search: { a: first ?? '', b: second ?? '' } })
        }
        data-testid="compare"
      >
        {t('timeline:compare.action')}
      </Button>
    </div>
  );
}

function Pin({ letter, id, onClear }: { letter: string; id: string | undefined; onClear: () => void }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery({
    ...trpc.training.checkpoint.queryOptions({ id: id ?? '' }),
    enabled: id !== undefined,
  });
  return (
    <span className={classes.pin} data-testid={`pin-${letter}`} data-checkpoint={id}>
      <span className={classes.letter}>{letter}</span>
      {id === undefined || data === undefined ? (
        <span className={classes.muted}>{t('timeline:pinHint')}</span>
      ) : (
        <>
          {t('timeline:checkpointOf', {
            run: data.run,
            step: formatNumber(data.checkpoint.step, i18n.language),
          })}
          <ActionIcon size="sm" aria-label={t('timeline:unpin', { letter })} onClick={onClear}>
            <IconX size={13} />
          </ActionIcon>
        </>
      )}
    </span>
  );
}
