import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SurfaceInfo } from '../../../main/contract/surfaces.ts';
import { trpc } from '../../api/client.ts';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ErrorLine } from '../../components/states.tsx';

interface SurfaceChoiceProps {
  readonly value: SurfaceInfo | null;
  readonly onChange: (surface: SurfaceInfo | null) => void;
}

/** Which brain the maps are drawn on, and a way to bring one's own. */
export function SurfaceChoice({ value, onChange }: SurfaceChoiceProps) {
  const { t } = useTranslation();
  const surfaces = useQuery(trpc.viewer.surfaces.queryOptions()).data ?? [];
  const [paths, setPaths] = useState<readonly string[] | null>(null);
  const picker = usePathPicker(setPaths);
  return (
    <>
      <Select
        label={t('surfaces:surface')}
        w={200}
        allowDeselect={false}
        value={value?.id ?? 'bundled'}
        data={[
          { value: 'bundled', label: t('surfaces:bundled') },
          ...surfaces.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) => onChange(surfaces.find((surface) => surface.id === id) ?? null)}
        data-testid="viewer-surface"
      />
      <Button
        variant="default"
        onClick={() => picker.open({ kind: 'open-files', title: t('surfaces:pick'), multiple: true })}
        data-testid="add-surface"
      >
        {t('surfaces:add')}
      </Button>
      {picker.dialog}
      {paths !== null && (
        <NameSurface
          paths={paths}
          onClose={() => setPaths(null)}
          onAdded={(surface) => {
            setPaths(null);
            onChange(surface);
          }}
        />
      )}
    </>
  );
}

interface NameSurfaceProps {
  readonly paths: readonly string[];
  readonly onClose: () => void;
  readonly onAdded: (surface: SurfaceInfo) => void;
}

function NameSurface({ paths, onClose, onAdded }: NameSurfaceProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(paths[0]?.split(/[\\/]/).at(-1) ?? '');
  const [spaceName, setSpaceName] = useState('MNI152NLin2009cAsym');
  const add = useMutation(
    trpc.viewer.addSurface.mutationOptions({
      onSuccess: async (surface) => {
        await client.invalidateQueries({ queryKey: trpc.viewer.surfaces.queryKey() });
        onAdded(surface);
      },
    }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('surfaces:title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <form
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ paths: [...paths], name: name.trim(), spaceName: spaceName.trim() });
        }}
      >
        <div>{t('surfaces:files', { count: paths.length })}</div>
        <TextInput
          label={t('surfaces:name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('surfaces:space')}
          description={t('surfaces:spaceHint')}
          value={spaceName}
          onChange={(event) => setSpaceName(event.currentTarget.value)}
        />
        {add.error !== null && <ErrorLine error={add.error} />}
        <Button
          type="submit"
          loading={add.isPending}
          disabled={name.trim() === '' || spaceName.trim() === ''}
          style={{ alignSelf: 'flex-end' }}
          data-testid="surface-keep"
        >
          {t('surfaces:keep')}
        </Button>
      </form>
    </Modal>
  );
}
