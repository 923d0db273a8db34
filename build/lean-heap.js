import { setFlagsFromString } from 'node:v8';

/*
 * What is read and written passes through memory page by page and is garbage soon after. Left to itself V8 answers
 * that with a young generation of many megabytes, which a program in the tray should not hold. This is the one
 * setting of the kind that still works in a process that runs.
 */
setFlagsFromString('--semi-space-growth-factor=1');
