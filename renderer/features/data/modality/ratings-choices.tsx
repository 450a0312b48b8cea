import {
  ActionIcon,
  Button,
  Checkbox,
  MultiSelect,
  SegmentedControl,
  Select,
  TextInput,
} from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type {
  PlannedRatings,
  ProbedRatings,
  RatingsMapping,
} from '../../../../main/contract/ratings-import.ts';
import { baseName } from '../../../components/format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import classes from '../import/import.module.css';
import { ColumnSample, columnChoices } from './column-sample.tsx';
import own from './columns.module.css';
import type { ChoicesProps } from './import-kind.ts';

/** Name, language and columns of the table in the preview. */
export function RatingsChoices({
  plan,
  found,
  locked,
  onChange,
}: ChoicesProps<ProbedRatings, PlannedRatings>) {
  const { t } = useTranslation();
  return (
    <>
      <div>{t('modalities:shown', { name: baseName(plan.path) })}</div>
      <div className={classes.fields}>
        <TextInput
          label={t('modalities:ratings.name')}
          value={plan.name}
          disabled={locked}
          error={plan.name.trim() === '' ? t('modalities:needed') : undefined}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          data-testid="field-name"
        />
        <Select
          label={t('modalities:ratings.language')}
          data={['en', 'zh'].map((value) => ({ value, label: t(`modalities:ratings.languages.${value}`) }))}
          value={plan.language}
          allowDeselect={false}
          disabled={locked}
          onChange={(language) => onChange({ language: language ?? 'en' })}
        />
        {found.sheets.length > 1 && (
          <Select
            label={t('modalities:ratings.sheet')}
            data={columnChoices(found.sheets)}
            value={plan.sheet ?? found.sheets[0] ?? null}
            allowDeselect={false}
            disabled={locked}
            onChange={(sheet) => onChange({ sheet })}
          />
        )}
      </div>
      <ColumnFields plan={plan} found={found} locked={locked} onChange={onChange} />
      <Checkbox
        label={t('modalities:ratings.dropGaps')}
        description={t('modalities:ratings.dropGapsText')}
        checked={plan.incomplete === 'drop'}
        disabled={locked}
        onChange={(event) => onChange({ incomplete: event.currentTarget.checked ? 'drop' : 'keep' })}
      />
      <Checkbox
        label={t('modalities:simulated')}
        checked={plan.simulated}
        disabled={locked}
        onChange={(event) => onChange({ simulated: event.currentTarget.checked })}
      />
    </>
  );
}

/** Which columns are words, raters and dimensions. */
function ColumnFields({ plan, found, locked, onChange }: ChoicesProps<ProbedRatings, PlannedRatings>) {
  const { t } = useTranslation();
  const names = columnChoices(found.columns);
  const mapping: RatingsMapping = plan.mapping ?? {
    word: '',
    rater: null,
    long: null,
    dimensions: [],
  };
  const set = (change: Partial<RatingsMapping>) => onChange({ mapping: { ...mapping, ...change } });
  const { dimensions } = mapping;
  const setDimension = (at: number, change: Partial<(typeof dimensions)[number]>) =>
    set({ dimensions: dimensions.map((one, index) => (index === at ? { ...one, ...change } : one)) });
  const roles = new Map([
    ...dimensions.flatMap(({ name, columns, sd, n }): [string, string][] => [
      ...columns.map((column): [string, string] => [column, name]),
      ...(sd === null ? [] : [[sd, `${name} SD`] as [string, string]]),
      ...(n === null ? [] : [[n, `${name} n`] as [string, string]]),
    ]),
    ...(mapping.long === null
      ? []
      : ([
          [mapping.long.dimension, t('modalities:ratings.dimension')],
          [mapping.long.value, t('modalities:ratings.value')],
        ] as [string, string][])),
    ...(mapping.rater === null ? [] : [[mapping.rater, t('modalities:ratings.rater')] as [string, string]]),
    [mapping.word, t('modalities:ratings.word')] as [string, string],
  ]);
  return (
    <>
      <ColumnSample
        columns={found.columns}
        rows={found.rows}
        roles={roles}
        confidence={found.guess === null ? null : found.confidence}
      />
      <div className={classes.fields}>
        <Select
          label={t('modalities:ratings.wordColumn')}
          data={names}
          value={mapping.word === '' ? null : mapping.word}
          error={mapping.word === '' ? t('modalities:needed') : undefined}
          searchable
          disabled={locked}
          onChange={(word) => set({ word: word ?? '' })}
          data-testid="ratings-word"
        />
        <Select
          label={t('modalities:ratings.raterColumn')}
          description={t('modalities:ratings.raterText')}
          inputWrapperOrder={['label', 'input', 'description']}
          data={names}
          value={mapping.rater}
          clearable
          searchable
          disabled={locked}
          onChange={(rater) => set({ rater })}
          data-testid="ratings-rater"
        />
      </div>
      <SegmentedControl
        aria-label={t('modalities:ratings.shape')}
        data={(['wide', 'long'] as const).map((value) => ({
          value,
          label: t(`modalities:ratings.shapes.${value}`),
        }))}
        value={mapping.long === null ? 'wide' : 'long'}
        disabled={locked}
        onChange={(shape) =>
          set(
            shape === 'long'
              ? { long: { dimension: names[1] ?? '', value: names[2] ?? '' }, dimensions: [] }
              : { long: null, dimensions: found.guess?.dimensions ?? [] },
          )
        }
      />
      {mapping.long !== null ? (
        <div className={classes.fields}>
          {(['dimension', 'value'] as const).map((key) => (
            <Select
              key={key}
              label={t(`modalities:ratings.${key}Column`)}
              data={names}
              value={mapping.long?.[key] ?? null}
              searchable
              disabled={locked}
              onChange={(column) =>
                mapping.long !== null && column !== null && set({ long: { ...mapping.long, [key]: column } })
              }
            />
          ))}
        </div>
      ) : (
        <>
          <ScrollRegion className={own.dimensions} aria-label={t('modalities:ratings.dimensions')}>
            {dimensions.map(({ name, columns }, at) => (
              <div key={at} className={own.dimension}>
                <TextInput
                  aria-label={t('modalities:ratings.dimension')}
                  value={name}
                  disabled={locked}
                  error={name === ''}
                  onChange={(event) => setDimension(at, { name: event.currentTarget.value })}
                />
                <MultiSelect
                  aria-label={t('modalities:ratings.columnsOf', { name })}
                  data={names}
                  value={columns}
                  searchable
                  disabled={locked}
                  onChange={(next) => next.length > 0 && setDimension(at, { columns: next })}
                />
                <ActionIcon
                  variant="subtle"
                  aria-label={t('modalities:ratings.leaveOut', { name })}
                  disabled={locked}
                  onClick={() => set({ dimensions: dimensions.filter((_, index) => index !== at) })}
                >
                  <IconX size={14} />
                </ActionIcon>
              </div>
            ))}
            {dimensions.length === 0 && <div role="alert">{t('modalities:ratings.noDimensions')}</div>}
          </ScrollRegion>
          <div>
            <Button
              variant="default"
              size="compact-xs"
              disabled={locked}
              onClick={() => {
                const free = names.find((one) => !roles.has(one)) ?? names[0] ?? '';
                set({ dimensions: [...dimensions, { name: free, columns: [free], sd: null, n: null }] });
              }}
            >
              {t('modalities:ratings.addDimension')}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
