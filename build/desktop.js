import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesktop, desktopFolder } from './desktop-build.js';

/** `npm run build:desktop`: makes the programs of the desktop, unless they are there as the sources have them. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isNew = await buildDesktop(root);
process.stdout.write(`${desktopFolder(root)} ${isNew ? 'was built.' : 'is as the sources are.'}\n`);
