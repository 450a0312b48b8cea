import { Button, Menu, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Preset,
  type PresetKind,
  presetChoices,
  presetsFor,
} from '../../../../main/contract/presets.ts';
import { trpc } from '../../../api/client.ts';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './import.module.css';

export interface PresetBarProps {
  readonly kind: PresetKind;
  /** What files of the same layout have in common. */
  readonly layout: string;
  /** The plan whose choices would be saved. */
  readonly plan: object;
  readonly locked: boolean;
  readonly onApply: (choices: Record<string, unknown>) => void;
}

/** Choices remembered under a name: offered for files of the same layout, applied, saved, renamed, deleted. */
export function PresetBar({ kind, layout, plan, locked, onApply }: PresetBarProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const settings = useQuery(trpc.settings.read.queryOptions()).data;
  const all = settings?.presets ?? [];
  const presets = presetsFor(all, kind, layout);
  const [chosen, setChosen] = useState<string | null>(null);
  const [naming, setNaming] = useState<{ name: string; rename: Preset | null } | null>(null);
  const save = useMutation(
    trpc.settings.change.mutationOptions({
      onSuccess: (next) => client.setQueryData(trpc.settings.read.queryKey(), next),
    }),
  );
  const current = presets.find(({ name }) => name === chosen) ?? null;
  const suggested = presets.find((preset) => preset.layout === layout) ?? null;
  const others = (preset: Preset | null) =>
    all.filter((one) => one.kind !== kind || (one.name !== naming?.name.trim() && one !== preset));
  const confirm = () => {
    if (naming === null) return;
    const name = naming.name.trim();
    const saved: Preset = naming.rename
      ? { ...naming.rename, name }
      : { name, kind, layout, choices: presetChoices(plan), savedAt: Date.now() };
    save.mutate({ presets: [...others(naming.rename), saved] });
    setChosen(name);
    setNaming(null);
  };
  const apply = (preset: Preset) => {
    setChosen(preset.name);
    onApply(presetChoices(preset.choices));
  };
  const fresh = suggested !== null && chosen === null;
  return (
    <div className={classes.presets} data-testid="presets">
      {fresh && (
        <div className={classes.suggested} data-testid="preset-suggested">
          <span>{t('data:import.presets.suggested', { name: suggested.name })}</span>
          <Button
            size="compact-xs"
            disabled={locked}
            onClick={() => apply(suggested)}
            data-testid="preset-apply"
          >
            {t('data:import.presets.apply')}
          </Button>
        </div>
      )}
      {naming === null ? (
        <div className={classes.row}>
          <Select
            label={t('data:import.presets.title')}
            placeholder={t(presets.length === 0 ? 'data:import.presets.none' : 'data:import.presets.choose')}
            data={presets.map(({ name }) => name)}
            value={chosen}
            disabled={locked || presets.length === 0}
            onChange={(name) => {
              const preset = presets.find((one) => one.name === name);
              if (preset) apply(preset);
              else setChosen(null);
            }}
            data-testid="preset-select"
          />
          <Button
            variant="default"
            onClick={() => setNaming({ name: chosen ?? '', rename: null })}
            data-testid="preset-save"
          >
            {t('data:import.presets.save')}
          </Button>
          {current !== null && (
            <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
              <Menu.Target>
                <Button variant="default" data-testid="preset-menu">
                  {t('data:import.presets.manage')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  onClick={() => setNaming({ name: current.name, rename: current })}
                  data-testid="preset-rename"
                >
                  {t('data:import.presets.rename')}
                </Menu.Item>
                <Menu.Item
                  color="red"
                  onClick={() => {
                    save.mutate({ presets: all.filter((one) => one !== current) });
                    setChosen(null);
                  }}
                  data-testid="preset-delete"
                >
                  {t('data:import.presets.delete', { name: current.name })}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      ) : (
        <form
          className={classes.row}
          onSubmit={(event) => {
            event.preventDefault();
            confirm();
          }}
        >
          <TextInput
            label={t('data:import.presets.name')}
            description={t('data:import.presets.nameText')}
            inputWrapperOrder={['label', 'input', 'description']}
            value={naming.name}
            maxLength={80}
            autoFocus
            onChange={(event) => setNaming({ ...naming, name: event.currentTarget.value })}
            data-testid="preset-name"
          />
          <Button type="submit" disabled={naming.name.trim() === ''} data-testid="preset-confirm">
            {t('data:import.presets.save')}
          </Button>
          <Button variant="default" onClick={() => setNaming(null)}>
            {t('common:cancel')}
          </Button>
        </form>
      )}
      {save.error !== null && <ErrorLine error={save.error} />}
    </div>
  );
}
