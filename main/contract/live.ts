import { z } from 'zod';

/** How the values of one frame stand on the wire. */
export const framingSchema = z.discriminatedUnion('kind', [
  /** One text line a frame, values between commas, semicolons, tabs or spaces. */
  z.object({
    kind: z.literal('csv'),
    /** Values before the cells in each line (frame number, time) that are passed over. */
    skip: z.number().int().min(0).max(64).default(0),
  }),
  /** Header bytes, an optional counter, the cells, an optional checksum. */
  z.object({
    kind: z.literal('binary'),
    /**
     * Bytes that begin each frame, in hexadecimal: "aa55". Empty: each datagram or HID report is one frame; streams
     * without such borders cannot do without.
     */
    header: z.string().regex(/^([0-9a-fA-F]{2}){0,16}$/),
    /** A number that goes up by one with each frame; gaps count as lost frames. */
    counter: z.enum(['none', 'uint8', 'uint16', 'uint32']).default('none'),
    value: z.enum(['uint8', 'uint16', 'float32']).default('uint16'),
    byteOrder: z.enum(['little', 'big']).default('little'),
    /** Over counter and cells. CRC-16 is CCITT-FALSE (polynomial 0x1021, start 0xFFFF). */
    checksum: z.enum(['none', 'sum8', 'xor8', 'crc16']).default('none'),
  }),
]);
export type Framing = z.infer<typeof framingSchema>;

/** Where the bytes come from. */
export const transportSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('serial'),
    path: z.string().min(1),
    baudRate: z.number().int().positive().default(115_200),
  }),
  z.object({
    kind: z.literal('udp'),
    port: z.number().int().min(0).max(65_535),
    host: z.string().default('127.0.0.1'),
  }),
  z.object({
    kind: z.literal('tcp'),
    host: z.string().min(1).default('127.0.0.1'),
    port: z.number().int().min(1).max(65_535),
  }),
  /** A HID device that the page reads (WebHID) and whose input reports it sends here. */
  z.object({
    kind: z.literal('hid'),
    vendorId: z.number().int().min(1).max(0xffff),
    productId: z.number().int().min(0).max(0xffff),
    /** Of the first top-level collection: tells apart the interfaces of one device. */
    usagePage: z.number().int().min(0).max(0xffff),
    usage: z.number().int().min(0).max(0xffff),
    /** Only reports of this number carry frames; null takes all. */
    reportId: z.number().int().min(0).max(255).nullable().default(null),
  }),
  /** A Lab Streaming Layer stream, found by its name. */
  z.object({ kind: z.literal('lsl'), name: z.string().min(1) }),
  /** A recording of the disk, at any speed (1 is as recorded; 0 as fast as it goes). */
  z.object({
    kind: z.literal('replay'),
    path: z.string().min(1),
    speed: z.number().min(0).max(1000).default(1),
    /** Frames a second of files that do not say. */
    rate: z.number().positive().default(1),
    loop: z.boolean().default(false),
  }),
  /** A simulated person on a mat. */
  z.object({
    kind: z.literal('simulated'),
    rate: z.number().positive().max(200).default(20),
    seed: z.number().int().nonnegative().default(1),
  }),
]);
export type Transport = z.infer<typeof transportSchema>;

/** A pressure device as the form describes it. */
export const deviceSchema = z.object({
  name: z.string().min(1).max(80),
  transport: transportSchema,
  framing: framingSchema.default({ kind: 'csv', skip: 0 }),
  rows: z.number().int().min(1).max(512),
  cols: z.number().int().min(1).max(512),
  /** Edges of a cell in millimetres; null where not known. */
  cellSize: z
    .object({ width: z.number().positive(), height: z.number().positive() })
    .nullable()
    .default(null),
  unit: z.enum(['raw', 'kPa', 'mmHg', 'psi', 'N/cm2']).default('raw'),
  /** Values are multiplied by this to be in the unit. */
  scale: z.number().positive().default(1),
  /** Values below this count as no contact, in the unit. */
  threshold: z.number().nonnegative().default(0),
});
export type Device = z.infer<typeof deviceSchema>;

/** What a stream has gone through since it was opened. */
export const streamCountersSchema = z.object({
  /** Frames that came whole. */
  frames: z.number().int(),
  /** Frames that the device's counter says are missing. */
  lost: z.number().int(),
  /** Frames whose checksum or length was wrong. */
  corrupt: z.number().int(),
  /** Bytes outside any frame. */
  skippedBytes: z.number().int(),
  /** Frames that came after a newer one, by the device's counter: they are left out. */
  late: z.number().int(),
  /** Frames that a recording left out, as storing was too slow for too long. */
  overrun: z.number().int(),
  /** HID reports that the page threw away because they came faster than they were taken. */
  droppedReports: z.number().int(),
  /** Times the connection was made anew. */
  reconnects: z.number().int(),
});
export type StreamCounters = z.infer<typeof streamCountersSchema>;

export const streamStateSchema = z.enum(['connecting', 'running', 'interrupted', 'ended', 'closed']);
export type StreamState = z.infer<typeof streamStateSchema>;
