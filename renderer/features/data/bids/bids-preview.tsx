import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BidsPlan } from '../../../../main/contract/bids.ts';
import type { MeegPlan } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { Section } from '../../../components/fact-list.tsx';
import { Answer } from '../../../components/states.tsx';
import { PreviewPane } from '../import/preview-pane.tsx';
import { MeegPreviewPane } from '../meeg/meeg-preview.tsx';
import { EyetrackingPreviewPane } from '../modality/eyetracking-preview.tsx';
import { RatingsPreviewPane } from '../modality/ratings-preview.tsx';

export interface BidsPreviewProps {
  readonly plan: BidsPlan;
  /** From the dataset's root, with forward slashes. */
  readonly path: string;
  /** Bad channels may be marked on the traces. */
  readonly onMeeg: (plan: MeegPlan) => void;
}

/** One recording of a dataset as its import would see it: slices, traces, scan path or ratings. */
export function BidsPreview({ plan, path, onMeeg }: BidsPreviewProps) {
  const { t } = useTranslation();
  const isIt = (full: string) => full.replaceAll('\\', '/').endsWith(`/${path}`);
  const fmri = plan.fmri?.runs.find(({ image }) => isIt(image));
  const meeg = plan.meeg?.runs.find((run) => isIt(run.path));
  const gaze = plan.eyetracking?.files.find((file) => isIt(file.path));
  const rated = plan.ratings?.files.find((file) => isIt(file.path));
  return (
    <div data-testid="bids-preview">
      {fmri !== undefined && <PreviewPane plan={plan.fmri} image={fmri.image} />}
      {meeg !== undefined && plan.meeg !== null && (
        <MeegPart plan={plan.meeg} path={meeg.path} onChange={onMeeg} />
      )}
      {gaze !== undefined && <EyetrackingPreviewPane plan={gaze} locked onChange={() => {}} />}
      {rated !== undefined && <RatingsPreviewPane plan={rated} />}
      {fmri === undefined && meeg === undefined && gaze === undefined && rated === undefined && (
        <Section title={path}>{t('data:bids.notPlanned')}</Section>
      )}
    </div>
  );
}

function MeegPart({
  plan,
  path,
  onChange,
}: {
  plan: MeegPlan;
  path: string;
  onChange: (plan: MeegPlan) => void;
}) {
  const probe = useQuery(trpc.meeg.probe.queryOptions({ paths: [path] }));
  return (
    <Answer query={probe}>
      {({ runs }) => <MeegPreviewPane plan={plan} probed={runs[0] ?? null} onChange={onChange} />}
    </Answer>
  );
}
