import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Affine, Recording } from '../../../main/contract/recordings.ts';
import { trpc } from '../../api/client.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import {
  baseName,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  shortHash,
} from '../../components/format.ts';
import { NoticeList } from '../../components/notice-list.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer } from '../../components/states.tsx';
import { MeegSummary } from './meeg/meeg-summary.tsx';
import { PressureSummary } from './modality/pressure-summary.tsx';
import { samplingText } from './sampling-text.ts';
import { UndoImport } from './undo-import.tsx';

/** All that is known of one recording, back to its source files. */
export function RecordingInspector({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const details = useQuery(trpc.data.recording.queryOptions({ id }));
  const number = (value: number, decimals = 0) => formatNumber(value, i18n.language, decimals);
  return (
    <Answer query={details}>
      {({ recording, data, storedBytes, space, stimulusName, activity }) => (
        <>
          <Section title={recording.label}>
            <FactList
              facts={[
                {
                  label: t(recording.modality === 'fmri' ? 'data:tr' : 'data:rate'),
                  value: samplingText(recording, i18n.language),
                  testId: 'recording-tr',
                },
                {
                  label: t(`data:samples.${recording.modality}`),
                  value: number(recording.sampleCount),
                  testId: 'recording-volumes',
                },
                {
                  label: t(
                    space?.surface === undefined ? `data:columns.${recording.modality}` : 'data:places',
                  ),
                  value: number(data.shape.slice(1).reduce((cells, size) => cells * size, 1)),
                  testId: 'recording-voxels',
                },
                { label: t('data:duration'), value: formatDuration(recording.seconds, i18n.language) },
                {
                  label: t('data:stored'),
                  value: `${data.dtype} · ${formatBytes(storedBytes, i18n.language)}`,
                },
                {
                  label: t('data:confounds'),
                  value: t(recording.confoundsArrayId === null ? 'common:no' : 'common:yes'),
                },
                {
                  label: t('data:origin'),
                  value: recording.simulated ? <SimulatedBadge /> : t('data:measured'),
                },
                {
                  label: t('data:stimulus'),
                  value:
                    recording.stimulusId === null ? (
                      '–'
                    ) : (
                      <Link to="/stimuli" search={{ stimulus: recording.stimulusId }}>
                        {stimulusName ?? recording.stimulusId}
                      </Link>
                    ),
                },
              ]}
            />
          </Section>
          {(recording.modality === 'meg' || recording.modality === 'eeg') && (
            <MeegSummary id={recording.id} />
          )}
          {recording.modality === 'pressure' && <PressureSummary id={recording.id} />}
          {space !== null && (
            <Section title={t('data:space')}>
              <FactList
                facts={[
                  { label: t('data:spaceName'), value: space.name },
                  ...(space.surface === undefined
                    ? [
                        { label: t('data:grid'), value: space.shape.join(' × ') },
                        {
                          label: t('data:voxelSize'),
                          value: `${voxelSize(space.affine)
                            .map((size) => number(size, 2))
                            .join(' × ')} mm`,
                        },
                      ]
                    : [
                        { label: t('data:places'), value: number(space.shape[0]) },
                        {
                          label: t('data:vertices'),
                          value: `${number(space.surface.left)} + ${number(space.surface.right)}`,
                        },
                      ]),
                ]}
              />
            </Section>
          )}
          {recording.notices.length > 0 && (
            <Section title={t('data:remarks')}>
              <NoticeList notices={recording.notices} />
            </Section>
          )}
          <Section title={t('data:sources')}>
            <SourceFiles files={recording.sourceFiles} />
          </Section>
          {activity !== null && (
            <Section title={t('data:provenance')}>
              <FactList
                facts={[
                  { label: t('data:madeBy'), value: activity.kind },
                  { label: t('data:madeAt'), value: formatDateTime(activity.endedAt, i18n.language) },
                  { label: t('data:codeVersion'), value: activity.codeVersion },
                ]}
              />
              <UndoImport recordingId={recording.id} />
            </Section>
          )}
        </>
      )}
    </Answer>
  );
}

function SourceFiles({ files }: { files: Recording['sourceFiles'] }) {
  const { i18n } = useTranslation();
  return files.map((file) => (
    <div
      key={file.path}
      style={{ marginBottom: 6, overflowWrap: 'anywhere' }}
      title={`${file.path}\n${file.sha256}`}
    >
      <div>{baseName(file.path)}</div>
      <div style={{ color: 'var(--gy-muted)' }}>
        {formatBytes(file.bytes, i18n.language)} · <code>{shortHash(file.sha256)}</code>
      </div>
    </div>
  ));
}

/** Length of the affine's first three columns: millimetres along i, j, k. */
function voxelSize(affine: Affine): number[] {
  return [0, 1, 2].map((column) => Math.hypot(...affine.slice(0, 3).map((row) => row[column] ?? 0)));
}
