import { Button, MultiSelect, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import classes from '../import/import.module.css';

/** Types that MNE knows and people set by hand. */
const types = ['eeg', 'eog', 'ecg', 'emg', 'mag', 'grad', 'seeg', 'ecog', 'stim', 'resp', 'misc'] as const;

export interface MeegTypesProps {
  readonly probed: ProbedMeeg;
  /** Types set so far, by channel. */
  readonly set: Readonly<Record<string, string>>;
  readonly locked: boolean;
  readonly onChange: (set: Record<string, string>) => void;
}

/** Sets the type of channels whose file does not tell it, or tells it wrongly. */
export function MeegTypes({ probed, set, locked, onChange }: MeegTypesProps) {
  const { t } = useTranslation();
  const [names, setNames] = useState<string[]>([]);
  const [type, setType] = useState<string>('eog');
  const changed = Object.entries(set);
  return (
    <>
      <div className={classes.fields}>
        <MultiSelect
          label={t('meeg:typeChannels')}
          data={[...new Set(probed.channels.map(({ name }) => name))]}
          value={names}
          searchable
          disabled={locked}
          onChange={setNames}
        />
        <div className={classes.row}>
          <Select
            label={t('meeg:type')}
            data={[...types]}
            value={type}
            allowDeselect={false}
            disabled={locked}
            w={110}
            onChange={(value) => setType(value ?? 'misc')}
          />
          <Button
            variant="default"
            disabled={locked || names.length === 0}
            onClick={() => {
              onChange({ ...set, ...Object.fromEntries(names.map((name) => [name, type])) });
              setNames([]);
            }}
          >
            {t('meeg:setType')}
          </Button>
          {changed.length > 0 && (
            <Button variant="subtle" disabled={locked} onClick={() => onChange({})}>
              {t('meeg:typesAsFile')}
            </Button>
          )}
        </div>
      </div>
      {changed.length > 0 && (
        <div>{t('meeg:typesSet', { list: changed.map(([name, to]) => `${name}: ${to}`).join(', ') })}</div>
      )}
    </>
  );
}
