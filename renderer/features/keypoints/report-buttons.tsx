import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchBytes } from '../../api/arrays.ts';
import { ErrorLine } from '../../components/states.tsx';
import { fileStem, saveFile } from '../../viewers/figure/export.ts';

const TYPES = { html: 'text/html', pdf: 'application/pdf' } as const;

/** The run's report as a file, in the page's language. */
export function ReportButtons({ run, name }: { run: string; name: string }) {
  const { t, i18n } = useTranslation();
  const report = useMutation({
    mutationFn: async (format: 'html' | 'pdf') => {
      const bytes = await fetchBytes(
        `/report/${encodeURIComponent(run)}?format=${format}&language=${i18n.language}`,
      );
      saveFile(`${fileStem(name)}.${format}`, Uint8Array.from(bytes), TYPES[format]);
    },
  });
  return (
    <>
      {(['html', 'pdf'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          loading={report.isPending && report.variables === format}
          onClick={() => report.mutate(format)}
          data-testid={`keypoint-report-${format}`}
        >
          {t(`keypoints:report.${format}`)}
        </Button>
      ))}
      {report.error !== null && <ErrorLine error={report.error} />}
    </>
  );
}
