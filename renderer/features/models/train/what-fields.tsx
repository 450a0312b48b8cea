import { Button, NumberInput, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { scratchModelSchema } from '../../../../main/contract/training.ts';
import { baseName } from '../../../components/format.ts';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { type PlanDraft, scratchOf } from './plan-draft.ts';
import classes from './train.module.css';

export interface FieldsProps {
  readonly draft: PlanDraft;
  readonly onChange: (change: Partial<PlanDraft>) => void;
}

/** What is trained, and on which text. */
export function WhatFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const { plan } = draft;
  const folder = usePathPicker(([path]) => path !== undefined && onChange({ folder: path }));
  const files = usePathPicker((paths) => onChange({ files: paths }));
  return (
    <div className={classes.stack}>
      <TextInput
        label={t('models:train.name')}
        value={plan.name}
        onChange={(event) => onChange({ plan: { ...plan, name: event.currentTarget.value } })}
        data-testid="train-name"
      />
      <h2 className={classes.group}>{t('models:train.model')}</h2>
      <SegmentedControl
        className={classes.choice ?? ''}
        aria-label={t('models:train.model')}
        value={draft.from}
        onChange={(from) => onChange({ from: from === 'folder' ? 'folder' : 'scratch' })}
        data={(['scratch', 'folder'] as const).map((value) => ({
          value,
          label: t(`models:train.from.${value}`),
        }))}
      />
      {draft.from === 'scratch' ? (
        <ScratchFields draft={draft} onChange={onChange} />
      ) : (
        <Chosen
          action={t('models:train.chooseFolder')}
          names={draft.folder === '' ? [] : [baseName(draft.folder)]}
          onOpen={() => folder.open({ kind: 'open-folder', title: t('models:train.chooseFolder') })}
        />
      )}
      <h2 className={classes.group}>{t('models:train.text')}</h2>
      <div className={classes.fields}>
        <Select
          label={t('models:train.corpus')}
          allowDeselect={false}
          value={draft.corpus}
          data={(['state-of-the-union', 'udhr', 'files'] as const).map((value) => ({
            value,
            label: t(`models:train.corpora.${value}`),
          }))}
          onChange={(value) =>
            onChange({ corpus: value === 'udhr' || value === 'files' ? value : 'state-of-the-union' })
          }
          data-testid="train-corpus"
        />
        {draft.corpus === 'udhr' && (
          <TagsInput
            size="xs"
            label={t('models:train.languages')}
            description={t('models:train.languagesHint')}
            value={[...draft.languages]}
            onChange={(languages) => onChange({ languages })}
          />
        )}
      </div>
      {draft.corpus === 'files' && (
        <Chosen
          action={t('models:train.chooseFiles')}
          names={draft.files.map(baseName)}
          onOpen={() =>
            files.open({
              kind: 'open-files',
              multiple: true,
              title: t('models:train.chooseFiles'),
              extensions: ['txt'],
            })
          }
        />
      )}
      {folder.dialog}
      {files.dialog}
    </div>
  );
}

function Chosen(props: { action: string; names: readonly string[]; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.chosen}>
      <Button variant="default" onClick={props.onOpen}>
        {props.action}
      </Button>
      <span>{props.names.length === 0 ? t('models:train.nothingChosen') : props.names.join(', ')}</span>
    </div>
  );
}

function ScratchFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const model = scratchOf(draft);
  if (model === null) return null;
  const set = (change: Partial<typeof model>) =>
    onChange({ plan: { ...draft.plan, model: { ...model, ...change } } });
  const sizes = [
    { name: 'layers', least: 1 },
    { name: 'heads', least: 1 },
    { name: 'width', least: 1 },
    { name: 'vocabulary', least: 264 },
  ] as const;
  return (
    <div className={classes.fields}>
      <Select
        label={t('models:train.family')}
        allowDeselect={false}
        value={model.family}
        data={scratchModelSchema.shape.family.options.map((value) => ({
          value,
          label: t(`models:train.families.${value}`),
        }))}
        onChange={(value) => set({ family: value === 'bert' ? 'bert' : 'gpt2' })}
      />
      {sizes.map(({ name, least }) => (
        <NumberInput
          key={name}
          label={t(`models:facts.${name}`)}
          min={least}
          allowDecimal={false}
          value={model[name]}
          onChange={(value) => set({ [name]: Number(value) })}
          data-testid={`train-${name}`}
        />
      ))}
    </div>
  );
}
