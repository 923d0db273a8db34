/** Where the built pages of the window stand. */
export function windowFolder(root: string): string;
/** Builds the pages, unless they were made of the sources as they are; true: it built them. */
export function buildWindow(root: string): Promise<boolean>;
