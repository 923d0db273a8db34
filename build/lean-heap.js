import { setFlagsFromString } from 'node:v8';

/*
 * What is read and written passes through memory page by page and is garbage soon after. Left to itself V8 answers
 * that with a young generation of many megabytes, and lets the old one grow to a multiple of what lives in it, which
 * a program in the tray should not hold. These two settings still work in a process that runs; what they cost in
 * time could not be measured.
 */
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=20');
