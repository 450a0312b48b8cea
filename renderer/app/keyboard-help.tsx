import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FactList } from '../components/fact-list.tsx';
import { nouns } from './nouns.ts';

const isMac = /mac/i.test(navigator.userAgent);

function Keys({ keys }: { keys: string }) {
  return keys.split(' ').map((key) => (
    <span key={key}>
      <Kbd size="xs">{key}</Kbd>{' '}
    </span>
  ));
}

/** All keys on one sheet. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const rows = [
    { keys: '?', label: t('app:keys.help') },
    { keys: isMac ? '⌘K' : 'Ctrl+K', label: t('app:keys.search') },
    ...nouns.map((noun) => ({
      keys: `g ${noun.key}`,
      label: t('app:keys.go', { page: t(`app:nouns.${noun.name}`) }),
    })),
    { keys: 'b', label: t('app:keys.tray') },
    { keys: 't', label: t('app:keys.theme') },
    { keys: 'l', label: t('app:keys.language') },
    { keys: 'Esc', label: t('app:keys.escape') },
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('app:keys.title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <div data-testid="keyboard-help">
        <FactList facts={rows.map((row) => ({ label: row.label, value: <Keys keys={row.keys} /> }))} />
      </div>
    </Modal>
  );
}
