import { maySend } from './navigation.ts';

/** What the page may ask of the system, and why. What is not in this table is denied. */
const granted: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'every figure has a copy button',
  fullscreen: 'the brain and slices can fill the screen',
  hid: 'the station reads pressure mats that speak HID',
};

/** Kinds of device that the page may list and open, and why. What is not in this table is denied. */
const devices: Readonly<Record<string, string>> = {
  hid: 'the station lists mats by name, and a kiosk opens its mat with nobody there to click; Chromium itself keeps keyboards, mice and security keys from pages',
};

/** Whether the table grants a permission. */
export function mayUse(permission: string): boolean {
  return Object.hasOwn(granted, permission);
}

/** Whether a page of that origin may see and open devices of that kind: our own only, and only of the table's kinds. */
export function mayUseDevice(kind: string, origin: string): boolean {
  return maySend(origin) && Object.hasOwn(devices, kind);
}
