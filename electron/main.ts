import { startDesktop } from './shell/start.ts';

startDesktop(import.meta.dirname);
