import { ActionIcon, Popover, Table } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

export interface HelpButtonProps {
  /** Id of the hidden description that the figure's aria-describedby points to. */
  readonly id: string;
  readonly title: string;
  /** Keys of `viewers:<scope>.help.*`, each holding "keys" and "does". */
  readonly keys: readonly string[];
  readonly scope: 'brain' | 'slices';
  readonly opened: boolean;
  readonly onOpenedChange: (opened: boolean) => void;
}

/** The sheet of keys of one viewer, in a popover; also its description for screen readers. */
export const HelpButton = memo(function HelpButton({
  id,
  title,
  keys,
  scope,
  opened,
  onOpenedChange,
}: HelpButtonProps) {
  const { t } = useTranslation('viewers');
  const rows = keys.map((key) => ({
    key,
    keys: t(`${scope}.help.${key}.keys`),
    does: t(`${scope}.help.${key}.does`),
  }));
  return (
    <Popover opened={opened} onChange={onOpenedChange} position="top-end" shadow="sm" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={title}
          onClick={() => onOpenedChange(!opened)}
          ml="auto"
        >
          <IconHelp size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Table verticalSpacing={2} fz={12} data-autofocus tabIndex={-1} aria-label={title}>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.key}>
                <Table.Th>{row.keys}</Table.Th>
                <Table.Td>{row.does}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Popover.Dropdown>
      <span id={id} hidden>
        {rows.map((row) => `${row.keys}: ${row.does}`).join('; ')}
      </span>
    </Popover>
  );
});
