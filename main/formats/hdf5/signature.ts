/** Whether these first bytes (1024 and more tell) begin an HDF5 file: its mark stands at 0, 512, 1024, ... */
export function looksHdf5(head: Uint8Array): boolean {
  for (let at = 0; at + 8 <= head.length; at = at === 0 ? 512 : at * 2) {
    if (Buffer.from(head.subarray(at, at + 8)).toString('latin1') === '\x89HDF\r\n\x1a\n') return true;
  }
  return false;
}
