import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeReports, encodeReports, type HidBatch } from '../../../../main/contract/hid-reports.ts';
import { openLiveStream } from '../../../../main/live/live-stream.ts';
import type { HidDevice, WebHid } from '../../../../renderer/api/web-hid.ts';
import { pumpHid, QUEUE_REPORTS } from '../../../../renderer/features/station/hid-pump.ts';
import { frameReports, frameValues, hidDevice, hidTransport } from '../../live/hid-bytes.ts';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

/** Stands in for a HID device of the browser: no machine of the tests has one. */
class DeviceDouble extends EventTarget implements HidDevice {
  opened = false;
  readonly vendorId = hidTransport.vendorId;
  readonly productId = hidTransport.productId;
  readonly productName = 'mat';
  readonly collections: { usagePage: number; usage: number }[];
  taken = false;
  constructor(usagePage: number = hidTransport.usagePage) {
    super();
    this.collections = [{ usagePage, usage: hidTransport.usage }];
  }
  async open() {
    if (this.taken) throw new DOMException('Failed to open the device.', 'NotAllowedError');
    this.opened = true;
  }
  async close() {
    this.opened = false;
  }
  /** Sends reports as the browser does, each at an offset in a larger buffer. */
  send(reports: ReturnType<typeof frameReports>) {
    for (const { id, bytes } of reports) {
      const larger = new Uint8Array(bytes.length + 8);
      larger.set(bytes, 4);
      const data = new DataView(larger.buffer, 4, bytes.length);
      this.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: id, data }));
    }
  }
}

class HidDouble extends EventTarget implements WebHid {
  devices: HidDevice[] = [];
  getDevices = () => Promise.resolve(this.devices);
  requestDevice = () => Promise.resolve(this.devices);
  plug(device: HidDevice) {
    this.devices = [...this.devices, device];
    this.dispatchEvent(Object.assign(new Event('connect'), { device }));
  }
  unplug(device: DeviceDouble) {
    this.devices = this.devices.filter((one) => one !== device);
    device.opened = false;
    this.dispatchEvent(Object.assign(new Event('disconnect'), { device }));
  }
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
  vi.useRealTimers();
});

function pumping(hid: HidDouble, post: (batch: HidBatch) => Promise<void>) {
  const states: string[] = [];
  const stop = pumpHid(hid, hidTransport, post, (state) => states.push(state));
  cleanups.push(stop);
  return { states, stop };
}

describe('the page reading a HID device', () => {
  it('brings frames from input reports to the stream, through unplugging and plugging in again', async () => {
    const stream = openLiveStream(hidDevice(), () => {
      throw new Error('nothing simulated here');
    });
    cleanups.push(() => stream.close());
    const frames: number[][] = [];
    stream.onFrame(({ values }) => frames.push([...values]));
    const hid = new HidDouble();
    const [other, mat] = [new DeviceDouble(0x0c), new DeviceDouble()];
    hid.devices = [other];
    const { states, stop } = pumping(hid, async ({ reports, ...batch }) => {
      await stream.push({ ...batch, reports: decodeReports(encodeReports(reports)) ?? [] });
    });
    await eventually(() => stream.state).toBe('interrupted');
    hid.plug(mat);
    await eventually(() => stream.state).toBe('running');
    expect([other.opened, mat.opened]).toEqual([false, true]);
    mat.send([...frameReports(0), ...frameReports(1), ...frameReports(2).slice(0, 1)]);
    await eventually(() => frames.length).toBe(2);
    hid.unplug(mat);
    await eventually(() => stream.reason?.message).toBe('the HID device was unplugged');
    const again = new DeviceDouble();
    hid.plug(again);
    await eventually(() => stream.state).toBe('running');
    again.send(frameReports(3));
    await eventually(() => frames).toEqual([0, 1, 3].map(frameValues));
    expect(stream.counters).toMatchObject({ corrupt: 0, droppedReports: 0, reconnects: 1 });
    expect(states).toEqual(['absent', 'open', 'unplugged', 'open']);
    await stop();
    expect(again.opened).toBe(false);
  });

  it('sends one batch at a time, and throws the oldest away when too many wait', async () => {
    const hid = new HidDouble();
    const mat = new DeviceDouble();
    hid.devices = [mat];
    const batches: HidBatch[] = [];
    let answer = () => {};
    pumping(hid, (batch) => {
      batches.push(batch);
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    await eventually(() => batches.length).toBe(1);
    const reports = Array.from({ length: QUEUE_REPORTS + 5 }, (_, at) => ({
      id: 0,
      bytes: Uint8Array.of(at & 0xff, at >> 8),
    }));
    mat.send(reports);
    expect(batches).toHaveLength(1);
    answer();
    await eventually(() => batches.length).toBe(2);
    expect(batches[1].dropped).toBe(5);
    expect(batches[1].reports).toEqual(reports.slice(5));
  });

  it('counts a batch that did not arrive as dropped, and says so with the next', async () => {
    const hid = new HidDouble();
    const mat = new DeviceDouble();
    hid.devices = [mat];
    const batches: HidBatch[] = [];
    let broken = false;
    pumping(hid, async (batch) => {
      if (broken) throw new TypeError('Failed to fetch');
      batches.push(batch);
    });
    await eventually(() => batches.length).toBe(1);
    broken = true;
    mat.send(frameReports(0).slice(0, 1));
    await new Promise((resolve) => setTimeout(resolve, 0));
    broken = false;
    mat.send(frameReports(1).slice(0, 1));
    await eventually(() => batches.length).toBe(2);
    expect(batches[1]).toMatchObject({ state: 'open', dropped: 1, reports: frameReports(1).slice(0, 1) });
  });

  it('says that a device is held by another program, takes it when it is free, and speaks each second', async () => {
    vi.useFakeTimers();
    const hid = new HidDouble();
    const mat = new DeviceDouble();
    mat.taken = true;
    hid.devices = [mat];
    const posted: string[] = [];
    const { states } = pumping(hid, async ({ state }) => {
      posted.push(state);
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(['busy']);
    mat.taken = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(states).toEqual(['busy', 'open']);
    const before = posted.length;
    await vi.advanceTimersByTimeAsync(3000);
    expect(posted.slice(before)).toEqual(['open', 'open', 'open']);
  });
});
