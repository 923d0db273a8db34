/** The one table that Tandem may keep in a user's database, if the person allows it (L6, L16). */
export const MARKER_TABLE = '_tandem_marker';
