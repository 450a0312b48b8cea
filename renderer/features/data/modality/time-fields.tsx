import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const timeUnits = ['s', 'ms', 'us', 'ns'] as const;
type TimeUnit = (typeof timeUnits)[number];

export interface TimeFieldsProps {
  /** Columns to choose from. */
  readonly names: string[];
  readonly time: string | null;
  readonly timeUnit: TimeUnit;
  readonly locked: boolean;
  readonly onChange: (change: { time: string | null } | { timeUnit: TimeUnit }) => void;
  /** Begins the test ids of both fields. */
  readonly id: string;
}

/** The column of time of a table, and what it counts in. */
export function TimeFields({ names, time, timeUnit, locked, onChange, id }: TimeFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('modalities:columns.time')}
        data={names}
        value={time === '' ? null : time}
        clearable
        searchable
        limit={200}
        disabled={locked}
        onChange={(column) => onChange({ time: column })}
        data-testid={`${id}-time`}
      />
      <Select
        label={t('modalities:columns.timeUnit')}
        data={timeUnits.map((value) => ({ value, label: value === 'us' ? 'µs' : value }))}
        value={timeUnit}
        allowDeselect={false}
        disabled={locked}
        onChange={(value) => onChange({ timeUnit: timeUnits.find((one) => one === value) ?? timeUnit })}
        data-testid={`${id}-time-unit`}
      />
    </>
  );
}
