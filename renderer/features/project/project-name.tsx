import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';

/** The project's name, changed in place. */
export function ProjectName({ name }: { name: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  const rename = useMutation(trpc.project.rename.mutationOptions({ onSuccess: () => setDraft(null) }));
  if (draft === null) {
    return (
      <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
        <span data-testid="project-name">{name}</span>
        <Tooltip label={t('project:rename')}>
          <ActionIcon size="xs" aria-label={t('project:rename')} onClick={() => setDraft(name)}>
            <IconPencil size={13} />
          </ActionIcon>
        </Tooltip>
      </span>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim() !== '') rename.mutate({ name: draft.trim() });
      }}
    >
      <TextInput
        aria-label={t('project:name')}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
        autoFocus
      />
    </form>
  );
}
