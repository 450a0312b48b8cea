/** Sum of all bytes modulo 256. */
export function sum8(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum = (sum + bytes[at]) & 0xff;
  return sum;
}

/** Exclusive or of all bytes. */
export function xor8(bytes: Uint8Array): number {
  let value = 0;
  for (let at = 0; at < bytes.length; at++) value ^= bytes[at];
  return value;
}

/** What each byte does to the upper half of a CRC-16 with polynomial 0x1021. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  return crc;
});

/** CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected; "123456789" gives 0x29B1. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let at = 0; at < bytes.length; at++) crc = ((crc << 8) & 0xffff) ^ crcTable[(crc >> 8) ^ bytes[at]];
  return crc;
}
