import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Stands wherever simulated data, or anything computed from it, is shown. */
export function SimulatedBadge() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('common:simulatedMeaning')}>
      <Badge
        variant="outline"
        color="gray"
        data-testid="simulated"
        tt="none"
        styles={{ root: { color: 'var(--gy-warn)', borderColor: 'var(--gy-warn)' } }}
      >
        {t('common:simulated')}
      </Badge>
    </Tooltip>
  );
}
