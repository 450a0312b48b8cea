import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../../api/client.ts';
import { FactList } from '../../../components/fact-list.tsx';
import classes from './import.module.css';

export interface PersonalDataProps {
  readonly path: string;
  readonly keep: boolean;
  readonly locked: boolean;
  readonly onKeep: (keep: boolean) => void;
}

/** What a header says of persons, places and times, dropped unless the box is ticked. */
export function PersonalData({ path, keep, locked, onKeep }: PersonalDataProps) {
  const { t } = useTranslation();
  return (
    <PersonalFields path={path}>
      <Checkbox
        label={t('data:import.personal.keep')}
        checked={keep}
        disabled={locked}
        onChange={(event) => onKeep(event.currentTarget.checked)}
        data-testid="personal-keep"
      />
    </PersonalFields>
  );
}

/**
 * The fields of a header that tell of persons: their names at once, their values on demand, so that a name is not read
 * by whoever looks over a shoulder. Nothing where there are none.
 */
export function PersonalFields({ path, children }: { path: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const fields = useQuery(trpc.data.personal.queryOptions({ path })).data ?? [];
  if (fields.length === 0) return null;
  return (
    <fieldset className={classes.personal} data-testid="personal-data">
      <legend>{t('data:import.personal.title')}</legend>
      {shown ? (
        <FactList facts={fields.map(({ field, value }) => ({ label: field, value }))} />
      ) : (
        <div>{fields.map(({ field }) => field).join(', ')}</div>
      )}
      <div className={classes.row} style={{ alignItems: 'center' }}>
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => setShown(!shown)}
          data-testid="personal-show"
        >
          {t(shown ? 'data:import.personal.hide' : 'data:import.personal.show')}
        </Button>
        {children}
      </div>
    </fieldset>
  );
}
