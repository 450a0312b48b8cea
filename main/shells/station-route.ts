/** Where the page begins: at a saved device's station, or where it likes. */
export function stationRoute(station: string | null): string {
  return station === null ? '' : `#/station?profile=${encodeURIComponent(station)}`;
}
