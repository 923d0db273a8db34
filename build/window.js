import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWindow, windowFolder } from './window-build.js';

/** `npm run build:window`: makes the pages of the window, unless they are there as the sources have them. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isNew = await buildWindow(root);
process.stdout.write(`${windowFolder(root)} ${isNew ? 'was built.' : 'is as the sources are.'}\n`);
