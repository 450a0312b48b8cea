import type { Device } from '../../../main/contract/live.ts';

type Preset = Omit<Device, 'name'> & { readonly id: Device['transport']['kind'] };

const csv = { kind: 'csv', skip: 0 } as const;
const binary = {
  kind: 'binary',
  header: 'aa55',
  counter: 'uint16',
  value: 'uint16',
  byteOrder: 'little',
  checksum: 'crc16',
} as const;
const mat = {
  rows: 64,
  cols: 32,
  cellSize: { width: 25.4, height: 25.4 },
  unit: 'raw',
  scale: 1,
  threshold: 20,
} as const;

/** Devices to begin with; every field can be changed afterwards. */
export const devicePresets: readonly Preset[] = [
  {
    id: 'replay',
    ...mat,
    framing: csv,
    transport: { kind: 'replay', path: '', speed: 1, rate: 1, loop: false },
  },
  {
    id: 'simulated',
    ...mat,
    cellSize: { width: 30, height: 30 },
    unit: 'kPa',
    threshold: 0.5,
    framing: csv,
    transport: { kind: 'simulated', rate: 20, seed: 1 },
  },
  {
    id: 'serial',
    ...mat,
    framing: binary,
    transport: { kind: 'serial', path: '/dev/ttyUSB0', baudRate: 115_200 },
  },
  { id: 'udp', ...mat, framing: binary, transport: { kind: 'udp', port: 9000, host: '127.0.0.1' } },
  { id: 'tcp', ...mat, framing: csv, transport: { kind: 'tcp', host: '127.0.0.1', port: 9000 } },
  {
    id: 'hid',
    ...mat,
    framing: binary,
    // No maker has number 0: the form asks for the device.
    transport: { kind: 'hid', vendorId: 0, productId: 0, usagePage: 0, usage: 0, reportId: null },
  },
  { id: 'lsl', ...mat, framing: csv, transport: { kind: 'lsl', name: 'mat' } },
];
