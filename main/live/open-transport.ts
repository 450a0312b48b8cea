import type { Device } from '../contract/live.ts';
import { UserError } from '../core/errors.ts';
import type { Connection, TransportSink } from './frame-source.ts';
import { openLsl } from './lsl/inlet.ts';
import { openTcp, openUdp } from './transports/network.ts';
import { type FrameSupply, playFrames } from './transports/paced.ts';
import { openPushed } from './transports/pushed.ts';
import { openSerial } from './transports/serial.ts';

/** Makes frames of a simulated person; handed in, as the simulation lives in a room above. */
export type SimulatedSource = (rows: number, cols: number, rate: number, seed: number) => FrameSupply;

/**
 * Opens a device's connection.
 * @throws UserError for replays that cannot be read: trying again would not help
 */
export async function openTransport(
  device: Device,
  sink: TransportSink,
  simulated: SimulatedSource,
): Promise<Connection> {
  const { transport, rows, cols } = device;
  switch (transport.kind) {
    case 'serial':
      return openSerial(transport, sink);
    case 'udp':
      return openUdp(transport, sink);
    case 'tcp':
      return openTcp(transport, sink);
    case 'lsl':
      return openLsl(transport.name, rows * cols, sink);
    case 'hid':
      return openPushed(transport, sink);
    case 'replay': {
      const { replayFile } = await import('./transports/replay.ts');
      const supply = await replayFile(transport.path, transport.rate, transport.loop);
      if (supply.rows !== rows || supply.cols !== cols) {
        await supply.close();
        throw new UserError(
          'live.other-size',
          `The recording has ${supply.rows} × ${supply.cols} cells and the device ${rows} × ${cols}; change the device.`,
          { rows: supply.rows, cols: supply.cols },
        );
      }
      return playFrames(supply, transport.speed, sink);
    }
    case 'simulated': {
      return playFrames(simulated(rows, cols, transport.rate, transport.seed), 1, sink);
    }
  }
}
