import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchBytes } from '../../api/arrays.ts';
import { errorInfoOf } from '../../api/errors.ts';
import { fileStem, saveFile } from '../../viewers/figure/export.ts';

/** Saves the one-page report of this moment; where no PDF can be made, the screen itself goes to the printer. */
export function useStationReport(device: string) {
  const { i18n } = useTranslation();
  return useMutation({
    mutationFn: async () => {
      try {
        const bytes = await fetchBytes(`/station/report?format=pdf&language=${i18n.language}`);
        const time = new Date().toISOString().slice(0, 19);
        saveFile(`${fileStem(`${device} ${time}`)}.pdf`, Uint8Array.from(bytes), 'application/pdf');
      } catch (thrown) {
        if (errorInfoOf(thrown).code !== 'report.no-chromium') throw thrown;
        window.print();
      }
    },
  });
}
