import type { StationRequest } from '../../../contract/station.ts';
import { UserError } from '../../../core/errors.ts';
import type { Project } from '../../../data/project.ts';
import type { SimulatedSource } from '../../../live/open-transport.ts';
import type { StationModel } from '../../../studies/pressure-keypoints/posture-reader.ts';
import { openStation, type Station } from './station.ts';

/** The one station of a window. */
export interface StationService {
  /** @throws UserError `station.closed` */
  require(): Station;
  /** Closes what was open and opens a device. */
  open(project: Project | null, request: StationRequest): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param openModel loads a keypoint model and learns its postures; called only where one is asked for
 */
export function createStationService(
  simulated: SimulatedSource,
  openModel: (project: Project, run: string, name: string, floor: number) => Promise<StationModel>,
): StationService {
  let station: Station | null = null;
  const close = async () => {
    const open = station;
    station = null;
    await open?.close();
  };
  return {
    require() {
      if (station !== null) return station;
      throw new UserError('station.closed', 'No device is open; choose one first.');
    },
    async open(project, request) {
      await close();
      const { model, device } = request;
      if (model !== null && project === null)
        throw new UserError(
          'project.none-open',
          'No project is open, so there is no model to find keypoints with.',
        );
      const found =
        model === null || project === null
          ? null
          : await openModel(project, model.run, model.name, device.threshold);
      station = openStation(request, found, simulated);
    },
    close,
  };
}
