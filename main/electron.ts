import { launch } from './shells/electron/launch.ts';

// Not awaited: Electron raises `ready` only after this module has been evaluated. compose.ts and all it loads come
// later, because the page's scheme must be registered before that.
void launch(async (options) => (await import('./compose.ts')).composeApp(options));
