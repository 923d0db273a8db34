/** Collections of Tandem's own in the local database of a stamping pair. They never travel (decision 0005). */
export const reportCollections = ['conflict_logs', 'sync_logs', 'sync_config'] as const;
export type ReportCollection = (typeof reportCollections)[number];

export const isReportCollection = (name: string): boolean => (reportCollections as readonly string[]).includes(name);
